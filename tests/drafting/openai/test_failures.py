"""A server fails, is slow or is not there: what is tried again, and until when."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest

from bot.drafting.drafter import DrafterError, DraftRequest
from tests.drafting.model_server import Answer, ModelServer
from tests.drafting.openai.note import GOOD, Make, Note


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


@pytest.mark.timeout(20)
@pytest.mark.parametrize("fault", ["hang", "dribble", "dribble_headers"])
def test_a_server_that_never_finishes_is_left_at_the_deadline(
    server: ModelServer, make: Make, request_: DraftRequest[Note], fault: str
) -> None:
    server.answers.append(Answer(200, b"{", {}, **{fault: True}))
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
    server: ModelServer, make: Make, request_: DraftRequest[Note]
) -> None:
    server.answers.append(Answer(200, b"{", {}, hang=True))
    with pytest.raises(DrafterError, match="took too long"):
        make(timeout_s=60, draft_s=60).draft(replace(request_, deadline=time.monotonic() + 0.3))
    server.says("not it")
    with pytest.raises(DrafterError, match="took too long"):
        make().draft(replace(request_, deadline=time.monotonic() - 1))
    assert len(server.asked) == 1


def test_nobody_at_the_address_is_a_temporary_failure(
    servers: Callable[[], ModelServer], make: Make, request_: DraftRequest[Note]
) -> None:
    gone = servers()
    url = gone.url
    gone.close()
    with pytest.raises(DrafterError, match="check that it runs, and OPENAI_BASE_URL") as caught:
        make(base_url=url).draft(request_)
    assert not caught.value.permanent
