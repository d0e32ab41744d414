"""The shape asked of a model, as the strictest JSON schema that all servers take, and the reading of its answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from bot.drafting.drafter import PayloadT
from bot.errors import CountersignError

MOST_IDS = 250  # above this an enum of ids is refused by some servers and slow in others
_KEPT = ("type", "enum", "description")  # besides the structure; lengths, numbers and patterns are checked in code
_THOUGHT_END = re.compile(r"</(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
_MOST_TEXT = 400_000  # characters of an answer that are looked at
_MOST_OBJECTS = 40  # places in it where an object may begin


class BadAnswerError(CountersignError):
    """An answer that is not of the shape asked for. Its text says what is wrong, for the model and for people."""


def schema_for(schema: type[BaseModel], ids: Sequence[str] = ()) -> dict[str, Any]:
    """The strict JSON schema of a payload without what code fills in; evidence ids are an enum of `ids`, if few."""
    raw = schema.model_json_schema(mode="validation")
    strict: dict[str, Any] = _strict(raw)
    if "$defs" in raw:
        strict["$defs"] = {name: _strict(definition) for name, definition in raw["$defs"].items()}
    if 0 < len(ids) <= MOST_IDS:
        for definition in [strict, *strict.get("$defs", {}).values()]:
            if set(definition.get("properties", ())) == {"id", "quote"}:
                definition["properties"]["id"] = {"type": "string", "enum": list(ids)}
    return strict


def parse(text: str, schema: type[PayloadT]) -> PayloadT:
    """The payload in an answer, whatever stands around it. Raises BadAnswerError with what was wrong."""
    shape = schema_for(schema)
    problem = "there is no JSON object in it"
    # A piece of an answer, or of a thought, must not pass for an answer that says nothing.
    answers = (value for value in _candidates(text[:_MOST_TEXT]) if shape["properties"].keys() & value.keys())
    for index, value in enumerate(answers):
        try:
            return schema.model_validate(_pruned(value, shape, shape.get("$defs", {})))
        except ValidationError as e:
            if index == 0:
                problem = _in_words(e)
    raise BadAnswerError(f"The answer is not of the shape asked for: {problem}.")


def _strict(node: Any) -> Any:
    """One schema node in the common subset: all properties required, nothing besides, no keyword but structure."""
    if "$ref" in node:
        return {"$ref": node["$ref"]}
    if len(node.get("allOf", ())) == 1:
        return _strict(node["allOf"][0])
    strict: dict[str, Any] = {key: node[key] for key in _KEPT if key in node}
    if "const" in node:
        strict["enum"] = [node["const"]]
    if "anyOf" in node or "oneOf" in node:
        strict["anyOf"] = [_strict(option) for option in node.get("anyOf", node.get("oneOf"))]
    if "items" in node:
        strict["items"] = _strict(node["items"])
    if node.get("type") == "object":
        if not node.get("properties") or isinstance(node.get("additionalProperties"), dict):
            raise ValueError("a kind's schema may hold models and lists, but no open dictionary: servers refuse it")
        strict.pop("description", None)  # a class docstring speaks to programmers
        strict["properties"] = {name: _strict(value) for name, value in node["properties"].items()}
        strict["required"] = list(node["properties"])
        strict["additionalProperties"] = False
    return strict


def _candidates(text: str) -> Iterator[Any]:
    """The objects after the model's thoughts, then all of them: a tag inside the answer's own text ends no thought."""
    ends = [match.end() for match in _THOUGHT_END.finditer(text)]
    if ends:
        yield from _objects(text[ends[-1] :])
    yield from _objects(text)


def _objects(text: str) -> Iterator[Any]:
    """Every JSON object of the text that is not inside another."""
    decoder = json.JSONDecoder()
    at = text.find("{")
    for _ in range(_MOST_OBJECTS):
        if at < 0:
            return
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):  # not JSON from here on, or nested beyond reason: look further
            end = at + 1
        else:
            yield value
        at = text.find("{", end)


def _pruned(value: Any, node: dict[str, Any], defs: dict[str, Any]) -> Any:
    """The value without properties that were not asked for: a model does not mark its own work."""
    if "$ref" in node:
        return _pruned(value, defs[node["$ref"].rpartition("/")[2]], defs)
    if "anyOf" in node:
        wanted = "object" if isinstance(value, dict) else "array" if isinstance(value, list) else None
        for option in node["anyOf"]:
            target = defs[option["$ref"].rpartition("/")[2]] if "$ref" in option else option
            if wanted and target.get("type") == wanted:
                value = _pruned(value, target, defs)
        return value
    if isinstance(value, dict) and "properties" in node:
        return {name: _pruned(value[name], kind, defs) for name, kind in node["properties"].items() if name in value}
    if isinstance(value, list) and "items" in node:
        return [_pruned(entry, node["items"], defs) for entry in value]
    return value


def _in_words(e: ValidationError) -> str:
    problems = [f"{'.'.join(map(str, error['loc'])) or 'it'}: {error['msg']}" for error in e.errors()[:8]]
    return "; ".join(problems)
