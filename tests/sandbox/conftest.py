from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.fixtures import small_world
from sandbox.server import Sandbox


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = 1_795_000_000.0

    def __call__(self) -> float:
        return self.at


def acknowledge(_kind: str, _payload: dict[str, Any]) -> None:
    """Acknowledge with nothing."""


class FakeApp:
    """Stands where the app would: keeps what it was told and answers what the test says."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.answer: Callable[[str, dict[str, Any]], Any] = acknowledge

    def __call__(self, kind: str, payload: dict[str, Any]) -> Any:
        self.told.append((kind, payload))
        return self.answer(kind, payload)

    @property
    def last(self) -> dict[str, Any]:
        return self.told[-1][1]

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [payload["event"] for _, payload in self.told if payload.get("event", {}).get("type") == kind]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app() -> FakeApp:
    return FakeApp()


@pytest.fixture
def box(clock: Clock, app: FakeApp) -> Iterator[Sandbox]:
    with Sandbox(small_world(clock), deliver=app) as opened:
        yield opened


@pytest.fixture
def client(box: Sandbox) -> WebClient:
    return WebClient(box.bot_token, base_url=box.api_url)


def refusal(call: Callable[..., Any], /, *args: Any, **given: Any) -> dict[str, Any]:
    """What the Web API answered to a call that it refused."""
    with pytest.raises(SlackApiError) as caught:
        call(*args, **given)
    data = caught.value.response.data
    assert isinstance(data, dict)
    return data


def section(text: str = "hello", **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(action_id: str, value: str | None = None, text: str = "Press") -> dict[str, Any]:
    made = {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": text}}
    return made | ({} if value is None else {"value": value})


def actions(*elements: dict[str, Any], block_id: str = "row") -> dict[str, Any]:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def field(block_id: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    label = {"type": "plain_text", "text": block_id}
    return {"type": "input", "block_id": block_id, "label": label, "element": element, **more}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    title, submit = {"type": "plain_text", "text": "Title"}, {"type": "plain_text", "text": "Send"}
    shown = list(blocks) or [section()]
    return {"type": "modal", "title": title, "submit": submit, "callback_id": "form", "blocks": shown, **more}
