"""A drafter that says what a test wrote down, whatever it is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.drafting.drafter import DraftRequest, DraftResult, PayloadT
from bot.drafting.offline.drafter import OfflineDrafter
from bot.drafting.statement import Evidence, Statement


class Scripted:
    """Each point is a text and words of a message that it cites, or a text alone. `meanwhile` happens as it drafts.

    What has no points is picked without a model.
    """

    def __init__(self, *points: tuple[str, ...]) -> None:
        self.points = points
        self.meanwhile: Callable[[], object] = lambda: None

    def draft(self, request: DraftRequest[PayloadT]) -> DraftResult[PayloadT]:
        """The points, with the ids of the items in which their quotes stand."""
        self.meanwhile()
        if "points" not in request.schema.model_fields:
            return OfflineDrafter().draft(request)
        said = [
            Statement(text=text, evidence=[_evidence(request, quote) for quote in rest]) for text, *rest in self.points
        ]
        payload = request.schema.model_validate({"points": [statement.model_dump() for statement in said]})
        return replace(
            OfflineDrafter().draft(request), payload=payload, drafter="model", model="scripted", mode="prompt"
        )


def _evidence(request: DraftRequest[PayloadT], quote: str) -> Evidence:
    return Evidence(id=next((item.id for item in request.items if quote in item.text), "m99"), quote=quote)
