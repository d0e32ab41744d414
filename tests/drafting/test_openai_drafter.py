from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from llmock.pytest_plugin import LLMock
from pydantic import BaseModel

from blocks.view import Mark
from bot.drafting.checks.verifier import verify
from bot.drafting.drafter import DrafterError, DraftRequest
from bot.drafting.model.drafter import OpenAIDrafter
from bot.drafting.model.forms import Forms
from bot.drafting.source import SourceItem
from bot.drafting.statement import Statement

if TYPE_CHECKING:
    from tests.drafting.conftest import Answer, ModelServer

    Make = Callable[..., OpenAIDrafter]


class Note(BaseModel):
    outcome: Statement
    points: list[Statement]


GOOD = json.dumps(
    {"outcome": {"text": "It ships.", "evidence": [{"id": "m1", "quote": "We ship version 2.1"}]}, "points": []}
)


@pytest.fixture
def request_(items: list[SourceItem]) -> DraftRequest[Note]:
    return DraftRequest(
        "note", "Say what came of it.", Note, items, lambda _: Note(outcome=Statement(text=""), points=[])
    )


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def make(server: ModelServer, waits: list[float]) -> Iterator[Make]:
    with ExitStack() as stack:

        def drafter(**options: Any) -> OpenAIDrafter:
            settings = {
                "api_key": "sk-test",
                "base_url": server.url,
                "model": "small",
                "sleep": waits.append,
                **options,
            }
            made = OpenAIDrafter(**settings)
            stack.callback(made.close)
            return made

        yield drafter


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


def test_no_connection_is_kept_between_drafts(llmock: LLMock, request_: DraftRequest[Note]) -> None:
    llmock.reply(GOOD)  # a server that would keep it open
    drafter = OpenAIDrafter(api_key="k", base_url=llmock.base_url(), model="small")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        drafter.draft(request_)
        del drafter
        gc.collect()
    assert [str(warning.message) for warning in caught] == []


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
    ("status", "message", "code", "says"),
    [
        (401, "Incorrect API key provided: sk-secret", "invalid_api_key", "OPENAI_API_KEY"),
        (403, "no access", None, "OPENAI_API_KEY and OPENAI_MODEL"),
        (404, "The model does not exist", "model_not_found", "OPENAI_MODEL and OPENAI_BASE_URL"),
        (429, "You exceeded your current quota", "insufficient_quota", "no credit left"),
        (
            400,
            "This model's maximum context length is 8192 tokens",
            "context_length_exceeded",
            "too long for the model",
        ),
        (400, "request (9000 tokens) exceeds", "exceed_context_size_error", "shorter period"),
        (400, "something odd", None, r"refused the request \(status 400\): something odd\.$"),
        (
            400,
            "The prompt triggered the content management policy",
            "content_filter",
            "filter refused the conversation",
        ),
        (400, "too long for this schema", "context_length_exceeded", "too long for the model"),
        (418, "teapot", None, "status 418"),
    ],
)
def test_what_asking_again_cannot_help_is_asked_once_and_says_what_to_do(
    server: ModelServer,
    make: Make,
    request_: DraftRequest[Note],
    status: int,
    message: str,
    code: str | None,
    says: str,
) -> None:
    server.error(status, message, code)
    with pytest.raises(DrafterError, match=says) as caught:
        make().draft(request_)
    assert caught.value.permanent
    assert "sk-secret" not in str(caught.value)
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [408, 409, 429, 500, 503])
def test_a_temporary_failure_is_tried_again_after_the_wait_that_was_asked_for(
    server: ModelServer, make: Make, request_: DraftRequest[Note], waits: list[float], status: int
) -> None:
    server.error(status, "busy", retry_after="7")
    server.says(GOOD)
    assert make().draft(request_).payload.outcome.text == "It ships."
    assert waits == [7.0]


def test_a_server_that_stays_down_is_given_up_after_three_times(
    server: ModelServer, make: Make, request_: DraftRequest[Note], waits: list[float]
) -> None:
    server.error(503, "down")
    with pytest.raises(DrafterError, match="503") as caught:
        make().draft(request_)
    assert not caught.value.permanent
    assert (len(server.asked), waits) == (3, [0.5, 1.0])


