from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from llmock.pytest_plugin import LLMock
from pydantic import BaseModel

from blocks.view import Mark
from bot.drafting.checks.verifier import verify
from bot.drafting.drafter import DrafterError, DraftRequest, DraftResult, PayloadT
from bot.drafting.guards.cleaner import visible
from bot.drafting.model.drafter import OpenAIDrafter
from bot.drafting.offline.drafter import quote_of
from bot.drafting.privacy import personal
from bot.drafting.privacy.personal import Sort, closed, replaced
from bot.drafting.privacy.redactor import RedactingDrafter, Redaction, closed_items
from bot.drafting.source import SourceItem
from bot.drafting.statement import Evidence, Statement
from tests.drafting.model_server import ModelServer
from tests.drafting.values import SECRETS, cards, emails, ibans, phones

AT = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
SLACK = Path(__file__).resolve().parents[3] / "shared" / "data" / "slack"
SPACES = st.sampled_from([" ", "\n", ", ", " (", ") ", ": ", "; "])

values = st.one_of(emails, phones, cards, ibans)
labels = st.sampled_from(
    [
        "P1",
        "p2",
        "P12",
        "P1's",
        "@P1",
        "[EMAIL_1]",
        "EMAIL_2",
        "[[PHONE_1]]",
        "[CARD_1",
        "IBAN_1]",
        "P01",
        "[P1]",
        "P_1",
    ]
)
names = st.sampled_from(
    ["Ana", "Ana Ü", "[m1] CEO", "P1", "@", "ana@acme.example", "[EMAIL_1]", "Al", "Al B", "a", "("]
)
pieces = st.one_of(st.text(max_size=12), values, labels, names.map(lambda name: f"@{name}"), SPACES)
texts = st.lists(pieces, max_size=8).map("".join) | st.lists(pieces, max_size=8).map(" ".join)


class Note(BaseModel):
    title: str = ""
    points: list[Statement]


def item(n: int, text: str, author: str = "Ana Berg", mentions: tuple[str, ...] = ()) -> SourceItem:
    return SourceItem(f"m{n}", author, f"U{n}", AT, text, mentions=mentions)


def request(*items: SourceItem) -> DraftRequest[Note]:
    return DraftRequest("note", "List the points.", Note, items, lambda _: Note(points=[]))


def found_in(text: str) -> list[tuple[Sort, str]]:
    found: list[tuple[Sort, str]] = []

    def note(sort: Sort, value: str) -> str:
        found.append((sort, value))
        return sort.words

    replaced(text, note)
    return found


class Says:
    """An inner drafter that keeps what it was asked and gives this answer."""

    def __init__(self, *statements: tuple[str, str, str], title: str = "") -> None:
        self.points = [
            {"text": text, "evidence": [{"id": item_id, "quote": quote}]} for text, item_id, quote in statements
        ]
        self.title = title
        self.items: list[SourceItem] = []

    def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        self.items = list(request.items)
        payload = request.schema.model_validate({"title": self.title, "points": self.points})
        return DraftResult(payload=payload, drafter="model", model="m", mode="prompt")


@given(st.lists(texts, min_size=1, max_size=4), st.lists(names, max_size=4))
@example(["@Anabelle and @Ana_ and @Ana"], ["Ana"])
@example(["[EMAIL_1] x@y.example"], [])
@example(["a P1 for @Ana"], ["Ana"])
@example(["mail x@a.com"], ["a"])
def test_what_was_hidden_comes_back_letter_for_letter(written: list[str], people: list[str]) -> None:
    redaction = Redaction(written, people)
    hidden = [redaction.hide(text) for text in written]
    plain = [SourceItem("m1", "", "", AT, visible(text)).text for text in written]
    assert [redaction.restore(text) for text in hidden] == plain


@given(texts, values, texts)
@example("", "020 7946 1000", "020 7946 0000")
def test_no_value_is_left_in_what_was_hidden(before: str, value: str, after: str) -> None:
    text = f"{before} {value} {after}"
    assert Redaction([text], []).hide(text).count(value) < text.count(value)
    assert closed(text).count(value) < text.count(value)


@given(st.lists(names, min_size=1, max_size=3), texts)
def test_no_mentioned_name_is_left_in_what_was_hidden(people: list[str], text: str) -> None:
    written = f"{text} @{people[0]} {text}"
    hidden = Redaction([written], people).hide(written)
    assert f" @{people[0]} " not in hidden


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("Write to dana.lee+ship@acme.co.uk.", Sort.EMAIL),
        ("Dana <dana@acme.example>", Sort.EMAIL),
        ("Ring +49 (0)30 1234567!", Sort.PHONE),
        ("0171/1234567", Sort.PHONE),
        ("(415) 555-0100", Sort.PHONE),
        ("call me on 5550100", Sort.PHONE),
        ("4111 1111 1111 1111 123", Sort.CARD),
        ("3782 822463 10005", Sort.CARD),
        ("DE89 3704 0044 0532 0130 00 OK then", Sort.IBAN),
        ("gb82west12345698765432", Sort.IBAN),
    ],
)
def test_personal_data_is_found(text: str, sort: Sort) -> None:
    assert [one for one, _ in found_in(text)] == [sort]


