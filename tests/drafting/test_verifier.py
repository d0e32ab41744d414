from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blocks.view import Mark
from bot.drafting.checks.verifier import reverify, verify, written
from bot.drafting.source import SourceItem
from bot.drafting.statement import Evidence, Statement, walk
from tests.drafting.checks.note import Note, Todo, says


def judged(items: list[SourceItem], text: str, *evidence: tuple[str, str]) -> Statement:
    return verify(says(text, *evidence), items).outcome


def test_words_of_a_cited_message_are_quoted(items: list[SourceItem]) -> None:
    outcome = judged(items, "we ship VERSION 2.1 on Friday", ("m1", "We ship version 2.1"))
    assert (outcome.mark, outcome.why) == (Mark.QUOTED, "")


def test_a_statement_whose_evidence_is_all_found_is_cited(items: list[SourceItem]) -> None:
    outcome = judged(
        items, "Version 2.1 goes out on Friday.", ("m1", "ship  version 2.1 –on friday"), ("m2", "Agreed.")
    )
    assert (outcome.mark, outcome.why) == (Mark.CITED, "")


def test_what_is_known_of_the_cited_message_is_filled_in_whatever_the_model_sent(items: list[SourceItem]) -> None:
    lie = Evidence(id="m1", quote="ship version 2.1", author="CEO", permalink="https://evil.com", ref="C/9", sha256="0")
    evidence = verify(Note(outcome=Statement(text="It ships.", evidence=[lie])), items).outcome.evidence[0]
    assert (evidence.author, evidence.permalink, evidence.ref) == ("Ana", "https://x.slack.com/p1", "C/1")
    assert (evidence.sha256, evidence.found) == (items[0].sha256, True)


def test_a_quote_that_is_not_there_makes_doubt_and_its_message_is_named(items: list[SourceItem]) -> None:
    outcome = judged(items, "It ships on Friday.", ("m1", "on Friday"), ("m2", "I promise"))
    assert (outcome.mark, outcome.why) == (Mark.DOUBTFUL, "a quote is not in the message of Ben")
    assert [evidence.found for evidence in outcome.evidence] == [True, False]


@pytest.mark.parametrize(
    ("evidence", "why"),
    [
        ((), "no evidence was given"),
        ((("m99", "We ship version 2.1"),), "it cites a message that was not read"),
        ((("m1", "We cancel version 2.1"),), "a quote is not in the message of Ana"),
        ((("m1", ""),), "it quotes nothing from the message of Ana"),
        ((("m1", "?! –"),), "it quotes nothing from the message of Ana"),
    ],
)
def test_a_statement_without_found_evidence_is_unsupported(
    items: list[SourceItem], evidence: tuple[tuple[str, str], ...], why: str
) -> None:
    outcome = judged(items, "We ship version 2.1 on Friday", *evidence)
    assert (outcome.mark, outcome.why) == (Mark.UNSUPPORTED, why)


def test_a_piece_of_a_word_is_no_quote(items: list[SourceItem]) -> None:
    assert judged(items, "Ship.", ("m1", "hip version 2.1 on Fri")).mark is Mark.UNSUPPORTED


def test_a_single_word_proves_little(items: list[SourceItem]) -> None:
    outcome = judged(items, "The launch was called off.", ("m1", "on"))
    assert outcome.mark is Mark.DOUBTFUL
    assert outcome.why.startswith("the quotes are single words")


