from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from blocks.card import card
from blocks.fold import fold
from blocks.message import Message
from blocks.modals import evidence_view
from blocks.phone import BULLET, TEXT, lines
from blocks.posted import posted
from blocks.view import Card, Change, Item, Mark, Person, Posted, Quote, Receipt, Section
from sandbox.blockkit import check_message, check_view
from tests.blockkit import nodes

ANA, DANA, LI = Person("U0ANA", "ana"), Person("U0DANA", "dana"), Person("U0LI", "li")
LINK = "https://example.slack.com/archives/C1/p1700000000000100"
OUTCOME = Item("outcome", "We ship on Friday.", Mark.QUOTED, "", (Quote("We ship on Friday.", "ben", LINK),))
DOUBT = Item("points.0", "Li tests 12 browsers.", Mark.DOUBTFUL, "12 is not in the source")
BARE = Item("points.1", "The budget is fixed.", Mark.UNSUPPORTED)
OWN = Item("points.2", "We write a post.", Mark.WRITTEN, "written by @dana")
CARD = Card(
    *("d1", 2, "proposed", "Summary of #general", ANA),
    (Section("", (OUTCOME,)), Section("Points", (DOUBT, BARE, OWN))),
    *("Read 212 messages in 31 threads", "Posts this in #general, for its 20 members"),
    deciders=(DANA,),
    deciders_note="She leads #general",
    notices=("No model is set up: these are key messages picked without one.",),
    footer="a-model · 1,200 tokens",
)
AT = datetime(2026, 11, 23, 8, 2, tzinfo=UTC)


def said(blocks: list[dict[str, Any]]) -> str:
    """Everything that a reader sees, one piece a line."""
    return "\n".join(node["text"] for node in nodes(blocks) if isinstance(node.get("text"), str))


def buttons(message: Message) -> dict[str, str]:
    """The labels of the buttons by action id."""
    return {n["action_id"]: n["text"]["text"] for n in nodes(message.blocks) if n.get("type") == "button"}


def decided(status: str, **more: Any) -> Message:
    message = card(replace(CARD, status=status, decided_by=DANA, decided_at=AT, **more))
    assert check_message({"text": message.text, "blocks": message.blocks}) == []
    return message


def test_a_waiting_card_says_whom_it_waits_for_and_who_asked() -> None:
    message = card(CARD)
    assert check_message({"text": message.text, "blocks": message.blocks}) == []
    assert "*Draft: waits for <@U0DANA>*" in said(message.blocks[:1])
    assert "Asked by <@U0ANA>" in said(message.blocks)
    assert message.text.startswith("Draft: waits for @dana: Summary of #general\nWe ship on Friday.")


def test_a_waiting_card_names_a_few_deciders_and_counts_the_rest() -> None:
    many = tuple(Person(f"U{i}", f"p{i}") for i in range(7))
    assert "waits for <@U0>, <@U1> or 5 others*" in said(card(replace(CARD, deciders=many)).blocks)
    assert "waits for <@U0> or <@U1>*" in said(card(replace(CARD, deciders=many[:2])).blocks)
    assert "waits for a decision*" in said(card(replace(CARD, deciders=())).blocks)


def test_a_waiting_card_says_what_approval_will_do_who_decides_and_what_was_read() -> None:
    words = said(card(CARD).blocks)
    assert "*On approval:* posts this in #general, for its 20 members" in words
    assert "Decides: <@U0DANA>. She leads #general" in words
    assert "Read 212 messages in 31 threads" in words
    assert "ℹ️ No model is set up" in words
    assert words.endswith("a-model · 1,200 tokens")


