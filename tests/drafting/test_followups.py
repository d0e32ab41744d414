from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drafting.checks.match import stands_in
from bot.drafting.followups.claims import checked
from bot.drafting.followups.found import FollowUp, follow_ups
from bot.drafting.followups.intents import asks_or_promises
from bot.drafting.followups.people import People
from bot.drafting.followups.sentences import sentences
from bot.drafting.source import SourceItem
from bot.drafting.statement import Evidence, Statement

START = datetime(2026, 11, 18, 14, tzinfo=UTC)  # a Wednesday
IDS = {"Ana Lima": "U1", "Bo Chen": "U2", "Dana Reyes": "U3", "Mark Ito": "U4", "Mark Obi": "U5"}


def item(n: int, author: str, text: str, thread: str = "") -> SourceItem:
    return SourceItem(f"m{n}", author, IDS.get(author, ""), START + timedelta(minutes=n), text, thread=thread)


EVERYBODY = [item(90 + n, name, "hello all") for n, name in enumerate(IDS)]


def said(*texts: str | tuple[str, str]) -> list[FollowUp]:
    """Follow-ups of a conversation: texts by Bo, or (author, text); everybody has said hello before."""
    lines = [("Bo Chen", text) if isinstance(text, str) else text for text in texts]
    items = [item(n, author, text) for n, (author, text) in enumerate(lines)]
    return follow_ups([*EVERYBODY, *items], lambda _: "Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "owner", "task"),
    [
        ("I'll send the offer to Acme by Friday.", "Bo Chen", "send the offer to Acme by Friday."),
        ("I’ll fix the build tonight", "Bo Chen", "fix the build tonight"),
        ("ok, I will call the landlord tomorrow", "Bo Chen", "call the landlord tomorrow"),
        ("I can draft the agenda for that", "Bo Chen", "draft the agenda for that"),
        ("I'm going to update the price list", "Bo Chen", "update the price list"),
        ("I will take an action to type up the notes", "Bo Chen", "take an action to type up the notes"),
        ("@Ana Lima can you review the contract?", "Ana Lima", "review the contract?"),
        ("@Ana Lima could you please send me the figures", "Ana Lima", "send me the figures"),
        ("@Ana Lima please book the room", "Ana Lima", "book the room"),
        ("Ana, could you check the invoice?", "Ana Lima", "check the invoice?"),
        ("Hi Ana, can you check the invoice?", "Ana Lima", "check the invoice?"),
        ("Can you check the invoice, Ana?", "Ana Lima", "check the invoice?"),
        ("Could you @Dana Reyes share the deck?", "Dana Reyes", "share the deck?"),
        ("@Zoe Quist can you order the badges?", "Zoe Quist", "order the badges?"),
        ("ACTION: ana to set up the call", "Ana Lima", "set up the call"),
        ("ACTION: Ana Lima will set up the call", "Ana Lima", "set up the call"),
        ("Action item: @Ana Lima - set up the call", "Ana Lima", "set up the call"),
        ("ACTION (Ana): set up the call", "Ana Lima", "set up the call"),
        ("TODO(ana): set up the call", "Ana Lima", "set up the call"),
        ("ACTION: set up the call (Ana Lima)", "Ana Lima", "set up the call (Ana Lima)"),
        ("- [ ] alima to set up the call", "Ana Lima", "set up the call"),
        ("[Ana] will set up the call", "Ana Lima", "set up the call"),
        ("Ana to set up the call", "Ana Lima", "set up the call"),
        ("Ana will send the minutes", "Ana Lima", "send the minutes"),
    ],
)
def test_an_owner_is_found_where_the_words_prove_one(text: str, owner: str, task: str) -> None:
    (found,) = said(text)
    assert found.owner
    assert (found.owner.name, found.owner.id) == (owner, IDS.get(owner, ""))
    assert found.owner.proof.quote in text
    assert task.rstrip("?.") in found.task.text
    assert found.task.text in text


