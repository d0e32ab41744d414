"""A statement of a draft with its evidence: the shape every kind's answer is built from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Annotated, Any, TypeVar

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
    place: SkipJsonSchema[str] = ""
    label: SkipJsonSchema[str] = ""  # of a part of a file
    sha256: SkipJsonSchema[str] = ""  # of the whole item as it was read
    found: SkipJsonSchema[bool] = False  # the quote stands in the item


class Statement(BaseModel):
    """One sentence and its evidence. `mark` and `why` are set by `verifier.verify`, whatever a model sent."""

    model_config = ConfigDict(extra="ignore")

    text: str
    evidence: list[Evidence] = Field(default_factory=list)
    mark: SkipJsonSchema[Mark] = Mark.UNSUPPORTED
    why: SkipJsonSchema[str] = ""
    edited: SkipJsonSchema[bool] = False  # a person wrote or changed the words
    off: SkipJsonSchema[bool] = False  # shown, but no part of what approval does
    put_back_by: SkipJsonSchema[str] = ""  # the person who switched it on again
    left_out_by: SkipJsonSchema[str] = ""  # the person who switched it off; "" where code did


PayloadT = TypeVar("PayloadT", bound=BaseModel)
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


def texts(payload: BaseModel) -> Iterator[tuple[Path, str]]:
    """Every text that a model was asked for, with its path: those of the statements and what stands beside them."""
    yield from _texts(payload, "")


def _texts(value: Any, path: str) -> Iterator[tuple[Path, str]]:
    if isinstance(value, Statement):
        yield path, value.text
    elif isinstance(value, BaseModel):
        for name in _asked(type(value)):
            yield from _texts(getattr(value, name), f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _texts(entry, f"{path}.{index}")
    elif type(value) is str:
        yield path, value


@cache
def _asked(model: type[BaseModel]) -> tuple[str, ...]:
    """The fields that are not filled in by code."""
    return tuple(model.model_json_schema()["properties"])


def places(payload: BaseModel) -> dict[Path, Path]:
    """Where each statement of `standing(payload)` stands in the payload itself, by its path there."""
    return dict(zip((path for path, _ in walk(standing(payload))), _kept(payload, ""), strict=True))


def _kept(value: Any, path: str) -> Iterator[Path]:
    if isinstance(value, Statement):
        yield path
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _kept(getattr(value, name), f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            if not _goes(entry):
                yield from _kept(entry, f"{path}.{index}")


def standing(payload: PayloadT) -> PayloadT:
    """What of a payload takes effect: without the statements that are off, and list entries made around one of them.

    A statement that is no list entry keeps its place, emptied.
    """
    left: PayloadT = _standing(payload)
    return left


def _standing(value: Any) -> Any:
    if isinstance(value, Statement):
        return Statement(text="") if value.off else value
    if isinstance(value, BaseModel):
        return value.model_copy(update={name: _standing(getattr(value, name)) for name in type(value).model_fields})
    if isinstance(value, list):
        return [_standing(entry) for entry in value if not _goes(entry)]
    return value


def _goes(entry: Any) -> bool:
    """Whether a list entry goes with its one statement, which is off."""
    inside = list(walk(entry)) if isinstance(entry, BaseModel) else []
    return len(inside) == 1 and inside[0][1].off


def switched(payload: PayloadT, path: Path, *, on: bool, by: str) -> PayloadT:
    """The payload with one statement switched on by a person, or off; the same where it is so already."""

    def switch(place: Path, value: Statement) -> Statement:
        if place != path or value.off != on:
            return value
        as_drafted = bool(value.put_back_by) and value.mark is Mark.UNSUPPORTED  # code had left it out
        left_out_by = "" if on or as_drafted else by
        return value.model_copy(update={"off": not on, "put_back_by": by if on else "", "left_out_by": left_out_by})

    return rebuild(payload, switch)


def rebuild(
    payload: PayloadT, statement: Callable[[Path, Statement], Statement], words: Callable[[str], str] = str
) -> PayloadT:
    """A new payload with every statement, and every other text, as the two functions return it. Same shape."""
    rebuilt: PayloadT = _rebuild(payload, "", statement, words)
    return rebuilt


def _rebuild(
    value: Any, path: str, statement: Callable[[Path, Statement], Statement], words: Callable[[str], str]
) -> Any:
    if isinstance(value, Statement):
        return statement(path, value)
    if isinstance(value, BaseModel):
        fields = {
            name: _rebuild(getattr(value, name), f"{path}.{name}" if path else name, statement, words)
            for name in type(value).model_fields
        }
        return value.model_copy(update=fields)
    if isinstance(value, list):
        return [_rebuild(entry, f"{path}.{index}", statement, words) for index, entry in enumerate(value)]
    return words(value) if type(value) is str else value  # an enum's or a literal type's value stays what it is
