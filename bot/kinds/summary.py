"""Summary: what a channel or a thread came to, for those who were not in it.

Approving posts it in the same channel or thread, or sends it to the person who asked for it alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pydantic import BaseModel, Field

from blocks.view import Section
from bot.drafting.offline.drafter import key_messages, quote_of
from bot.drafting.source import Source, SourceItem
from bot.drafting.statement import Statement
from bot.errors import CountersignError
from bot.kinds.kind import Aim, Asked, Destination, Kind, Opener, section
from bot.slack import Slack, SlackPerson
from bot.sources.access import is_direct
from bot.sources.conversation import read_thread, read_window
from bot.sources.files.shared import Files
from bot.sources.period import DEFAULT_PERIOD, Window, parse_request, resolve

INSTRUCTIONS = """\
Summarise this conversation for a colleague who was not in it.
- outcome: what it came to, in at most three sentences: decisions and results first.
- points: what else a reader needs to know, most important first, at most eight.
- open_questions: what was asked or left undecided and not settled later; empty if there is nothing.
Name people as the conversation names them. Say who decided or promised something only if they did so themselves."""


class Summary(BaseModel):
    """The shape of the answer."""

    outcome: list[Statement] = Field(default_factory=list)
    points: list[Statement] = Field(default_factory=list)
    open_questions: list[Statement] = Field(default_factory=list)


def check(text: str) -> None:
    """Raises CountersignError if the text after the command cannot be understood."""
    parse_request(text)


def aim(asked: Asked, person: SlackPerson, open_channel: Opener) -> Aim:
    """Settle what is read and where the summary goes: where it is about if asked for there, else to the asker."""
    ask = parse_request(asked.text)
    if ask.this_thread and not asked.thread_ts:
        raise CountersignError("“This thread” means the one you write in: mention me there, or give its link.")
    where = ask.where(asked.channel)
    if where == asked.channel and is_direct(where):
        raise CountersignError("Say which channel to summarise, for example: /summarise #general 7d")
    channel = open_channel(where)
    here = channel.id == asked.channel
    thread_ts = ask.message.root_ts if ask.message else asked.thread_ts if not ask.channel_id else ""
    destination = Destination(channel.id, thread_ts, private=ask.privately or not here)
    if thread_ts and ask.period != DEFAULT_PERIOD:
        raise CountersignError("A thread is read whole: leave the period out, or ask in the channel.")
    if thread_ts:
        return Aim((channel.id,), destination, f"Summary of a thread in {channel.title}", {"thread_ts": thread_ts})
    window = resolve(ask.period, asked.at, person.tz)
    detail = {"start": window.start.isoformat(), "end": window.end.isoformat(), "label": window.label}
    detail["zone"] = window.zone
    closed = window.end < asked.at
    return Aim((channel.id,), destination, f"Summary of {channel.title}, {window.label}", {**detail, "closed": closed})


def read(aim: Aim, slack: Slack) -> Source:
    """The conversation itself."""
    if "thread_ts" in aim.detail:
        return read_thread(slack, aim.reads[0], aim.detail["thread_ts"], files=Files(slack))
    start, end = (datetime.fromisoformat(aim.detail[edge]) for edge in ("start", "end"))
    window = Window(start, end, aim.detail["label"], aim.detail["zone"])
    source = read_window(slack, aim.reads[0], window, files=Files(slack))
    return replace(source, grows=source.grows and not aim.detail.get("closed", True))


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
    help="/summarise 7d · /summarise #channel since monday · /summarise <link to a thread> for me",
    verbs=("summarise", "summarize"),
    schema=Summary,
    instructions=INSTRUCTIONS,
    check=check,
    aim=aim,
    read=read,
    offline=offline,
    show=show,
    shortcut="summarise_thread",
)