@pytest.mark.parametrize(
    "text",
    [
        "1700000000.000100",
        "call at 1700000000.000100",
        "https://acme.slack.com/archives/C0123456789/p1700000000000100",
        "U0123456789",
        "2026-11-23 10:30, 23.11.2026, 01-02-2026 10:30",
        "call 2026-11-23 14:00",
        "192.168.100.200 and 10.0.0.12:8080",
        "1.2.3-456-7890",
        "order 1234567890123",
        "4111 1111 1111 1112",
        "DE89370400440532013001",
        "+0.0000001 and +3.14159265",
        "git@github.com:acme/shop.git",
        "react@16.8.0",
        "1,234,567,890 lines",
    ],
)
def test_timestamps_ids_dates_and_numbers_are_no_personal_data(text: str) -> None:
    assert closed(text) == text


def test_a_name_and_a_value_come_back_in_statements_quotes_and_other_texts() -> None:
    asked = item(1, "@Ben Roth please write to dana@acme.example", mentions=("Ben Roth",))
    inner = Says(("P1 asked P2 to write to [EMAIL_1].", "m1", "@P2 please write to [EMAIL_1]"), title="For P2")
    result = RedactingDrafter(inner).draft(request(asked, item(2, "Done", "Ben Roth")))
    assert [(one.author, one.text) for one in inner.items] == [
        ("P1", "@P2 please write to [EMAIL_1]"),
        ("P2", "Done"),
    ]
    assert result.payload.title == "For Ben Roth"
    point = verify(result.payload, [asked]).points[0]
    assert point.text == "Ana Berg asked Ben Roth to write to dana@acme.example."
    assert point.evidence[0].quote == "@Ben Roth please write to dana@acme.example"
    assert point.mark is Mark.CITED
    assert result.replaced == {Sort.EMAIL: 1}


def test_the_twelfth_person_is_not_the_first_with_a_two() -> None:
    items = [item(n, "Yes", f"Person{n}") for n in range(1, 13)]
    inner = Says(("P12 and P1's team: P1, P2.", "m1", "Yes"))
    told = RedactingDrafter(inner).draft(request(*items)).payload.points[0].text
    assert told == "Person12 and Person1's team: Person1, Person2."


def test_a_label_that_people_wrote_themselves_is_left_to_them() -> None:
    inner = Says(("P1 is down, says P2.", "m1", "P1 is down"))
    result = RedactingDrafter(inner).draft(request(item(1, "P1 is down")))
    assert result.payload.points[0].text == "P1 is down, says Ana Berg."


def test_a_placeholder_that_the_model_made_up_is_plain_words() -> None:
    inner = Says(("Write to [EMAIL_7] or [phone_2], P9; not [EMAIL_1].", "m1", "mail"))
    told = RedactingDrafter(inner).draft(request(item(1, "mail dana@acme.example"))).payload.points[0].text
    assert told == "Write to [e-mail address] or [phone number], P9; not dana@acme.example."


def test_a_value_holding_a_label_is_not_restored_twice() -> None:
    inner = Says(("[EMAIL_2]", "m1", "mail"))
    asked = item(1, "mail EMAIL_1@acme.example, @P7 says", mentions=("P7",))
    assert RedactingDrafter(inner).draft(request(asked)).payload.points[0].text == "EMAIL_1@acme.example"


def test_an_item_closed_for_other_readers_cannot_give_its_values_back() -> None:
    asked = item(1, "We decided to write to dana@acme.example and +49 30 1234567")
    closed_item = closed_items([asked])[0]
    assert closed_item.text == "We decided to write to [e-mail address] and [phone number]"
    quoted = verify(Note(points=[quote_of(closed_item)]), [closed_item]).points[0]
    assert (quoted.mark, quoted.text) == (Mark.QUOTED, closed_item.text)
    inner = Says(("Write to [EMAIL_1].", "m1", "[e-mail address]"))
    told = RedactingDrafter(inner).draft(request(closed_item)).payload.points[0]
    assert told.text == "Write to [e-mail address]."


def test_an_invisible_character_keeps_nothing_from_being_closed() -> None:
    asked = item(1, "Write to dana\u200b@acme.example or +49\u2060 30 1234567")
    assert closed_items([asked])[0].text == "Write to [e-mail address] or [phone number]"
    family = item(1, "👩‍💻 is here")
    assert closed_items([family]) == [family]


HIDDEN = [
    "dana@acme.example",
    "+49 30 1234567",
    "4111 1111 1111 1111",
    "DE89370400440532013000",
    "Ana Berg",
    "[m1] CEO",
]


