"""Digest: what is new in some channels, for those who follow them. Its schedule asks for it (`Ask`), not a person.

Approving posts it in a channel or sends it to people, at its hour.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Literal

from pydantic import BaseModel, Field, ValidationError

from blocks.view import Section
from bot.drafting.offline.cues import decides, promises
from bot.drafting.offline.drafter import key_messages, quote_of
from bot.drafting.source import Source, SourceItem
from bot.drafting.statement import Statement
from bot.errors import CountersignError
from bot.kinds.kind import Aim, Asked, Destination, Kind, Opener, Terms, item, section
from bot.schedule import words
from bot.slack import Slack, SlackPerson
from bot.sources.files.shared import Files
from bot.sources.several import listed, read_channels
from bot.sources.window import Window

INSTRUCTIONS = """\
Write a digest of these conversations for colleagues who follow the channels but have not read them.
- points: {points}, at most six for each channel, most important first, channel by channel in the order of the data.
Each statement is about one channel and cites messages of that channel only."""
Content = Literal["news", "decisions", "actions"]


@dataclass(frozen=True)
class Focus:
    """What a digest is about, in its title, for a model, and for the drafter that has none."""

    title: str
    points: str
    fits: Callable[[str], bool]
    nothing: str
    may_be_empty: bool = True  # that there is nothing of it is worth knowing, and nothing else stands in


FOCUS: dict[Content, Focus] = {
    "news": Focus(
        "Digest of", "what is new, decided, done or still open", lambda _text: True, "I found nothing to report.", False
    ),
    "decisions": Focus(
        "Decisions in", "only what was decided or agreed, and by whom", decides, "I found no decisions to report."
    ),
    "actions": Focus(
        "Promises and requests in",
        "only what somebody promised to do or was asked to do, and by when if it was said",
        promises,
        "I found no promises or requests to report.",
    ),
}
NO_CHANNEL = "Other"
_PER_CHANNEL = 5


class Ask(BaseModel):
    """What a schedule asks for: the text of its request."""

    channels: list[str] = Field(min_length=1)
    to_channel: str = ""
    to_users: list[str] = Field(default_factory=list)
    start: datetime
    end: datetime
    label: str
    zone: str
    deciders: list[str] = Field(min_length=1)
    deciders_note: str = ""
    unreviewed: bool = False
    not_before: str = ""
    decide_by: str = ""
    note: str = ""
    content: Content = "news"


class Digest(BaseModel):
    """The shape of the answer. The channel of a statement is that of its evidence: code knows it, no model says it."""

    points: list[Statement] = Field(default_factory=list)


def check(text: str) -> None:
    """Raises CountersignError for what no schedule has written."""
    _ask(text)


def aim(asked: Asked, _person: SlackPerson, open_channel: Opener) -> Aim:
    """Settle what is read and where it goes, as the schedule says."""
    ask = _ask(asked.text)
    titles = [open_channel(channel_id).title for channel_id in ask.channels]
    private = not ask.to_channel and ask.to_users == [asked.by]
    to = Destination(ask.to_channel or ask.channels[0], private=private, users=() if private else tuple(ask.to_users))
    terms = Terms(
        deciders=tuple(ask.deciders),
        deciders_note=ask.deciders_note,
        unreviewed=ask.unreviewed,
        not_before=ask.not_before,
        hour=words(datetime.fromisoformat(ask.not_before), ask.zone, asked.at) if ask.not_before else "",
        decide_by=ask.decide_by,
        note=ask.note,
        scheduled=True,
        checked=True,
    )
    detail = {"start": ask.start.isoformat(), "end": ask.end.isoformat(), "label": ask.label, "zone": ask.zone}
    detail["content"] = ask.content
    return Aim(tuple(ask.channels), to, f"{FOCUS[ask.content].title} {listed(titles)}, {ask.label}", detail, terms)


def tailored(kind: Kind, aim: Aim) -> Kind:
    """The kind for what this digest is about."""
    focus = FOCUS[aim.detail["content"]]
    return replace(
        kind,
        instructions=INSTRUCTIONS.format(points=focus.points),
        offline=partial(offline, fits=focus.fits),
        nothing=focus.nothing,
        may_be_empty=focus.may_be_empty,
    )


def read(aim: Aim, slack: Slack) -> Source:
    """The window of every channel."""
    start, end = (datetime.fromisoformat(aim.detail[edge]) for edge in ("start", "end"))
    window = Window(start, end, aim.detail["label"], aim.detail["zone"])
    return read_channels(slack, aim.reads, window, files=Files(slack))


def offline(items: Sequence[SourceItem], fits: Callable[[str], bool] = FOCUS["news"].fits) -> Digest:
    """Key messages of each channel, word for word, among those that fit."""
    items = [item for item in items if fits(item.text)]
    places = dict.fromkeys(item.place for item in items)
    picked = [
        found
        for place in places
        for found in key_messages([item for item in items if item.place == place], limit=_PER_CHANNEL)
    ]
    return Digest(points=[quote_of(found) for found in picked])


def show(digest: Digest) -> list[Section]:
    """A section for each channel, in the order of their first statement; what has no channel comes last."""
    by_place: dict[str, list[int]] = {}
    for index, statement in enumerate(digest.points):
        by_place.setdefault(_place(statement), []).append(index)
    if set(by_place) == {""}:
        return section("", "points", digest.points)
    other = by_place.pop("", [])  # a sentence that a person adds has no channel: where they can add one is here
    return [
        Section(title, tuple(item(f"points.{index}", digest.points[index]) for index in indexes), "points")
        for title, indexes in [*by_place.items(), (NO_CHANNEL, other)]
        if digest.points
    ]


def _place(statement: Statement) -> str:
    return next((evidence.place for evidence in statement.evidence if evidence.found and evidence.place), "")


def _ask(text: str) -> Ask:
    try:
        return Ask.model_validate_json(text)
    except ValidationError as error:
        raise CountersignError("A digest is set up with /digest, and runs by its schedule.") from error


KIND = Kind(
    name="digest",
    title="Digest",
    help="/digest · /digest list",
    verbs=(),
    schema=Digest,
    instructions=INSTRUCTIONS.format(points=FOCUS["news"].points),
    check=check,
    aim=aim,
    read=read,
    offline=offline,
    show=show,
    tailored=tailored,
    again=True,
)
