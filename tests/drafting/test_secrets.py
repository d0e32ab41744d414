from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drafting.offline.drafter import quote_of
from bot.drafting.privacy.columns import masked_rows
from bot.drafting.privacy.personal import closed
from bot.drafting.privacy.secrets import MASK, masked
from bot.drafting.source import Source, SourceItem
from tests.drafting.values import LABELLED, SECRETS

AT = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
SLACK = Path(__file__).resolve().parents[3] / "shared" / "data" / "slack"


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS.keys())
@pytest.mark.parametrize("around", ["{}", "use `{}` for it", "key={}\nnext line", "({})", "see {}."])
def test_a_known_secret_is_masked_and_nothing_else(secret: str, around: str) -> None:
    if secret.startswith("-----") and "END" not in secret:
        around = "it is {}"  # nobody knows where it ends
    assert masked(around.format(secret)) == (around.format(MASK), 1)


@pytest.mark.parametrize(("label", "secret"), LABELLED.items())
def test_what_is_said_to_be_a_secret_is_masked_behind_its_label(label: str, secret: str) -> None:
    text, count = masked(f"{label}{secret}")
    assert count == 1
    assert text.startswith(f"{label}{MASK}")
    assert secret.strip("\"'").split("@")[0] not in text


@pytest.mark.parametrize(
    "text",
    [
        "1700000000.000100",
        "https://acme.slack.com/archives/C0123456789/p1700000000000100?thread_ts=1700000000.000100",
        "task-force-something-2024-with-a-long-name",
        "token: getToken2(user)",
        "token = user.token2",
        "const password = process.env.DB_PASSWORD",
        "PASSWORD=$DB_PASSWORD, PASSWORD: ******, token=<token>",
        "password: string",
        "The password is required.",
        "Secret: we do not tell anybody",
        "max tokens: 100000, total_tokens=1500000",
        "the token is at https://acme.example/a1b2c3",
        "https://acme.example:8080/@dana",
        "sha 4f764bf98d346bef6a31eafdbcfce8a597412e051",
        "see AKIA and sk- and eyJ",
        "password: [secret masked]",
        "passport: AB1234567, compass: 12north, by-pass: complete, pass: 120/120",
        "Please send me name, password, and address\nThanks, Ana1, bye",
        "name | password\n--- | ---\nstring | required\n\nAna | Meyer22",
        "model,tokens\nsmall,100000",
        "*Password:* required, `token`: `string`!",
        "password: (optional)! password: `string`!",
        "password = $password; password: $db_password, password: ${db1}, password: $(pass db1)",
        "Das Passwort ist falsch. La contraseña es nueva. The password for the wifi: see #office2",
        "*Password:* ******, *token*: `****`, password: `*******`",
        "Sorry, wrong password\nThanks, Dana",
        "Dana, reset password\nBen, invoices",
        "Test | Pass | Fail\nunit | 120/120 | none\nflow | mostly2 | some",
        "Runs, Pass\nunit, green",
        "Name; Ski pass\nDana; adult\nBen; 12345",
    ],
)
def test_words_code_and_slack_s_numbers_are_no_secrets(text: str) -> None:
    assert masked(text) == (text, 0)


@pytest.mark.parametrize(
    "table",
    [
        "user,password,host\nana,{},db1\nben,{},db2",
        "user;Passwort\nana;{}\nben;{}\n\nThat is all; really",
        "user\tAPI key\nana\t{}\nben\t{}",
        "user | password | host\nana | {} | db1\nben | {} | db2",
        "| user | **DB password** |\n|---|---|\n| ana | {} |\n| ben | `{}` |",
        "login; pass\nana; {}\nben; {}",
        "E-mail, Passwort\nana@acme.example, {}\nben@acme.example, {}",
        "host | pass\ndb1 | {}\ndb2 | {}",
        'user,"password"\n"Meyer, Ana","{}"\nben,"{}"',
    ],
)
def test_what_stands_below_a_heading_of_secrets_is_masked(table: str) -> None:
    assert masked(table.format("Sup3rb", "x9y8z7")) == (table.format(MASK, MASK), 2)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("*Password:* {}!", "hunter2"),
        ("**password**: {}!", "hunter2"),
        ("`password`: `{}!`", "hunter2"),
        ("_Passwort_: *{}*", "Sommer2024"),
        ("*Password:* {}\nfor the ftp", "swordfish"),
        ("The *password* is `{}`.", "hunter22"),
        ("password is: {}", "hunter22"),
        ("Das Passwort ist {}", "Sommer2024"),
        ("Passwort lautet {}.", "Sommer2024"),
        ("La contraseña es {}", "Hola1234"),
        ("Le mot de passe pour le wifi est {}", "Bonjour12"),
        ("Kennwort für FTP: {}", "geheim12"),
        ("password：{}!", "hunter2"),
        ("password: {}", "$ecret123"),
        ("password: {}", "$ecret!"),
        ("password: ({}!)", "hunter2"),
        ("password: {}", "ab,cd1234"),
        ("password={},user=dana", "abc123"),
        ("*api_key:* `{}`", "a1b2c3d4e5"),
    ],
)
def test_a_label_may_be_written_as_people_do_in_slack(text: str, secret: str) -> None:
    found, count = masked(text.format(secret))
    assert (found.replace(f"{MASK}*", MASK).replace("!", ""), count) == (
        text.format(MASK).replace(f"{MASK}*", MASK).replace("!", ""),
        1,
    )


