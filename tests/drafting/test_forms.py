from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from llmock.pytest_plugin import LLMock

from bot.drafting.drafter import DrafterError
from bot.drafting.model.chat import ChatServer
from bot.drafting.model.forms import REMEMBERED_S, Forms
from tests.drafting.model_server import ModelServer

Open = Callable[..., ChatServer]


@pytest.fixture
def opened() -> Iterator[Open]:
    with ExitStack() as stack:

        def open_(url: str, model: str = "small") -> ChatServer:
            server = ChatServer(api_key="k", base_url=url, model=model, max_retries=0)
            stack.callback(server.close)
            return server

        yield open_


def find(forms: Forms, server: ChatServer) -> str:
    return forms.find(server, deadline=server.clock() + 20)


def asked(server: ModelServer) -> list[str | None]:
    return [one.body.get("response_format", {}).get("type") for one in server.asked]


def test_a_server_that_enforces_schemas_is_asked_once(server: ModelServer, opened: Open) -> None:
    server.says(json.dumps({"colour": "z3k-opal"}))
    forms, chat = Forms(), opened(server.url)
    assert [find(forms, chat), find(forms, chat)] == ["json_schema", "json_schema"]
    assert asked(server) == ["json_schema"]


def test_a_server_that_ignores_the_schema_is_asked_for_json_mode(server: ModelServer, opened: Open) -> None:
    server.says(json.dumps({"colour": "blue"}))
    assert find(Forms(), opened(server.url)) == "json_object"
    assert asked(server) == ["json_schema", "json_object"]


def test_a_server_that_takes_no_form_is_asked_in_words(server: ModelServer, opened: Open) -> None:
    server.error(400, "json_schema is not supported")
    server.error(500, "failed to parse grammar")
    forms = Forms()
    assert find(forms, opened(server.url)) == "prompt"
    assert find(forms, opened(server.url)) == "prompt"
    assert asked(server) == ["json_schema", "json_object"]


def test_a_server_that_talks_instead_is_asked_in_words(server: ModelServer, opened: Open) -> None:
    server.says("The sky is blue.")
    assert find(Forms(), opened(server.url)) == "prompt"


def test_a_server_that_is_down_teaches_nothing(server: ModelServer, opened: Open) -> None:
    server.error(503, "down")
    server.says(json.dumps({"colour": "z3k-opal"}))
    forms, chat = Forms(), opened(server.url)
    with pytest.raises(DrafterError, match="503"):
        find(forms, chat)
    assert find(forms, chat) == "json_schema"


def test_a_restart_asks_nobody_again_for_a_week(server: ModelServer, opened: Open, tmp_path: Path) -> None:
    server.says(json.dumps({"colour": "q7x-onyx"}))
    path, now = tmp_path / "new folder" / "model-servers.json", [1000.0]
    find(Forms(path, now=lambda: now[0]), opened(server.url))
    now[0] += REMEMBERED_S - 1
    assert Forms(path, now=lambda: now[0]).known(opened(server.url)) == "json_schema"
    now[0] += 1
    assert Forms(path, now=lambda: now[0]).known(opened(server.url)) is None
    assert "k" not in json.loads(path.read_text()).values()


def test_another_model_or_address_is_another_server(
    servers: Callable[[], ModelServer], server: ModelServer, opened: Open
) -> None:
    server.says(json.dumps({"colour": "q7x-onyx"}))
    forms = Forms()
    find(forms, opened(server.url))
    assert forms.known(opened(server.url, "large")) is None
    assert forms.known(opened(servers().url)) is None


@pytest.mark.parametrize("stored", ["{", "[]", '{"a": 1}', '{"a": ["x", "soon"]}', "\xff"])
def test_a_file_that_cannot_be_read_is_done_without(
    server: ModelServer, opened: Open, tmp_path: Path, stored: str
) -> None:
    server.says(json.dumps({"colour": "q7x-onyx"}))
    path = tmp_path / "model-servers.json"
    path.write_text(stored, encoding="latin-1")
    assert find(Forms(path), opened(server.url)) == "json_schema"
    assert Forms(path).known(opened(server.url)) == "json_schema"


def test_a_folder_that_cannot_be_written_is_done_without(server: ModelServer, opened: Open, tmp_path: Path) -> None:
    server.says(json.dumps({"colour": "q7x-onyx"}))
    (tmp_path / "file").write_text("")
    forms = Forms(tmp_path / "file" / "model-servers.json")
    assert [find(forms, opened(server.url)), find(forms, opened(server.url))] == ["json_schema", "json_schema"]
    assert len(server.asked) == 1


def test_an_independent_server_is_found_to_enforce_schemas(llmock: LLMock, opened: Open) -> None:
    assert find(Forms(), opened(llmock.base_url())) == "json_schema"