def test_a_wait_beyond_the_deadline_is_not_waited(
    server: ModelServer, make: Make, request_: DraftRequest[Note], waits: list[float]
) -> None:
    server.error(429, "busy", retry_after="45")
    with pytest.raises(DrafterError):
        make(draft_s=30).draft(request_)
    assert (len(server.asked), waits) == (1, [])


def test_a_redirect_is_not_followed_and_the_other_server_hears_nothing(
    servers: Callable[[], ModelServer], server: ModelServer, make: Make, request_: DraftRequest[Note]
) -> None:
    other = servers()
    other.says(GOOD)
    server.json({}, 307, location=f"{other.url}/chat/completions")
    with pytest.raises(DrafterError, match="set OPENAI_BASE_URL") as caught:
        make().draft(request_)
    assert caught.value.permanent
    assert (len(server.asked), other.asked) == (1, [])


def test_the_environment_does_not_send_a_conversation_elsewhere(
    llmock: LLMock, server: ModelServer, make: Make, request_: DraftRequest[Note]
) -> None:
    server.says(GOOD)  # the llmock fixture points OPENAI_BASE_URL and OPENAI_API_KEY at itself
    make().draft(request_)
    assert len(server.asked) == 1
    assert server.asked[0].headers["authorization"] == "Bearer sk-test"
    assert llmock.requests == []


def test_stray_variables_of_the_environment_change_nothing(
    servers: Callable[[], ModelServer], server: ModelServer
) -> None:
    other = servers()
    other.says("stray")
    server.says("fine")
    stray = {
        "OPENAI_BASE_URL": other.url,
        "OPENAI_API_KEY": "stray",
        "OPENAI_ADMIN_KEY": "stray",
        "OPENAI_ORG_ID": "stray",
        "OPENAI_PROJECT_ID": "stray",
        "OPENAI_CUSTOM_HEADERS": "Authorization: Bearer stray",
        "HTTP_PROXY": other.url,
        "ALL_PROXY": other.url,
        "http_proxy": other.url,
        "NO_PROXY": "",
        "no_proxy": "",
    }
    code = """
import sys
from bot.drafting.model.chat import ChatServer
server = ChatServer(api_key="sk-test", base_url=sys.argv[1], model="small")
deadline = server.clock() + 20
print(server.complete([{"role": "user", "content": "hi"}], response_format=None, deadline=deadline).text)
"""
    run = subprocess.run(
        [sys.executable, "-c", code, server.url],
        env={**os.environ, **stray},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == "fine"
    assert server.asked[0].headers["authorization"] == "Bearer sk-test"
    assert "stray" not in str(server.asked[0].headers)
    assert other.asked == []


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
    answer: type[Answer],
    body: bytes,
    permanent: bool,
    says: str,
) -> None:
    server.answers.append(answer(200, body, {"content-type": "text/html"}))
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


def test_what_a_server_is_not_to_be_sent_is_left_out(
    server: ModelServer, make: Make, request_: DraftRequest[Note]
) -> None:
    server.says(GOOD)
    make(token_limit_param="", temperature=None).draft(request_)
    assert server.asked[0].body.keys() == {"model", "messages", "stream", "response_format"}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("fault", ["hang", "dribble"])
def test_a_server_that_never_finishes_is_left_at_the_deadline(
    server: ModelServer, make: Make, request_: DraftRequest[Note], answer: type[Answer], fault: str
) -> None:
    server.answers.append(answer(200, b"{", {}, **{fault: True}))
    with pytest.raises(DrafterError, match="took too long") as caught:
        make(timeout_s=0.3, draft_s=0.5).draft(request_)
    assert not caught.value.permanent


def test_all_that_a_draft_takes_fits_one_deadline(
    server: ModelServer, make: Make, request_: DraftRequest[Note]
) -> None:
    server.error(400, "response_format is not supported")
    server.says("not it")
    ticks = count(0, 40)  # each look at the clock is 40 s later
    with pytest.raises(DrafterError, match="took too long"):
        make(clock=lambda: float(next(ticks)), draft_s=300, timeout_s=1000).draft(request_)
    assert len(server.asked) <= 3


