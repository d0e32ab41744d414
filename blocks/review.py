"""The list of what waits for somebody, channel by channel, and the way through it one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from blocks.body import date, duration, fallback, link, mention, short
from blocks.budget import MESSAGE_SIZE, size
from blocks.message import Message
from blocks.parts import Block, actions, button, context, section
from blocks.view import Person

NEXT = "review_next"
BULK = "review_bulk"
SOURCES, LINES = 10, 10  # shown: channels, and drafts of one
_TEXT = 2900  # characters of a paragraph; Slack takes 3,000
_LINK = 300  # no permalink is longer


@dataclass(frozen=True)
class Line:
    """One draft that waits. `age_s`: since when; `link` is its card's, "" where it has none yet."""

    title: str
    age_s: int
    link: str
    ends_at: datetime
    requester: Person
    asked: bool = False  # they have a question to answer first


@dataclass(frozen=True)
class Source:
    """What waits that is about one channel."""

    channel: str
    title: str
    lines: tuple[Line, ...]


def review(key: str, sources: Sequence[Source], *, minutes: int) -> Message:
    """The message: how many, how long it takes, what they are, and the button that begins."""
    count = sum(len(source.lines) for source in sources)
    drafts = "1 draft waits" if count == 1 else f"{count} drafts wait"
    head = f"☕ {drafts} for you, about {minutes} minute{'' if minutes == 1 else 's'}"
    start = actions(turn_button("Start", key, "", style="primary"))
    return Message(fallback(head), [section(f"*{head}*"), start, *sources_blocks(sources, MESSAGE_SIZE - 1000)])


def sources_blocks(sources: Sequence[Source], room: int) -> list[Block]:
    """The list, channel by channel, in so many characters of JSON at most."""
    shown: list[Block] = []
    for number, source in enumerate(sources):
        blocks = _source(source)
        if number == SOURCES or size([*shown, *blocks]) > room:
            return [*shown, context(f"… and of {len(sources) - number} more channels")]
        shown += blocks
    return shown


def _source(source: Source) -> list[Block]:
    """The drafts of one channel, with a button for those that can be approved together."""
    several = button("Approve several", BULK, source.channel) if len(source.lines) > 1 else None
    words = f"*{short(source.title, 100)}* · {len(source.lines)}"
    for number, line in enumerate(source.lines):
        longer = f"{words}\n• {_line(line)}"
        if number == LINES or len(longer) > _TEXT:
            rest = context(f"… and {len(source.lines) - number} more of {short(source.title, 100)}")
            return [section(words, several), rest]
        words = longer
    return [section(words, several)]


def _line(line: Line) -> str:
    title = link(line.link, line.title) if 0 < len(line.link) < _LINK else short(line.title, 150)
    who = f"{title} · asked by {mention(line.requester)}"
    if line.asked:
        return f"{who}, who has a question to answer first"
    return f"{who} · waits {duration(line.age_s)}, until {date(line.ends_at)}"


def turn_button(label: str, key: str, shown: str, *, style: str = "") -> Block:
    """The button that shows the next draft in the message with this key, which shows that of `shown`."""
    return button(label, NEXT, f"{key}|{shown}", style=style)


def unpack_turn(value: str) -> tuple[str, str]:
    """Key and request from a button's value."""
    key, _, shown = value.rpartition("|")
    return key, shown


def with_next(message: Message, key: str, shown: str) -> Message:
    """A card in that message: with the button that goes on beside its own."""
    step = turn_button("Next", key, shown)
    rows = [number for number, block in enumerate(message.blocks) if block["type"] == "actions"]
    blocks = list(message.blocks)
    if rows:
        last = blocks[rows[0]]
        blocks[rows[0]] = {**last, "elements": [*last["elements"], step]}
    else:
        blocks.append(actions(step))
    return Message(message.text, blocks)


def all_done() -> Message:
    """In the end."""
    words = "☕ That was all: nothing else waits for you."
    return Message(fallback(words), [section(words)])