@pytest.mark.parametrize(
    "text",
    [
        "Can you check the invoice?",  # who?
        "Please send the figures by Monday",
        "We need to update the price list",
        "Someone should call the landlord today",
        "@here can you check the invoice?",
        "@channel please book your travel",
        "Mark, can you check the invoice?",  # there are two
        "ACTION: Mark to check the invoice",
        "@Ana Lima and @Dana Reyes can you check the invoice?",
        "ACTION: Ana and Dana to check the invoice",
        "ACTION: Zoe to check the invoice",  # nobody here is called so
        "ACTION: check the invoice",
        "Can you ask Ana about the invoice?",
        "Can you check the invoice that Ana sent?",
        "Let's schedule a call with Ana",
        "Can you forward this to @Ana Lima?",
        "@Ana Lima's offer: can you check it?",
        "I asked @Ana Lima, can you check the contract?",
        "As @Ana Lima said, please send the offer to Acme",
        "please ask @Ana Lima to send the deck",
        "cc @Dana Reyes @Ana Lima can you check the invoice?",
        "Ana Lima, Dana: please review the draft",
        "Ana and I will send the deck",
        "Action items: Ana: send deck; Dana: book room",
        "The invoice is due on 30 November",
    ],
)
def test_without_proof_there_is_no_owner(text: str) -> None:
    (found,) = said(text)
    assert found.owner is None


@pytest.mark.parametrize(
    "text",
    [
        "good morning everyone",
        "thanks a lot, Ana!",
        "I'll be out on Friday",
        "I'll never understand CSS",
        "I'll see you tomorrow then",
        "I think that's fine",
        "How would you do it?",
        "what can you say",
        "you will need to install it first",
        "Please find attached the report.",
        "Feel free to add comments",
        "If you have any questions please contact me.",
        "The action of the browser is out of scope",
        "> I'll send the offer tomorrow",
        "```\nTODO: remove this line\n```",
        "I sent the invoice yesterday",
        "The paper on it is good",
        "lol will do you in",
        "Let me know",
        "Ana told me: I'll send the deck",
        "“I'll send the deck” is what she said",
        "I will no longer maintain the package",
    ],
)
def test_talk_is_no_follow_up(text: str) -> None:
    assert said(text) == []


def test_a_channel_of_small_talk_gives_nothing() -> None:
    texts = [
        "good morning",
        "how was the weekend?",
        "great, we went hiking",
        "the weather was nice",
        "see you at lunch",
    ]
    assert said(*texts * 5) == []
    assert follow_ups([]) == []


def test_who_takes_a_request_on_becomes_its_owner_and_both_messages_are_the_evidence() -> None:
    (found,) = said("Can somebody look? Please send the figures to Acme.", ("Ana Lima", "Sure, I'll do that by Friday"))
    assert found.owner
    assert found.owner.name == "Ana Lima"
    assert [(piece.id, piece.quote) for piece in found.task.evidence] == [
        ("m0", "Please send the figures to Acme."),
        ("m1", "Sure, I'll do that by Friday"),
    ]
    assert found.due
    assert found.due.day == date(2026, 11, 20)


@pytest.mark.parametrize(
    "answer",
    [
        ("Bo Chen", "will do"),  # who asked
        ("Ana Lima", "sure, why not"),
        ("Ana Lima", "he'll do it"),
    ],
)
def test_no_other_answer_makes_an_owner(answer: tuple[str, str]) -> None:
    assert [found.owner for found in said("Please send the figures to Acme.", answer)] == [None]


def test_an_answer_in_another_thread_takes_nothing_on() -> None:
    items = [
        item(0, "Bo Chen", "Please send the figures to Acme."),
        item(1, "Dana Reyes", "Please book a room for Monday", ""),
        item(2, "Ana Lima", "will do", thread="m1"),
    ]
    assert [(found.task.evidence[0].id, found.owner and found.owner.name) for found in follow_ups(items)] == [
        ("m0", None),
        ("m1", "Ana Lima"),
    ]


def test_in_a_pasted_transcript_the_promise_is_its_speakers_not_its_posters() -> None:
    pasted = "Ana: hello. I'll send the offer.\n[00:12] Zoe Quist: I'll book the room\nNote: I'll post the notes here"
    assert [found.owner and found.owner.name for found in said(pasted)] == ["Ana Lima", None, "Bo Chen"]


def test_of_a_shared_file_nobody_knows_who_wrote_i() -> None:
    page = replace(item(0, "Bo Chen", "I'll send the offer. Ana, can you check it?"), kind="file")
    assert [found.owner and found.owner.name for found in follow_ups([*EVERYBODY, page])] == [None, "Ana Lima"]


