"""Summary: what a channel or a thread came to, for those who were not in it.

Approving posts it in the same channel or thread, or sends it to the person who asked for it alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, Field

from blocks.view import Section
from bot.drafting.offline.drafter import key_messages, quote_of
from bot.drafting.source import SourceItem
from bot.drafting.statement import Statement
from bot.kinds.conversation import Conversation
from bot.kinds.kind import Kind, section

INSTRUCTIONS = """\
Summarise this conversation for a colleague who was not in it.
- outcome: what it came to, in at most three sentences: decisions and results first.
- points: what else a reader needs to know, most important first, at most eight.
- open_questions: what was asked or left undecided and not settled later; empty if there is nothing.
Name people as the conversation names them. Say who decided or promised something only if they did so themselves."""

ASKED = Conversation("Summary", "/summarise", briefs=True)


class Summary(BaseModel):
    """The shape of the answer."""

    outcome: list[Statement] = Field(default_factory=list)
    points: list[Statement] = Field(default_factory=list)
    open_questions: list[Statement] = Field(default_factory=list)


def offline(items: Sequence[SourceItem]) -> Summary:
    """Key messages, word for word."""
    return Summary(points=[quote_of(item) for item in key_messages(items)])


def show(summary: Summary) -> list[Section]:
    """Its sections, in reading order."""
    return [
        *section("Outcome", "outcome", summary.outcome),
        *section("Key points" if summary.outcome else "Key messages", "points", summary.points),
        *section("Open questions", "open_questions", summary.open_questions),
    ]


KIND = Kind(
    name="summary",
    title="Summary",
    help=(
        "/summarise 7d · /summarise #channel since monday · /summarise <link to a thread> for me · "
        "/summarise #channel 6 weeks for @name"
    ),
    verbs=("summarise", "summarize"),
    schema=Summary,
    instructions=INSTRUCTIONS,
    check=ASKED.check,
    aim=ASKED.aim,
    read=ASKED.read,
    offline=offline,
    show=show,
    shortcut="summarise_thread",
    shortcut_name="Summarise thread",
)