def test_a_waiting_card_has_approve_edit_reject_and_more_with_id_and_version_only() -> None:
    (row,) = [block for block in card(CARD).blocks if block["type"] == "actions"]
    assert [(e["action_id"], e.get("value"), e.get("style")) for e in row["elements"]] == [
        ("draft_approve", "d1|2", "primary"),
        ("draft_edit", "d1|2", None),
        ("draft_reject", "d1|2", "danger"),
        ("draft_more", None, None),
    ]
    assert [e["text"]["text"] for e in row["elements"][:3]] == ["Approve", "Edit", "Reject"]
    assert [(o["text"]["text"], o["value"]) for o in row["elements"][3]["options"]] == [
        ("Evidence", "evidence|d1|2"),
        ("Who decides, and why", "rule|d1|2"),
        ("Hand to somebody", "hand|d1|2"),
        ("Ask who asked for it", "question|d1|2"),
        ("Withdraw", "withdraw|d1|2"),
    ]


def test_a_statement_that_is_not_fully_supported_is_marked_in_words_with_the_reason() -> None:
    words = said(card(CARD).blocks)
    assert "⚠ Check this: 12 is not in the source" in words
    assert "⚠ Not supported: no evidence in the source" in words
    assert "✎ Not from the source: written by @dana" in words
    assert words.count("⚠") == 2
    assert "✓" not in words


def test_the_card_shows_the_text_exactly_as_it_will_be_posted() -> None:
    exact = replace(CARD, sections=(Section("", (OUTCOME,)), Section("Points", (replace(DOUBT, mark=Mark.CITED),))))
    shown = [block for block in card(exact).blocks if block["type"] == "rich_text"]
    (message,) = posted(Posted(exact.title, exact.sections, DANA, "drafted by AI"))
    assert [block for block in message.blocks if block["type"] == "rich_text"] == shown


def test_a_long_draft_folds_after_ten_lines_and_says_how_much_it_hides() -> None:
    items = tuple(Item(f"points.{i}", f"Statement {i}.", Mark.QUOTED) for i in range(24))
    message = card(replace(CARD, sections=(Section("", items),)))
    assert "Statement 9." in said(message.blocks)
    assert "Statement 10." not in said(message.blocks)
    assert "… 14 more lines: open Evidence" in said(message.blocks)
    assert buttons(message)["draft_evidence"] == "Evidence"


def test_the_fold_says_how_many_marked_statements_it_hides() -> None:
    items = tuple(Item(f"points.{i}", "x" * BULLET * 4, Mark.UNSUPPORTED if i > 3 else Mark.CITED) for i in range(6))
    assert "with 2 marked statements: open Evidence" in said(card(replace(CARD, sections=(Section("", items),))).blocks)


def test_ten_lines_do_not_fold() -> None:
    sections = (Section("Title", tuple(Item(f"p.{i}", "x" * BULLET) for i in range(9))),)
    assert fold(sections).sections == sections
    assert fold(sections).lines == 0


@pytest.mark.parametrize("text", ["word " * 500, "x" * 5000, "line\n" * 40, "\n\nlong " * 300])
def test_a_long_statement_is_cut_at_ten_lines_with_an_ellipsis(text: str) -> None:
    folded = fold((Section("", (Item("outcome", text),)),))
    ((item,),) = [section.items for section in folded.sections]
    assert item.text.endswith("…")
    assert text.startswith(item.text[:-1].rstrip())
    assert 9 <= lines(item.text) <= 10
    assert lines(item.text) + folded.lines == lines(text)


def test_nothing_after_a_cut_statement_is_shown() -> None:
    folded = fold(
        (Section("", (Item("a", ("w" * 45 + " ") * 30), Item("b", "After."))), Section("", (Item("c", "End."),)))
    )
    assert [item.field for section in folded.sections for item in section.items] == ["a"]


def test_links_to_sources_count_as_lines_and_never_hide_a_statement_alone() -> None:
    quote = Quote("w", "a" * 40, LINK)
    item = Item("p.0", "x" * BULLET, evidence=(quote,))
    assert fold((Section("", (item,) * 5),)).lines == 11  # three lines each: the fourth is shown without its links
    last = replace(item, text="x" * TEXT * 10)
    folded = fold((Section("", (last,)),))
    assert folded.sections == (Section("", (replace(last, evidence=()),)),)
    assert folded.lines == 3  # " (source: ", the label, ")"