def test_a_quote_may_stand_anywhere_in_a_script_without_spaces() -> None:
    item = SourceItem("m1", "Yuki", "", datetime(2026, 11, 23, tzinfo=UTC), "金曜日にリリースします。")
    assert judged([item], "リリースは金曜日です。", ("m1", "金曜日にリリース")).mark is Mark.CITED


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("The budget is 1500 euros.", ""),
        ("The budget is 1,500.00 euros.", ""),
        ("The budget is 1.5k euros.", ""),
        ("The budget of 2 parts is 1500 euros.", "the number 2 is not in the cited messages"),
        ("Five people share the budget of 1500 euros.", "the number Five is not in the cited messages"),
        ("The budget is 1,500 dollars.", "the unit $ is not in the cited messages"),
        ("On 23 November 2026 the budget was set.", ""),
        ("On 2026-11-23 the budget was set.", ""),
        ("On Monday the budget was set.", ""),
        ("On Friday the budget was set.", "Friday is not in the cited messages"),
        (
            "In May 2026 the budget was set.",
            "the number 2026 is nowhere in what was read; May is not in the cited messages",
        ),
    ],
)
def test_a_number_or_day_that_no_cited_message_has_makes_doubt(items: list[SourceItem], text: str, why: str) -> None:
    outcome = judged(items, text, ("m2", "Budget is 1,500 euros"))
    mark = Mark.UNSUPPORTED if "nowhere" in why else Mark.DOUBTFUL if why else Mark.CITED
    assert (outcome.mark, outcome.why) == (mark, why)


@pytest.mark.parametrize("text", ["The budget is 15,000 euros.", "On 24 November the budget was set: 16:45."])
def test_a_number_that_nothing_in_the_source_has_is_unsupported_and_off(items: list[SourceItem], text: str) -> None:
    outcome = judged(items, text, ("m2", "Budget is 1,500 euros"))
    assert outcome.mark is Mark.UNSUPPORTED
    assert "nowhere in what was read" in outcome.why
    assert outcome.off


@pytest.mark.parametrize(
    "link",
    [
        *("https://evil.com/?q=secret", "http://docs.acme.com/ship", "https://docs.acme.com/ship2", "www.evil.com"),
        *(
            "https://docs.acme.com/ship?leak=1",
            "https://docs.acme.com/shi",
            "docs.acme.com",
            "javascript:alert(1)",
            "data:text/html,hi",
            "evil.com/secret",
            "evil.com",
        ),
        *("mailto:a@evil.com", "boss@evil.com", "//evil.com/x", "slack://open?x", "evil。com", "xn--80ak6aa92e.com"),
    ],
)
def test_a_link_that_no_cited_message_has_is_removed_and_said(items: list[SourceItem], link: str) -> None:
    outcome = judged(items, f"Budget is 1,500 euros, see {link}.", ("m2", "Budget is 1,500 euros"))
    assert outcome.text == "Budget is 1,500 euros, see [link removed]."
    assert (outcome.mark, outcome.why) == (Mark.DOUBTFUL, "a link that is not in the cited messages was removed")


@pytest.mark.parametrize("link", ["https://docs.acme.com/ship", "(https://docs.acme.com/ship)"])
def test_a_link_of_a_cited_message_stays(items: list[SourceItem], link: str) -> None:
    outcome = judged(items, f"The docs are at {link}.", ("m2", "Docs: https://docs.acme.com/ship"))
    assert outcome.text == f"The docs are at {link}."
    assert outcome.mark is Mark.CITED


def test_a_quote_with_a_flood_of_letters_is_found() -> None:
    item = SourceItem("m1", "Ana", "", datetime(2026, 11, 23, tzinfo=UTC), f"We won{'n' * 40} the contract")
    assert judged([item], "They won the contract.", ("m1", item.text)).mark is Mark.CITED


def test_a_link_of_a_message_that_is_not_cited_is_removed(items: list[SourceItem]) -> None:
    assert "acme" not in judged(items, "See https://docs.acme.com/ship", ("m1", "We ship version 2.1")).text


def test_a_file_name_is_not_a_link(items: list[SourceItem]) -> None:
    assert judged(items, "Edit setup.py, e.g. today.", ("m3", "release notes")).text == "Edit setup.py, e.g. today."


def test_a_compromised_answer_comes_out_without_teeth(items: list[SourceItem]) -> None:
    smuggled = "".join(chr(0xE0000 + ord(c)) for c in "pay me")
    outcome = judged(items, f"@channel \u202epaid\u202c{smuggled} ![x](https://evil.com/a) <https://evil.com|ok>")
    assert outcome.text == "@\u2060channel paid ![x]([link removed]) <[link removed]|ok>"
    assert outcome.mark is Mark.UNSUPPORTED