def test_in_an_uploaded_transcript_the_speaker_is_known_by_name_and_by_the_id_of_the_one_who_is_called_so() -> None:
    turns = [
        ("Ana Lima", "Ana Lima: Can you send the offer to Acme?"),
        ("Bo Chen", "Bo Chen: Sure, I'll do that by Friday."),
        ("Zoe Quist", "Zoe Quist: And I'll book the room."),
    ]
    items = [replace(item(n, who, text), author_id="", kind="file") for n, (who, text) in enumerate(turns)]
    found = follow_ups([*EVERYBODY, *items], lambda _: "UTC")
    assert [(one.task.text, one.owner and (one.owner.name, one.owner.id)) for one in found] == [
        ("send the offer to Acme?", ("Bo Chen", "U2")),
        ("book the room.", ("Zoe Quist", "")),
    ]


def test_who_is_only_mentioned_can_be_called_by_first_name() -> None:
    first = replace(item(0, "Bo Chen", "welcome @Zoe Quist!"), mentions=("Zoe Quist",))
    (found,) = follow_ups([first, item(1, "Bo Chen", "Zoe, could you check the invoice?")])
    assert found.owner
    assert (found.owner.name, found.owner.id) == ("Zoe Quist", "")


def test_the_same_task_is_said_once() -> None:
    assert len(said("I'll send the offer", "I'll send the offer!")) == 1


def test_a_due_date_is_the_one_of_the_sentence_in_the_zone_of_its_author() -> None:
    (first, second) = said("We met on Monday. I'll send the notes by tomorrow. Then I'll call the bank.")
    assert first.due
    assert (first.due.day, first.due.words) == (date(2026, 11, 19), "by tomorrow")
    assert second.due is None


def test_without_zones_no_due_date_is_resolved() -> None:
    (found,) = follow_ups([item(0, "Bo Chen", "I'll send the offer by Friday")])
    assert found.due is None


def test_a_long_line_without_a_stop_is_quoted_around_the_task() -> None:
    text = "so what we saw is this and then " * 30 + "I will send the draft to them " + "and more of that came up " * 30
    (found,) = said(text)
    (quote,) = [piece.quote for piece in found.task.evidence]
    assert "I will send the draft" in quote
    assert quote in text
    assert found.task.text.endswith(f"{quote.split()[-1]}…")
    assert len(quote.split()) <= 45


def test_a_name_that_fits_two_people_is_nobodys() -> None:
    people = People(EVERYBODY)
    assert people.named("mark") is None
    assert people.named("@Mark Obi") == people.named("mark obi") is not None
    assert [one.person for one in people.in_text("ask Mark")] == [None]


@pytest.mark.parametrize("text", ["Please verify your email", "I'll send you the documents", "Can we meet on Monday?"])
def test_what_asks_its_reader_for_something_is_told_from_a_report(text: str) -> None:
    assert asks_or_promises(text)
    assert not asks_or_promises("They did deliver gas to us at Cotton Valley.")


WORDS = st.sampled_from(
    [
        "I'll",
        "@Ana Lima",
        "Ana,",
        "can you",
        "please",
        "send",
        "check",
        "the offer",
        "ACTION:",
        "[Ana]",
        "will",
        "(Ana)",
    ]
)
MARKS = st.sampled_from(
    ["to", "by Friday", "and", "on it", "will do", ".", "\n", "> ", "```", "- [ ]", "I’m going to", "@here"]
)
TEXTS = st.text() | st.lists(WORDS | MARKS, max_size=14).map(" ".join)
ITEMS = st.lists(st.tuples(st.sampled_from([*IDS, "", "(", "@"]), TEXTS, st.sampled_from(["", "m0", "m1"])), max_size=6)


@given(ITEMS, st.sampled_from(["UTC", "", "Asia/Kathmandu"]))
def test_whatever_is_written_every_word_shown_stands_in_the_items(lines: list[tuple[str, str, str]], zone: str) -> None:
    items = [item(n, author, text, thread) for n, (author, text, thread) in enumerate(lines)]
    texts = {one.id: one.text for one in items}
    for found in follow_ups(items, lambda _: zone):
        assert found.task.text in texts[found.task.evidence[0].id]
        assert all(piece.quote in texts[piece.id] for piece in found.task.evidence)
        if found.owner:
            assert found.owner.proof.quote in texts[found.owner.proof.id]
            known = found.owner.name in {one.author for one in items}
            assert known or any(f"@{found.owner.name}" in text for text in texts.values())
        if found.due:
            assert any(found.due.words in text for text in texts.values())


