from __future__ import annotations

import json
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from blocks.view import Mark
from bot.drafting.model.wire import MOST_IDS, BadAnswerError, parse, schema_for
from bot.drafting.statement import Statement


class Todo(BaseModel):
    task: Statement
    owner: str | None = Field(default=None, max_length=40, description="who said they would do it")
    size: Literal["small", "large"] = "small"


class Plan(BaseModel):
    """For programmers only."""

    outcome: Statement
    todos: list[Todo] = Field(default_factory=list, max_length=9)
    count: int = Field(default=0, ge=0, le=5)


GOOD = {
    "outcome": {"text": "It ships.", "evidence": [{"id": "m1", "quote": "ship it"}]},
    "todos": [{"task": {"text": "Test it.", "evidence": []}, "owner": None, "size": "large"}],
    "count": 1,
}


def every_object(node: Any) -> list[dict[str, Any]]:
    if isinstance(node, list):
        return [found for entry in node for found in every_object(entry)]
    if not isinstance(node, dict):
        return []
    inner = [found for value in node.values() for found in every_object(value)]
    return [node, *inner] if node.get("type") == "object" else inner


def test_every_object_requires_all_it_has_and_nothing_else() -> None:
    objects = every_object(schema_for(Plan, ["m1"]))
    assert len(objects) == 4
    for found in objects:
        assert found["required"] == list(found["properties"])
        assert found["additionalProperties"] is False


def test_fields_that_code_fills_in_are_not_asked_for() -> None:
    text = json.dumps(schema_for(Plan, ["m1"]))
    for name in ("mark", "why", "found", "permalink", "sha256", "ref", "author"):
        assert f'"{name}"' not in text
    assert "programmers" not in text
    assert "who said they would do it" in text


def test_no_keyword_that_servers_refuse_is_left() -> None:
    keys: set[str] = set()

    def collect(node: Any, names: bool = False) -> None:
        if isinstance(node, dict):
            if not names:
                keys.update(node)
            for key, value in node.items():
                collect(value, names=key in ("properties", "$defs"))
        elif isinstance(node, list):
            for entry in node:
                collect(entry)

    collect(schema_for(Plan, ["m1"]))
    structure = {"type", "properties", "required", "additionalProperties", "items", "enum", "anyOf", "$ref", "$defs"}
    assert keys <= structure | {"description"}


def test_ids_are_an_enum_while_they_are_few() -> None:
    ids = [f"m{n}" for n in range(MOST_IDS)]
    assert schema_for(Plan, ids)["$defs"]["Evidence"]["properties"]["id"] == {"type": "string", "enum": ids}
    for many_or_none in ([*ids, "m250"], []):
        assert schema_for(Plan, many_or_none)["$defs"]["Evidence"]["properties"]["id"] == {"type": "string"}


def test_an_open_dictionary_in_a_kind_is_a_bug() -> None:
    class Open(BaseModel):
        anything: dict[str, str]

    with pytest.raises(ValueError, match="dictionary"):
        schema_for(Open)


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "```json\n{}\n```",
        '<think>maybe {{"a": 1}} or {{</think>\n{}',
        "thinking without a start {{\n</think>{}",
        "Sure! Here it is: {} Anything else? {{}}",
        '{{"note": "first"}} then {}',
    ],
)
def test_the_answer_is_found_in_what_stands_around_it(around: str) -> None:
    assert parse(around.format(json.dumps(GOOD)), Plan) == Plan.model_validate(GOOD)


def test_a_model_does_not_mark_its_own_work() -> None:
    evidence = {"id": "m1", "quote": "x", "found": True, "permalink": "https://evil.com", "author": "CEO"}
    answer = {**GOOD, "outcome": {"text": "Trust me.", "evidence": [evidence], "mark": "quoted", "why": "I say so"}}
    outcome = parse(json.dumps(answer), Plan).outcome
    assert (outcome.mark, outcome.why) == (Mark.UNSUPPORTED, "")
    assert (outcome.evidence[0].found, outcome.evidence[0].permalink, outcome.evidence[0].author) == (False, "", "")


def test_a_tag_that_ends_thoughts_may_stand_in_the_answer_itself() -> None:
    answer = {**GOOD, "outcome": {"text": "The tag </think> is broken.", "evidence": []}}
    assert parse(json.dumps(answer), Plan).outcome.text == "The tag </think> is broken."


def test_what_was_wrong_is_said_by_place() -> None:
    broken = {**GOOD, "outcome": {"evidence": []}}
    with pytest.raises(BadAnswerError, match=r"outcome\.text: Field required"):
        parse(json.dumps(broken), Plan)


@pytest.mark.parametrize(
    "text", ["", "no", "null", "[1]", "{", "{" * 50_000, '{"a":' * 50_000, '{"outcome": "\\ud800"}']
)
def test_an_answer_of_another_shape_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadAnswerError, match="not of the shape"):
        parse(text, Plan)


@given(st.text() | st.text(alphabet='{}[]":,<think>/ a1'))
def test_any_text_is_an_answer_or_a_clear_error(text: str) -> None:
    with pytest.raises(BadAnswerError):
        parse(text, Plan)