@pytest.mark.parametrize("last", ["Q==", "a1B2c3D4", "a1B2c3D4\n=q1W2"])
def test_the_end_of_a_key_is_masked_when_its_beginning_is_elsewhere(last: str) -> None:
    line = "A1b2C3d4" * 8
    end = f"{line}\n{line}\n{last}\n-----END " + "PRIVATE KEY-----"
    assert masked(f"and then\n{end}\nThat is all.") == (f"and then\n{MASK}\nThat is all.", 1)


def test_a_secret_with_an_invisible_character_in_it_is_one() -> None:
    secret = SECRETS["GitHub token"]
    assert masked(f"it is {secret[:12]}\u200b{secret[12:]}") == (f"it is {MASK}", 1)


pasted = st.sampled_from(sorted([*SECRETS.values(), *(label + value for label, value in LABELLED.items())]))


@given(st.lists(st.text(max_size=30) | pasted, max_size=5).map(" ".join))
def test_what_was_masked_once_has_nothing_left_to_mask(text: str) -> None:
    once = masked(text)[0]
    assert masked(once) == (once, 0)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece",
    [
        *("eyJ-", "eyJ", "sk-", "token=", "token=a", "tokentoken", "password is ", "://a:", "password: x ", "pass=a1"),
        *("-----BEGIN PRIVATE KEY", "-----END PRIVATE KEY-----", "-----END PRIVATE KEY-----\n", "A" * 20 + "\n"),
        *("password,token\n", "password | ", "pass;", '"password","', "\tpw\ta1b2c3\n", "Bearer ", "SG.a", "AKIA "),
        *("@a.", "+1 ", "0 11 ", "secret\u200b=", "api_key_", "a" * 122 + "|b\n"),
        *(
            "password for ",
            "password:*",
            "password`",
            "*",
            "password: a,",
            "password: $a",
            "passwort lautet: ",
            "pw: (",
        ),
        *("password_", "password: " + "a," * 90 + " ", "password für a b c: ", "A1 \n"),
    ],
)
def test_a_text_made_to_take_long_does_not(piece: str) -> None:
    text = piece * (40_000 // len(piece))
    began = time.process_time()
    masked(f"{text} -----END of it, pw")
    closed(text)
    assert time.process_time() - began < 3  # seconds, of which one is plenty


def test_a_pass_in_rows_is_a_password_only_beside_an_account() -> None:
    rows = [["Test", "Pass"], ["unit", "120of120"], ["", ""], ["User", "Pass"], ["ana", "Sup3rb!"], ["ben", "later"]]
    assert list(masked_rows(rows)) == [*rows[:4], ["ana", MASK], ["ben", "later"]]


def test_rows_with_long_cells_are_read_as_quickly_as_others() -> None:
    rows = [["https://acme.example/" + "a" * 122, "b"]] * 2_000
    began = time.process_time()
    assert list(masked_rows(rows)) == rows
    assert time.process_time() - began < 1


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS.keys())
def test_no_item_and_no_quote_can_hold_a_secret(secret: str) -> None:
    item = SourceItem("m1", "Ana", "U1", AT, f"We decided to use {secret}")
    quote = quote_of(item)
    stored = quote.model_dump_json() + item.text
    assert secret not in stored
    assert secret[8:28] not in stored
    assert MASK in quote.text


def test_a_source_counts_the_secrets_that_were_masked_in_it() -> None:
    texts = [f"{SECRETS['OpenAI key']} and {SECRETS['AWS key']}", "nothing", SECRETS["JSON web token"]]
    items = tuple(SourceItem(f"m{n}", "Ana", "U1", AT, text) for n, text in enumerate(texts))
    assert Source("#dev", items).secrets == 3


def test_real_conversations_without_secrets_are_left_as_they_are() -> None:
    if not SLACK.is_dir():
        pytest.skip("the recorded conversations are not beside the repository")
    texts = [
        text for name in ("devhelp.json", "datavis.json") for text in _texts(json.loads((SLACK / name).read_text()))
    ]
    assert len(texts) > 2000
    assert [text for text in texts if masked(text)[1]] == []


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [text for inner in value.values() for text in _texts(inner)]
    return [text for inner in value for text in _texts(inner)] if isinstance(value, list) else []
