"""What a draft keeps of how it came about, and what it says approving will do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from pydantic import BaseModel

from bot.desk.lineage import Lesson
from bot.drafting.drafter import DraftResult
from bot.drafting.guards.steering import cautions
from bot.drafting.model.receipt import Prices, receipt
from bot.drafting.offline.uncovered import missed
from bot.drafting.source import Source, SourceItem
from bot.kinds import Kind
from bot.sources.several import listed

MOST_LISTED = 1000  # items that an audit row names one by one


def origin(
    source: Source,
    result: DraftResult[Any],
    verified: BaseModel,
    kind: Kind,
    destination: dict[str, Any],
    prices: Prices,
    learnt: Lesson | None,
) -> dict[str, Any]:
    """What the card and the audit log tell of a draft beside its text, as plain JSON.

    `learnt`: what was said of an earlier one, if anything.
    """
    read, note = listed(source.read), destination["terms"]["note"]
    if result.drafter == "offline":
        drafted = f"{kind.picks} of {read}, picked without a model"
    else:
        drafted = f"Drafted by AI from {read}"
    again = [learnt.notice] if learnt else []
    found, count = missed(source.items, verified)
    return {
        "coverage": "; ".join([source.coverage, *result.gaps]),
        "drafted": " · ".join(filter(None, [drafted, note])),
        "footer": receipt(result, source.secrets, prices),
        "notices": [*([note] if note else []), *again, *result.notices],
        "drafter": result.drafter,
        "model": result.model,
        "mode": result.mode,
        "tokens_in": result.tokens_in,
        "tokens_out": result.tokens_out,
        "prompt": kind.name,
        "plan": _plan(destination),
        "cautions": [asdict(caution) for caution in cautions(source.items)],
        "missed": [each.to_json() for each in found],
        "missed_count": count,
    }


def _plan(destination: dict[str, Any]) -> str:
    hour = destination["terms"]["hour"]
    at = f", not before {hour}" if hour else ""
    if destination["private"]:
        return f"Sends this to {_whom(destination)} alone, as a direct message{at}"
    if destination["terms"]["brief"]:
        outside = (
            f", who is not in {destination['of']}: approving shares it with them" if destination["outside"] else ""
        )
        return f"Sends this to {destination['where']}{outside}{at}"
    readers = destination["readers"]
    seen_by = f", seen by its {readers} members" if readers else ""
    return f"Posts this in {destination['where']}{seen_by}{at}"


def _whom(destination: dict[str, Any]) -> str:
    """A private draft's reader, who is also who decides on it unless others were chosen."""
    return "who asked for it" if destination["terms"]["deciders"] else "you"


def items_read(items: Sequence[SourceItem]) -> dict[str, Any]:
    """For the audit: each item that was read with the digest of its text, or one digest over all if they are many."""
    listed_items = [[item.ref, item.sha256] for item in items]
    if len(items) <= MOST_LISTED:
        return {"items": listed_items}
    return {"read": len(items), "items_sha256": hashlib.sha256(json.dumps(listed_items).encode()).hexdigest()}
