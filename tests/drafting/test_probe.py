from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from llmock.pytest_plugin import LLMock

from bot.drafting.model.chat import ChatServer
from bot.drafting.model.probe import ProbeReport, probe, server_for
from tests.drafting.model_server import ModelServer

Open = Callable[[str], ChatServer]

USAGE = {"prompt_tokens": 9000, "completion_tokens": 3}


@pytest.fixture
def opened() -> Iterator[Open]:
    with ExitStack() as stack:

        def open_(url: str) -> ChatServer:
            server = server_for(api_key="k", base_url=url, model="small")
            stack.callback(server.close)
            return server

        yield open_


def lists(server: ModelServer, *models: str) -> None:
    server.json({"object": "list", "data": [{"id": model, "object": "model"} for model in models]})


def states(report: ProbeReport) -> dict[str, str]:
    return {check.name: check.state for check in report.checks}


def text(report: ProbeReport, name: str) -> str:
    return next(check.text for check in report.checks if check.name == name)


def test_a_server_that_does_all_of_it_passes_every_check(server: ModelServer, opened: Open) -> None:
    lists(server, "small", "large")
    server.says("ready", usage=USAGE)
    server.says(json.dumps({"colour": "z3k-opal"}), usage=USAGE)
    server.says("It is amber-1.", usage=USAGE)
    report = probe(opened(server.url), code_word=lambda: "amber-1")
    assert set(states(report).values()) == {"ok"}
    assert report.ok
    assert server.asked[3].told.startswith("The code word is amber-1.")
    assert len(server.asked[3].told) > 30_000


def test_what_a_server_cannot_do_is_found_out(server: ModelServer, opened: Open) -> None:
    lists(server, "other")
    server.says("ready")
    server.says(json.dumps({"colour": "blue"}))
    server.says("I see no code word.", usage={"prompt_tokens": 2048, "completion_tokens": 9})
    report = probe(opened(server.url))
    found = states(report)
    assert (found["reachable"], found["auth"], found["model"]) == ("ok", "ok", "unknown")
    assert (found["schema"], found["usage"], found["long prompts"]) == ("failed", "failed", "failed")
    assert "2048 tokens" in text(report, "long prompts")
    assert report.ok


def test_a_code_word_that_does_not_come_back_is_a_cut_prompt(server: ModelServer, opened: Open) -> None:
    lists(server, "small")
    server.says("ready", usage=USAGE)
    server.error(400, "json_schema is not supported")
    server.says("What code word?", usage=USAGE)
    report = probe(opened(server.url))
    assert "did not come back" in text(report, "long prompts")
    assert "takes no JSON schema" in text(report, "schema")


def test_a_prompt_that_is_refused_as_too_long_is_said(server: ModelServer, opened: Open) -> None:
    lists(server, "small")
    server.says("ready", usage=USAGE)
    server.says(json.dumps({"colour": "q7x-onyx"}), usage=USAGE)
    server.error(400, "context too long", "context_length_exceeded")
    assert "too long" in text(probe(opened(server.url)), "long prompts")


def test_a_refused_key_is_the_keys_fault(server: ModelServer, opened: Open) -> None:
    server.error(401, "bad key")
    report = probe(opened(server.url))
    assert (states(report)["reachable"], states(report)["auth"]) == ("ok", "failed")
    assert "OPENAI_API_KEY" in text(report, "auth")
    assert not report.ok


def test_a_model_that_is_not_there_is_named_beside_those_that_are(server: ModelServer, opened: Open) -> None:
    lists(server, "large")
    server.error(404, "model not found")
    report = probe(opened(server.url))
    assert (states(report)["auth"], states(report)["model"]) == ("ok", "failed")
    assert "it lists: large" in text(report, "model")
    assert not report.ok


def test_a_server_that_is_not_there_is_not_reachable(servers: Callable[[], ModelServer], opened: Open) -> None:
    gone = servers()
    url = gone.url
    gone.close()
    report = probe(opened(url))
    assert states(report)["reachable"] == "failed"
    assert set(states(report).values()) == {"failed", "unknown"}
    assert not report.ok


def test_an_independent_server_is_judged_as_it_is(llmock: LLMock, opened: Open) -> None:
    found = states(probe(opened(llmock.base_url())))
    assert (found["reachable"], found["auth"], found["schema"], found["usage"]) == ("ok", "ok", "ok", "ok")