def test_other_texts_of_a_payload_are_made_fit_too(items: list[SourceItem]) -> None:
    note = Note(
        outcome=Statement(text="x"),
        title="@here https://evil.com",
        todos=[Todo(task=Statement(text="y"), due="\x00fri")],
    )
    checked = verify(note, items)
    assert (checked.title, checked.todos[0].due) == ("@\u2060here [link removed]", "fri")


def test_the_payload_given_is_not_touched(items: list[SourceItem]) -> None:
    note = says("We ship version 2.1", ("m1", "We ship version 2.1"))
    before = note.model_copy(deep=True)
    verify(note, items)
    assert note == before


words = st.text(max_size=30) | st.sampled_from(
    ["We ship version 2.1", "1,5", "²", "٣", "https://", "\ud800", "…", "m1"]
)
pieces = st.lists(
    st.builds(Evidence.model_construct, id=st.sampled_from(["m1", "m2", "no"]) | words, quote=words), max_size=3
)
statements = st.builds(Statement.model_construct, text=words, evidence=pieces)
notes = st.builds(
    Note.model_construct, outcome=statements, points=st.lists(statements, max_size=3), todos=st.just([]), title=words
)
messages = st.lists(words, max_size=3).map(
    lambda texts: [
        SourceItem(f"m{n}", "Ana", "", datetime(2026, 1, n, tzinfo=UTC), text) for n, text in enumerate(texts, 1)
    ]
)


@given(notes, messages)
def test_any_payload_can_be_verified_and_keeps_its_shape(note: Note, source: list[SourceItem]) -> None:
    checked = verify(note, source)
    assert [path for path, _ in walk(checked)] == [path for path, _ in walk(note)]
    for _, statement in walk(checked):
        assert statement.mark is not Mark.WRITTEN
        supported = any(evidence.found for evidence in statement.evidence)
        known = supported and not statement.why.startswith("it says nothing") and "nowhere" not in statement.why
        assert (statement.mark is Mark.UNSUPPORTED) == (not known)
        assert statement.off == (statement.mark is Mark.UNSUPPORTED and bool(statement.text.strip()))
        assert not statement.put_back_by
        assert not statement.left_out_by


@given(messages)
def test_a_message_quoting_itself_is_quoted(source: list[SourceItem]) -> None:
    for item in source:
        outcome = judged(source, item.text, (item.id, item.text))
        nothing = outcome.why.startswith(("it says nothing", "it quotes nothing"))
        assert outcome.mark is Mark.QUOTED or nothing or outcome.why == "hidden characters were removed"


def test_an_edited_sentence_is_judged_by_its_stored_quotes(items: list[SourceItem]) -> None:
    outcome = judged(items, "Budget is 1,500 euros.", ("m2", "Budget is 1,500 euros"))
    same = reverify(outcome, "The budget: 1500 euros", "Dana")
    assert (same.mark, same.why) == (Mark.CITED, "edited by Dana")
    other = reverify(outcome, "The budget: 1600 euros", "Dana")
    assert (other.mark, other.why) == (Mark.DOUBTFUL, "edited by Dana; the number 1600 not in the quotes")
    foreign = reverify(outcome, "Everybody gets cake", "Dana")
    assert (foreign.mark, foreign.why) == (Mark.DOUBTFUL, "edited by Dana; its words are not those of the quotes")


def test_an_edited_sentence_without_found_evidence_is_its_writers(items: list[SourceItem]) -> None:
    edited = reverify(judged(items, "Nonsense", ("m1", "nothing of the sort")), "Sense @here", "Dana")
    assert (edited.text, edited.mark, edited.why) == ("Sense @\u2060here", Mark.WRITTEN, "written by Dana")
    assert written("Mine", "Li").why == "written by Li"
