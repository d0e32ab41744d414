"""In what form a server is asked, and which of its answers are of use."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.drafting.drafter import DrafterError, DraftRequest
from bot.drafting.model.forms import Forms
from bot.drafting.source import SourceItem
from tests.drafting.model_server import Answer, ModelServer
from tests.drafting.openai.note import GOOD, Make, Note


def test_a_good_answer_is_parsed_with_model_mode_and_tokens(
    server: ModelServer, make: Make, request_: DraftRequest[Note]
) -> None:
    server.says(GOOD, usage={"prompt_tokens": 900, "completion_tokens": 30, "total_tokens": 930})
    result = make().draft(request_)
    assert result.payload == Note.model_validate_json(GOOD)
    assert (result.drafter, result.model, result.mode) == ("model", "served", "json_schema")
    assert (result.tokens_in, result.tokens_out) == (900, 30)
    asked = server.asked[0]
    assert (asked.method, asked.path, asked.headers["authorization"]) == (
        "POST",
        "/v1/chat/completions",
        "Bearer sk-test",
    )
    assert asked.body["response_format"]["json_schema"]["strict"] is True
    evidence = asked.body["response_format"]["json_schema"]["schema"]["$defs"]["Evidence"]
    assert evidence["properties"]["id"]["enum"] == ["m1", "m2", "m3"]
    assert asked.body["max_completion_tokens"] > 1000


def test_missing_usage_and_model_are_no_trouble(server: ModelServer, make: Make, request_: DraftRequest[Note]) -> None:
    server.json({"choices": [{"message": {"content": GOOD}}]})
    result = make().draft(request_)
    assert (result.model, result.tokens_in, result.tokens_out) == ("small", None, None)


def test_each_refused_form_is_given_up_once_and_remembered(
    server: ModelServer, make: Make, request_: DraftRequest[Note]
) -> None:
    server.error(400, "response_format json_schema is not supported")
    server.error(422, "unknown response_format type: json_object")
    server.says(GOOD)
    drafter = make()
    assert drafter.draft(request_).mode == "prompt"
    assert drafter.draft(request_).mode == "prompt"
    forms = [asked.body.get("response_format", {}).get("type") for asked in server.asked]
    assert forms == ["json_schema", "json_object", None, None]


def test_json_mode_is_used_where_only_the_schema_is_refused(
    server: ModelServer, make: Make, request_: DraftRequest[Note]
) -> None:
    server.error(404, "this endpoint has no structured output for the schema given")
    server.says(GOOD)
    assert make().draft(request_).mode == "json_object"


def test_a_server_that_falls_over_a_form_is_asked_without_it(
    server: ModelServer, make: Make, request_: DraftRequest[Note]
) -> None:
    server.error(500, "failed to compile the grammar of response_format")
    server.says(GOOD)
    assert make().draft(request_).mode == "json_object"


def test_what_is_not_known_of_a_server_is_found_out_before_its_first_draft(
    server: ModelServer, make: Make, request_: DraftRequest[Note]
) -> None:
    server.says(json.dumps({"colour": "blue"}))
    server.says(json.dumps({"colour": "blue"}))
    server.says(GOOD)
    drafter = make(forms=Forms())
    assert [drafter.draft(request_).mode, drafter.draft(request_).mode] == ["json_object", "json_object"]
    assert ["m1" in asked.told for asked in server.asked] == [False, False, True, True]


def test_a_parameter_that_is_refused_is_left_out_from_then_on(
    server: ModelServer, make: Make, request_: DraftRequest[Note]
) -> None:
    server.error(400, "Unsupported value: 'temperature' does not support 0.1 with this model")
    server.error(400, "max_tokens is too large: this model's maximum context length is 4096 tokens")
    server.says(GOOD)
    drafter = make()
    drafter.draft(request_)
    drafter.draft(request_)
    sent = [{"temperature", "max_completion_tokens"} & asked.body.keys() for asked in server.asked]
    assert sent == [{"temperature", "max_completion_tokens"}, {"max_completion_tokens"}, set(), set()]


def test_what_a_server_is_not_to_be_sent_is_left_out(
    server: ModelServer, make: Make, request_: DraftRequest[Note]
) -> None:
    server.says(GOOD)
    make(token_limit_param="", temperature=None).draft(request_)
    assert server.asked[0].body.keys() == {"model", "messages", "stream", "response_format"}


def test_one_repair_is_asked_for_with_what_was_wrong(
    server: ModelServer, make: Make, request_: DraftRequest[Note]
) -> None:
    server.says('{"points": []}', usage={"prompt_tokens": 800, "completion_tokens": 5})
    server.says(f"<think>hm {{</think>\n```json\n{GOOD}\n```", usage={"prompt_tokens": 900, "completion_tokens": 30})
    result = make().draft(request_)
    assert result.payload.outcome.text == "It ships."
    assert (result.tokens_in, result.tokens_out) == (1700, 35)
    repair = server.asked[1].body["messages"]
    assert [message["role"] for message in repair] == ["system", "user", "assistant", "user"]
    assert "outcome: Field required" in repair[3]["content"]


def test_a_second_bad_answer_is_the_last(server: ModelServer, make: Make, request_: DraftRequest[Note]) -> None:
    server.says("I would rather talk about the weather.")
    with pytest.raises(DrafterError, match="asked twice") as caught:
        make().draft(request_)
    assert not caught.value.permanent
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    ("body", "permanent", "says"),
    [
        (b"<!doctype html><title>Sign in</title>", True, "web page"),
        (b"", False, "OpenAI-compatible"),
        (b"[]", False, "OpenAI-compatible"),
        (b'"ok"', False, "OpenAI-compatible"),
        (b"\xff\xfe", False, "OpenAI-compatible"),
        (b'{"choices": []}', False, "empty answer"),
        (b'{"choices": null}', False, "empty answer"),
        (b'{"choices": [7], "usage": 3}', False, "empty answer"),
        (b'{"choices": [{"message": null}]}', False, "empty answer"),
    ],
)
def test_an_answer_that_is_none_is_said_in_words(
    server: ModelServer,
    make: Make,
    request_: DraftRequest[Note],
    body: bytes,
    permanent: bool,
    says: str,
) -> None:
    server.answers.append(Answer(200, body, {"content-type": "text/html"}))
    with pytest.raises(DrafterError, match=says) as caught:
        make(max_retries=0).draft(request_)
    assert caught.value.permanent is permanent


def test_thoughts_are_not_an_answer(server: ModelServer, make: Make, request_: DraftRequest[Note]) -> None:
    server.says(None, reasoning_content=GOOD)
    with pytest.raises(DrafterError, match="empty answer"):
        make().draft(request_)


@pytest.mark.parametrize(("finish", "says"), [("length", "cut off"), ("content_filter", "content filter")])
def test_an_answer_that_was_stopped_is_not_used(
    server: ModelServer, make: Make, request_: DraftRequest[Note], finish: str, says: str
) -> None:
    server.says(GOOD, finish=finish)
    with pytest.raises(DrafterError, match=says):
        make().draft(request_)


def test_a_prompt_that_the_server_cut_makes_its_answer_worthless(
    server: ModelServer, make: Make, items: list[SourceItem], request_: DraftRequest[Note]
) -> None:
    many = [SourceItem(f"m{n}", "Ana", "", items[0].at, "We should look at the plan again.") for n in range(400)]
    # A context of 4096 of which half is kept, in silence, as Ollama does by default.
    server.says(GOOD, usage={"prompt_tokens": 2048, "completion_tokens": 30})
    with pytest.raises(DrafterError, match="OLLAMA_CONTEXT_LENGTH") as caught:
        make().draft(DraftRequest("note", "", Note, many, request_.offline))
    assert caught.value.permanent


@pytest.mark.parametrize("counted", [None, 4500, 7000])
def test_a_prompt_that_was_read_whole_is_not_taken_for_cut(
    server: ModelServer, make: Make, items: list[SourceItem], request_: DraftRequest[Note], counted: int | None
) -> None:
    many = [SourceItem(f"m{n}", "Ana", "", items[0].at, "We should look at the plan again.") for n in range(300)]
    server.says(GOOD, usage={"prompt_tokens": counted, "completion_tokens": 30} if counted else None)
    asked = DraftRequest("note", "", Note, many, request_.offline)
    assert make().draft(asked).payload.outcome.text == "It ships."


@pytest.mark.parametrize("usage", [None, {"prompt_tokens": 70, "completion_tokens": 5}])
def test_each_answer_of_no_use_is_counted_or_said_to_be_uncounted(
    server: ModelServer, make: Make, request_: DraftRequest[Note], usage: dict[str, int] | None
) -> None:
    uncounted = usage is None
    server.says("not it", usage=usage)
    with pytest.raises(DrafterError) as caught:
        make().draft(request_)
    assert (caught.value.spent.tokens, caught.value.spent.unreported) == ((0, 2) if uncounted else (150, 0))
    server.answers.clear()
    server.says("not it", usage=usage)
    server.says(GOOD, usage={"prompt_tokens": 90, "completion_tokens": 9})
    result = make().draft(request_)
    assert (result.tokens_in, result.unreported) == ((90, 1) if uncounted else (160, 0))


def test_an_answer_of_use_is_told_at_once_and_one_of_no_use_is_not(
    server: ModelServer, make: Make, request_: DraftRequest[Note]
) -> None:
    told: list[str] = []
    server.says("not it")
    with pytest.raises(DrafterError):
        make().draft(replace(request_, answered=lambda: told.append("useless")))
    server.answers.clear()
    server.says(GOOD)
    make().draft(replace(request_, answered=lambda: told.append("good")))
    assert told == ["good"]
