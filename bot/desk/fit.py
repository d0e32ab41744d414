"""From what a drafter wrote to what may be put before a person: verified, of bearable length, with something in it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from bot.drafting.checks.verifier import verify
from bot.drafting.drafter import DraftResult
from bot.drafting.edits import says_something
from bot.drafting.guards import flood
from bot.drafting.source import Source
from bot.drafting.statement import walk
from bot.errors import CountersignError
from bot.kinds import Kind


class NothingFound(CountersignError):  # noqa: N818 it is no error: that there is nothing is the answer
    """There is nothing to decide on."""


def without_flood(result: DraftResult[Any]) -> DraftResult[Any]:
    """The result with what nobody could be asked to read left out, which is said."""
    payload, left_out = flood.without_flood(result.payload)
    if not left_out:
        return result
    notice = f"The model wrote far too much: {left_out:,} statements at the end of its answer were left out."
    return replace(result, payload=payload, notices=(*result.notices, notice))


def with_something_in_it(
    result: DraftResult[Any], kind: Kind, source: Source, names: Collection[str]
) -> tuple[DraftResult[Any], BaseModel]:
    """The result and its verified payload, or key messages where nothing of it stands.

    `names` are those of people who may have nothing to do with the source. Raises NothingFound if there are none.
    """
    settled = kind.settle(result.payload, source.items)
    payload = verify(settled, source.items, instructions=kind.instructions, names=names)
    if says_something(payload):
        return result, payload
    said = any(statement.off for _, statement in walk(payload))
    if said or not kind.may_be_empty:
        payload = verify(kind.settle(kind.offline(source.items), source.items), source.items)
    if not says_something(payload):
        more = [*result.notices, kind.nothing, f"{source.coverage}."] if kind.may_be_empty else [kind.nothing]
        raise NothingFound(" ".join(more))
    why = "Nothing that the model wrote is supported by what was read" if said else "The model found nothing to say"
    notice = f"{why}; these are {kind.picks.lower()} picked without a model."
    return replace(result, drafter="offline", mode="offline", notices=(notice,)), payload
