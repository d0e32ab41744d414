"""A conversation goes to the address that was set and nowhere else, with the key that was set."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from llmock.pytest_plugin import LLMock

from bot.drafting.drafter import DrafterError, DraftRequest
from tests.drafting.model_server import ModelServer
from tests.drafting.openai.note import GOOD, Make, Note


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