def talk() -> list[SourceItem]:
    secret = SECRETS["Anthropic key"]
    return [
        item(1, f"Mail {HIDDEN[0]} or ring {HIDDEN[1]}, key {secret}"),
        item(2, f"@Ana Berg pay {HIDDEN[2]} from {HIDDEN[3]}\n[m1] says yes", "[m1] CEO", ("Ana Berg",)),
    ]


def assert_nothing_hidden(told: str) -> None:
    # The id of a message stands at the beginning of its line, as it should.
    assert [value for value in (*HIDDEN, SECRETS["Anthropic key"]) if value in told] == []


def redacting(base_url: str) -> RedactingDrafter:
    return RedactingDrafter(OpenAIDrafter(api_key="k", base_url=base_url, model="small", max_retries=0))


def test_nothing_that_stays_in_the_house_is_in_what_an_independent_server_receives(llmock: LLMock) -> None:
    llmock.reply(json.dumps({"title": "", "points": []}))
    redacting(llmock.base_url()).draft(request(*talk()))
    sent = json.dumps(llmock.last_request.body, ensure_ascii=False)
    assert_nothing_hidden(sent)
    assert "[m1] P1 09:05 | Mail [EMAIL_1] or ring [PHONE_1], key [secret masked]" in sent
    assert "[m2] P2 09:05 | @P1 pay [CARD_1] from [IBAN_1]" in sent


def test_nor_in_a_repair_nor_in_the_log(server: ModelServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    server.says(f"P1 says: {'x' * 50} [EMAIL_1]")
    with pytest.raises(DrafterError) as caught:
        redacting(server.url).draft(request(*talk()))
    assert len(server.asked) == 2
    for asked in server.asked:
        assert_nothing_hidden(json.dumps(asked.body, ensure_ascii=False))
    assert_nothing_hidden(caplog.text + str(caught.value))


def test_nor_in_the_log_when_a_server_echoes_what_it_was_sent(
    server: ModelServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    inner = redacting(server.url)
    server.says("{}")
    with pytest.raises(DrafterError):
        inner.draft(request(*talk()))
    server.answers.clear()
    server.error(400, server.asked[0].told[:4000])
    with pytest.raises(DrafterError) as caught:
        inner.draft(request(*talk()))
    assert_nothing_hidden(caplog.text + str(caught.value))


def test_real_conversations_hold_few_values_and_no_wrong_ones(record_property: Callable[[str, object], None]) -> None:
    if not SLACK.is_dir():
        pytest.skip("the recorded conversations are not beside the repository")
    found: list[tuple[Sort, str]] = []
    count = 0
    for name in ("devhelp.json", "datavis.json"):
        for text in _texts(json.loads((SLACK / name).read_text())):
            count += 1
            found += found_in(text)
    record_property("found", f"{len(found)} in {count} messages")
    assert count > 2000
    assert {sort for sort, _ in found} <= {Sort.EMAIL}  # its publishers left nothing else in
    assert all("@" in value for _, value in found)


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [f"{value.get('ts', '')} {value['text']}"] if isinstance(value.get("text"), str) else []
        return own + [text for inner in value.values() for text in _texts(inner)]
    return [text for inner in value for text in _texts(inner)] if isinstance(value, list) else []


def test_evidence_of_nothing_is_restored_to_nothing() -> None:
    assert Redaction([], []).restore(Evidence(id="m1", quote="").quote) == ""


def test_the_name_of_a_file_is_hidden_as_its_words_are() -> None:
    page = replace(
        item(1, "We ship."),
        kind="file",
        label="ana@acme.example xoxb" + "-123456789012-123456789012-abcdefghijklmnopqrstuvwx.pdf, page 3",
    )
    assert "xoxb-1" not in page.label
    inner = Says(("We ship.", "m1", "We ship."))
    RedactingDrafter(inner).draft(request(page))
    assert "ana@acme.example" not in inner.items[0].label
    assert "ana@acme.example" not in closed_items([page])[0].label


@given(st.text("0459+AB-()./@ ", min_size=1, max_size=12))
@example("0000 ")
@example("4000 ")
@example("AB12 ")
def test_what_is_looked_at_grows_as_the_text_and_no_faster(unit: str) -> None:
    def looked_at(text: str) -> int:
        sizes = [0]
        for pattern, sort, length in personal._LOOKS:

            def counted(found: str, length: Callable[[str], int] = length) -> int:
                sizes.append(len(found))
                return length(found)

            personal._replaced(text, pattern, counted, sort, lambda sort, _: sort.words)
        return sum(sizes)

    once, twice = looked_at(unit * 40), looked_at(unit * 80)
    assert twice - once <= looked_at(unit * 120) - twice + 100
    assert twice <= 64 * len(unit * 80)


def test_a_run_of_noughts_is_looked_at_for_no_card() -> None:
    assert personal._CARD.search("0000 " * 1000) is None
    assert closed("card 4111 1111 1111 1111") == "card [card number]"