def test_a_cut_statement_shows_no_source_of_what_it_hides() -> None:
    folded = fold((Section("", (replace(OUTCOME, text="word " * 500),)),))
    assert folded.sections[0].items[0].evidence == ()


def test_a_decided_card_offers_evidence_once() -> None:
    many = (Section("", tuple(Item(f"p.{i}", f"Statement {i}.") for i in range(30))),)
    for sections in (many, CARD.sections):
        labels = [
            n["text"]["text"] for n in nodes(decided("applied", sections=sections).blocks) if n.get("type") == "button"
        ]
        assert labels == ["Evidence"]


@pytest.mark.parametrize("status", ["approved", "applied", "rejected", "expired", "withdrawn", "failed", "superseded"])
def test_only_a_proposed_card_can_be_decided(status: str) -> None:
    message = decided(status)
    assert not {"draft_approve", "draft_edit", "draft_reject", "draft_more"} & set(buttons(message))
    assert "On approval" not in said(message.blocks)
    assert not [node for node in nodes(message.blocks) if node.get("type") == "overflow"]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("approved", "*Approved by <@U0DANA>*"),
        ("applied", "*Applied: approved by <@U0DANA>*"),
        ("failed", "*Failed: approved by <@U0DANA>, but not carried out*"),
        ("rejected", "*Rejected by <@U0DANA>*"),
        ("withdrawn", "*Withdrawn by <@U0DANA>*"),
        ("expired", "*Expired: nobody decided in time*"),
        ("superseded", "*Superseded by <@U0DANA>: there is a newer draft*"),
    ],
)
def test_a_decided_card_says_what_happened_by_whom_and_when(status: str, words: str) -> None:
    message = decided(status)
    top = message.blocks[0]["text"]["text"]
    assert words in top
    assert f"<!date^{int(AT.timestamp())}^{{date_short_pretty}} at {{time}}|2026-11-23 08:02 UTC>" in top
    assert "<" not in message.text


def test_a_rejected_card_shows_the_reason_and_that_nothing_took_effect() -> None:
    words = said(decided("rejected", reason="Not true: it is Monday").blocks)
    assert "Not true: it is Monday" in words
    assert "Nothing of it took effect." in words


def test_the_edits_are_shown_with_what_was_struck_out_and_what_is_new() -> None:
    changes = (Change("Friday", "Monday"), Change("", "A new one"), Change("An old one", ""))
    message = decided("approved", changes=changes)
    assert "*Approved with edits by <@U0DANA>*" in said(message.blocks)
    styled = {node["text"]: node["style"] for node in nodes(message.blocks) if "style" in node and "text" in node}
    assert styled["Friday"] == styled["An old one"] == {"strike": True}
    assert styled["Monday"] == styled["A new one"] == {"bold": True}


def test_more_edits_than_a_card_holds_are_counted() -> None:
    changes = tuple(Change(f"before {i}", f"after {i}") for i in range(11))
    assert "… and 3 more" in said(decided("approved", changes=changes).blocks)


def test_a_waiting_card_that_was_edited_says_so() -> None:
    message = card(replace(CARD, changes=(Change("a", "b"),)))
    assert "version 2, 1 change by hand" in said(message.blocks)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("waiting", "⏳ Waiting"),
        ("sending", "📤 Sending"),
        ("done", "✅ Done"),
        ("failed", "❌ Failed"),
        ("parked", "✋ Parked for a person"),
    ],
)
def test_a_receipt_says_its_state_links_what_was_made_and_says_why_not(state: str, words: str) -> None:
    message = decided("approved", receipts=(Receipt("Post in #general", state, LINK, "the channel is archived"),))
    assert f"{words}: Post in #general (the channel is archived)" in said(message.blocks)
    assert {"type": "link", "url": LINK, "text": "open"} in list(nodes(message.blocks))


def test_a_failed_card_can_be_tried_again_and_no_other_can() -> None:
    assert buttons(decided("failed"))["draft_retry"] == "Try again"
    assert "draft_retry" not in {**buttons(decided("applied")), **buttons(card(CARD))}