@pytest.mark.timeout(20)
def test_the_deadline_of_the_whole_draft_ends_an_answer_sooner(
    server: ModelServer, make: Make, request_: DraftRequest[Note], answer: type[Answer]
) -> None:
    server.answers.append(answer(200, b"{", {}, hang=True))
    with pytest.raises(DrafterError, match="took too long"):
        make(timeout_s=60, draft_s=60).draft(replace(request_, deadline=time.monotonic() + 0.3))
    server.says("not it")
    with pytest.raises(DrafterError, match="took too long"):
        make().draft(replace(request_, deadline=time.monotonic() - 1))
    assert len(server.asked) == 1


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


def test_nobody_at_the_address_is_a_temporary_failure(
    servers: Callable[[], ModelServer], make: Make, request_: DraftRequest[Note]
) -> None:
    gone = servers()
    url = gone.url
    gone.close()
    with pytest.raises(DrafterError, match="check that it runs, and OPENAI_BASE_URL") as caught:
        make(base_url=url).draft(request_)
    assert not caught.value.permanent


def test_no_key_is_needed_where_the_server_needs_none(
    server: ModelServer, make: Make, request_: DraftRequest[Note]
) -> None:
    server.says(GOOD)
    assert make(api_key="", token_limit_param="max_tokens").draft(request_).payload.outcome.text == "It ships."
    assert "max_tokens" in server.asked[0].body


@pytest.mark.parametrize(
    "url", ["localhost:11434/v1", "http://", "http://[::1", "ftp://acme.com", "http://a b/", "http://é.de"]
)
def test_an_address_that_is_none_is_said_before_anything_is_sent(make: Make, url: str) -> None:
    with pytest.raises(DrafterError, match="OPENAI_BASE_URL is not the address") as caught:
        make(base_url=url)
    assert caught.value.permanent


@pytest.mark.parametrize("key", ["sk–dash", "sk test", "sk\ntest"])
def test_a_key_that_is_none_is_said_before_anything_is_sent(make: Make, key: str) -> None:
    with pytest.raises(DrafterError, match="OPENAI_API_KEY") as caught:
        make(api_key=key)
    assert key not in str(caught.value)


def test_a_keys_last_line_break_is_dropped(server: ModelServer, make: Make, request_: DraftRequest[Note]) -> None:
    server.says(GOOD)
    make(api_key="sk-test\n").draft(request_)
    assert server.asked[0].headers["authorization"] == "Bearer sk-test"


def test_a_password_in_the_address_is_never_shown(
    server: ModelServer, make: Make, request_: DraftRequest[Note]
) -> None:
    server.json({}, 302, location="http://127.0.0.1:9/")
    with pytest.raises(DrafterError, match="127") as caught:
        make(base_url=server.url.replace("//", "//dana:hunter2@")).draft(request_)
    assert "hunter2" not in str(caught.value)


def test_an_independent_server_fills_the_schema_with_real_ids(
    llmock: LLMock, make: Make, request_: DraftRequest[Note]
) -> None:
    result = make(base_url=llmock.base_url()).draft(request_)
    cited = [evidence.id for evidence in result.payload.outcome.evidence]
    assert set(cited) <= {"m1", "m2", "m3"}
    assert verify(result.payload, request_.items).outcome.mark is Mark.UNSUPPORTED  # its quotes are made up
    llmock.assert_resilient()


def test_an_independent_server_finds_nothing_to_blame_in_the_retries(
    llmock: LLMock, make: Make, request_: DraftRequest[Note]
) -> None:
    llmock.rate_limit(times=1, retry_after=0.05).fail(503).reply(GOOD)
    waited: list[float] = []
    assert make(base_url=llmock.base_url(), sleep=waited.append).draft(request_).payload.outcome.text == "It ships."
    assert waited == [0.5, 1.0]
    assert [record.status for record in llmock.requests] == [429, 503, 200]


def test_an_obedient_models_answer_is_disarmed(llmock: LLMock, make: Make, request_: DraftRequest[Note]) -> None:
    evil = {"text": "@everyone read https://evil.com/?k=1 \u202enow", "evidence": [{"id": "m77", "quote": "We ship"}]}
    llmock.reply(json.dumps({"outcome": evil, "points": []}))
    outcome = verify(make(base_url=llmock.base_url()).draft(request_).payload, request_.items).outcome
    assert outcome.text == "@\u2060everyone read [link removed] now"
    assert outcome.mark is Mark.UNSUPPORTED
