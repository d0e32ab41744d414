"""Ways to find follow-ups in a talk, beside the one that ships."""

from __future__ import annotations

import hashlib
import os
import random
import re
from collections.abc import Callable, Sequence
from datetime import date

from pydantic import BaseModel, Field

from benchmarks.talks import Extract
from bot.drafting.drafter import DraftRequest
from bot.drafting.followups.claims import checked
from bot.drafting.followups.found import FollowUp, Owner
from bot.drafting.model.drafter import OpenAIDrafter
from bot.drafting.source import SourceItem
from bot.drafting.statement import Evidence, Statement

LOOSE = re.compile(
    r"(?<!\w)(?:i'll|i will|i can|i'm going to|we'll|we will|let's|lets|we should|we need to|need to|needs to|can you"
    r"|could you|would you|will you|please|action|todo|volunteer|take care of|make sure|someone|going to)(?!\w)",
    re.IGNORECASE,
)


def by_cue(cue: Callable[[str], bool]) -> Extract:
    """Every utterance with a cue is flagged as its speaker's."""

    def extract(items: Sequence[SourceItem]) -> list[FollowUp]:
        flagged = (item for item in items if cue(item.text))
        return [
            FollowUp(Statement(text=i.text, evidence=[_all_of(i)]), Owner(i.author, i.author_id, _all_of(i)))
            for i in flagged
        ]

    return extract


def _all_of(item: SourceItem) -> Evidence:
    return Evidence(id=item.id, quote=item.text)


def once(extract: Extract) -> Extract:
    """The method, asked once for each conversation: a model has its price."""
    kept: dict[str, Sequence[FollowUp]] = {}

    def remembered(items: Sequence[SourceItem]) -> Sequence[FollowUp]:
        key = hashlib.sha256("".join(item.sha256 for item in items).encode()).hexdigest()
        if key not in kept:
            kept[key] = extract(items)
        return kept[key]

    return remembered


def thinned(extract: Extract, to: Extract, seed: int) -> Extract:
    """As many of one method's finds, drawn at random, as another makes."""

    def fewer(items: Sequence[SourceItem]) -> Sequence[FollowUp]:
        found = extract(items)
        return random.Random(seed).sample(list(found), min(len(found), len(to(items))))

    return fewer


class ClaimedFollowUp(BaseModel):
    """What a model is asked for."""

    task: Statement
    owner: str
    due: str


class ClaimedFollowUps(BaseModel):
    """The shape of a model's answer."""

    items: list[ClaimedFollowUp] = Field(default_factory=list)


INSTRUCTIONS = """\
List what people took on or were asked to do in this conversation and have not done in it.
- task: what is to be done, with the words that say so.
- owner: the name of the person who took it on or was asked by name; "" if nobody did or was.
- due: the day as YYYY-MM-DD if a deadline was said; else "".
If there is nothing to do, the list is empty."""


def by_model() -> Extract | None:
    """The model drafter with its claims checked, if a server is configured."""
    key, url, model = (os.environ.get(f"OPENAI_{name}", "") for name in ("API_KEY", "BASE_URL", "MODEL"))
    if not model or not (key or url):
        return None
    drafter = OpenAIDrafter(api_key=key, base_url=url or "https://api.openai.com/v1", model=model)

    def extract(items: Sequence[SourceItem]) -> list[FollowUp]:
        request = DraftRequest("followups", INSTRUCTIONS, ClaimedFollowUps, items, lambda _: ClaimedFollowUps())
        claimed = drafter.draft(request).payload.items
        return [checked(one.task, one.owner, _day(one.due), items, lambda _: "UTC").follow_up for one in claimed]

    return extract


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