@given(TEXTS)
def test_sentences_stand_apart_and_in_order(text: str) -> None:
    at = 0
    for start, end in sentences(text):
        assert at <= start < end <= len(text)
        assert text[start:end].strip() == text[start:end]
        at = end


@given(ITEMS, st.text(max_size=8) | st.sampled_from([*IDS, *IDS.values()]), st.dates() | st.none())
def test_whatever_a_model_claims_only_what_is_proven_stays(
    lines: list[tuple[str, str, str]], owner: str, day: date | None
) -> None:
    items = [item(n, author, text, thread) for n, (author, text, thread) in enumerate(lines)]
    task = Statement(text="send it", evidence=[Evidence(id=one.id, quote=one.text) for one in items])
    result = checked(task, owner, day, items, lambda _: "UTC")
    kept = result.follow_up
    if kept.owner:
        assert any(stands_in(kept.owner.proof.quote, one.text) or kept.owner.proof.quote in one.text for one in items)
    assert kept.due is None or kept.due.day == day
    assert bool(owner.strip()) or kept.owner is None


CLAIM_ITEMS = [
    item(0, "Bo Chen", "@Ana Lima can you send the offer by Friday? Thanks."),
    item(1, "Dana Reyes", "I'll book the room. The room is on Friday."),
    item(2, "Bo Chen", "Somebody should call the bank"),
    item(3, "Ana Lima", "I can do that by 2026-11-30"),
]


@pytest.mark.parametrize(
    ("quote", "owner", "day", "kept", "reason"),
    [
        (("m0", "can you send the offer by Friday"), "Ana Lima", date(2026, 11, 20), ("Ana Lima", "2026-11-20"), ""),
        (("m0", "can you send the offer"), "U1", None, ("Ana Lima", ""), ""),
        (("m0", "can you send the offer"), "@ana", None, ("Ana Lima", ""), ""),
        (("m0", "can you send the offer"), "", None, ("", ""), ""),
        (
            ("m0", "can you send the offer"),
            "Bo Chen",
            None,
            ("", ""),
            "the quotes show Ana Lima as the owner, not Bo Chen",
        ),
        (
            ("m0", "can you send the offer"),
            "Ana Lima",
            date(2026, 11, 21),
            ("Ana Lima", ""),
            "the quotes say 2026-11-20",
        ),
        (("m0", "Thanks."), "Ana Lima", date(2026, 11, 20), ("", ""), "nothing in the quotes shows that Ana Lima took"),
        (("m0", "Ana agreed to it"), "Ana Lima", None, ("", ""), "nothing in the quotes shows"),  # no such words
        (("m9", "I'll do it"), "Ana Lima", None, ("", ""), "nothing in the quotes shows"),  # no such message
        (("m1", "I'll book the room"), "Dana Reyes", date(2026, 11, 20), ("Dana Reyes", ""), "no due date can be read"),
        (("m2", "Somebody should call the bank"), "Ana Lima", None, ("", ""), "nothing in the quotes shows"),
        (("m3", "I can do that by 2026-11-30"), "Ana Lima", date(2026, 11, 30), ("Ana Lima", "2026-11-30"), ""),
    ],
)
def test_of_a_models_claim_what_the_cited_words_prove_stays_and_the_rest_is_dropped_with_a_reason(
    quote: tuple[str, str], owner: str, day: date | None, kept: tuple[str, str], reason: str
) -> None:
    task = Statement(text="send the offer", evidence=[Evidence(id=quote[0], quote=quote[1])])
    result = checked(task, owner, day, CLAIM_ITEMS, lambda _: "Europe/Berlin")
    found = result.follow_up
    assert (found.owner.name if found.owner else "", found.due.day.isoformat() if found.due else "") == kept
    assert reason in "; ".join(result.dropped)
    assert bool(reason) == bool(result.dropped)


def test_a_promise_that_somebody_else_is_quoted_with_proves_nothing() -> None:
    items = [replace(CLAIM_ITEMS[0], text="> I'll pay the invoice\nwho wrote that?")]
    task = Statement(text="pay the invoice", evidence=[Evidence(id="m0", quote="I'll pay the invoice")])
    assert checked(task, "Bo Chen", None, items).follow_up.owner is None


def test_a_long_message_is_read_to_its_end() -> None:
    (repeated, last) = said("I'll send the offer by Friday. " * 1500 + "And I'll book the room.")
    assert repeated.task.text.startswith("send the offer")
    assert last.task.text == "book the room."
