"""A statement of a draft with its evidence: the shape every kind's answer is built from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from blocks.view import Mark


class Evidence(BaseModel):
    """Words that a model says it took from an item. Fields after `quote` are filled in by code, never by a model."""

    model_config = ConfigDict(extra="ignore")

    id: str
    quote: str
    author: SkipJsonSchema[str] = ""
    permalink: SkipJsonSchema[str] = ""
    ref: SkipJsonSchema[str] = ""
    sha256: SkipJsonSchema[str] = ""  # of the whole item as it was read
    found: SkipJsonSchema[bool] = False  # the quote stands in the item


class Statement(BaseModel):
    """One sentence and its evidence. `mark` and `why` are set by `verifier.verify`, whatever a model sent."""

    model_config = ConfigDict(extra="ignore")

    text: str
    evidence: list[Evidence] = Field(default_factory=list)
    mark: SkipJsonSchema[Mark] = Mark.UNSUPPORTED
    why: SkipJsonSchema[str] = ""


Path = Annotated[str, "dotted place in a payload: outcome, points.0"]


def walk(payload: BaseModel) -> Iterator[tuple[Path, Statement]]:
    """Every statement of a payload with its path, in the order of the fields."""
    yield from _walk(payload, "")


def _walk(value: Any, path: str) -> Iterator[tuple[Path, Statement]]:
    if isinstance(value, Statement):
        yield path, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _walk(getattr(value, name), f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _walk(entry, f"{path}.{index}")