def test_a_post_has_the_title_the_text_the_sources_and_who_approved_it() -> None:
    (message,) = posted(Posted("Summary of #general", CARD.sections, DANA, "drafted by AI from 212 messages"))
    assert check_message({"text": message.text, "blocks": message.blocks}) == []
    assert message.blocks[0]["text"]["text"] == "Summary of #general"
    assert message.blocks[-1]["elements"][0]["text"] == "✅ Approved by <@U0DANA> · drafted by AI from 212 messages"
    assert {"type": "link", "url": LINK, "text": "ben"} in list(nodes(message.blocks))
    assert "Check this" not in said(message.blocks)
    assert message.text.startswith("Summary of #general (approved by @dana)\nWe ship on Friday.")


def test_a_post_links_each_source_once_and_three_at_most() -> None:
    quotes = tuple(Quote("w", f"p{i}", f"{LINK}{i // 2}") for i in range(12))
    (message,) = posted(Posted("S", (Section("", (replace(OUTCOME, evidence=quotes),)),), DANA))
    assert [n["url"] for n in nodes(message.blocks) if n.get("type") == "link"] == [f"{LINK}{i}" for i in range(3)]


def test_a_long_post_takes_several_messages_that_say_which_part_they_are() -> None:
    items = tuple(Item(f"points.{i}", f"{i} " + "word " * 100) for i in range(60))
    messages = posted(Posted("Summary", (Section("Points", items),), DANA))
    assert len(messages) == 5
    for number, message in enumerate(messages[1:], 2):
        assert message.blocks[0]["elements"][0]["text"] == f"*Summary* · part {number} of 5"
    assert ["Approved by" in said(message.blocks) for message in messages] == [False] * 4 + [True]


def test_the_evidence_has_every_statement_its_mark_its_quotes_with_author_and_link_and_the_coverage() -> None:
    view = evidence_view(CARD)
    assert check_view(view) == []
    words = said(view["blocks"])
    assert "“We ship on Friday.” — ben" in words
    assert {"type": "link", "url": LINK, "text": "open"} in list(nodes(view["blocks"]))
    assert "✓ Words of the source" in words
    assert "12 is not in the source" in words
    assert "Read 212 messages in 31 threads" in words
    assert "not shown in full" not in words


def test_evidence_that_one_window_cannot_hold_is_counted() -> None:
    items = tuple(Item(f"points.{i}", f"Statement {i}. " + "word " * 400) for i in range(200))
    view = evidence_view(replace(CARD, sections=(Section("", items),)))
    words = said(view["blocks"])
    shown = sum(f"Statement {i}. " in words for i in range(200))
    assert 50 < shown < 200
    assert f"{200 - shown} more statements are not shown in full" in words


def test_a_long_account_of_what_was_read_is_whole_under_evidence_and_the_card_says_so() -> None:
    skipped = "; ".join(f"skipped 1 file: “{number}.zip” cannot be read (zip)" for number in range(80))
    view = replace(CARD, coverage=f"Read 212 messages; {skipped}")
    shown = said(card(view).blocks)
    assert "The whole list is under Evidence." in shown
    assert "“79.zip”" not in shown
    assert "“79.zip”" in said([evidence_view(view)])
    assert check_view(evidence_view(view)) == []


def test_what_code_says_after_a_statement_stands_on_the_card_in_the_evidence_and_in_what_is_posted() -> None:
    told = replace(OUTCOME, tail="@Ben, by Thu 26 Nov")
    view = replace(CARD, sections=(Section("", (told,)),))
    for blocks in (card(view).blocks, evidence_view(view)["blocks"], posted(Posted("T", view.sections, ANA))[0].blocks):
        assert "We ship on Friday." in str(blocks)
        assert " — @Ben, by Thu 26 Nov" in str(blocks)


def test_what_stands_after_a_statement_counts_when_a_card_is_folded() -> None:
    items = tuple(Item(f"p.{i}", "x" * BULLET, tail="owner?") for i in range(6))
    folded = fold((Section("", items),))
    assert (len(folded.sections[0].items), folded.lines) == (5, 2)
