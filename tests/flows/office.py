"""A whole office for a test: the sandbox, the program at work on it, and people who click."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from slack_bolt import BoltRequest
from sqlalchemy import select, text

from bot.app import Program, build
from bot.drafting.drafter import Drafter
from bot.manifest import PATH
from bot.settings import Settings
from bot.work import Pace
from sandbox import payloads
from sandbox.app_manifest import load_manifest
from sandbox.delivery import Answer
from sandbox.fixtures import small_world
from sandbox.picking import pick, picked
from sandbox.records import Message, View
from sandbox.server import Sandbox
from storage import audit
from storage.models import AuditRow, DraftRow, RequestRow
from tests.flows import compiler

T = TypeVar("T")
AS_INSTALLED = load_manifest(PATH)  # as in real Slack, with no scope to spare
FAST = Pace(attempts=3, first_pause_s=0.05, engine_poll_s=0.05)


class Office:
    """What a test does and sees. `box.people` acts, `world` is what Slack knows, `program` is ours."""

    def __init__(
        self,
        box: Sandbox,
        folder: Path,
        drafter: Drafter | None,
        database_url: str = "",
        clock: Callable[[], datetime] | None = None,
        more: Mapping[str, Any] | None = None,
        **built: Any,
    ) -> None:
        """`more` are settings; `built` goes to build() as it is."""
        self.box = box
        self.world = box.world
        self.people = box.people
        self._built = {"drafter": drafter, "clock": clock, "pace": FAST, **built}
        self.settings = Settings(
            slack_bot_token=box.bot_token,
            slack_signing_secret=box.signing_secret,
            slack_api_url=box.api_url,
            database_url=database_url or f"sqlite:///{folder / 'office.db'}?plugin={compiler.NAME}",
            **(more or {}),
        )
        self.program: Program = build(self.settings, **self._built)

    def restart(self) -> None:
        """Let the work under way be done, stop the program and start it again on the same database."""
        self.settled(lambda office: not office.unfinished())
        self.program.stop()
        self.start()

    def start(self) -> None:
        """Start the program again after it was stopped."""
        self.program = build(self.settings, **self._built)

    def talk(self) -> str:
        """Have something said in #dev; the root of the thread."""
        root = self.people.post("ana", "dev", "Which day do we ship the new price list?")
        self.people.post("dana", "dev", "We decided to ship on Friday, Ben writes the notes.", thread_ts=root)
        self.people.post("ben", "dev", "I will send the notes to the customers by Thursday.", thread_ts=root)
        return root

    def open_to_outsiders(self, channel: str = "partners") -> None:
        """Have the admin, who is in it, allow a channel that is shared with outsiders."""
        self.people.slash("ana", channel, "/countersign external on")
        self.told("U0ANA", "that was allowed")

    def dispatch(self, _kind: str, payload: dict[str, Any]) -> Answer:
        """Hand a payload to Bolt as Socket Mode would."""
        response = self.program.bolt.dispatch(BoltRequest(body=payload, mode="socket_mode"))
        if response.status != 200:
            return Answer("failed", response.body, f"status {response.status}")
        return Answer("ok", json.loads(response.body) if response.body and response.body[0] in "{[" else response.body)

    def card(self, channel: str, number: int = 0) -> Message:
        """The nth card in a channel that waits for a decision, as soon as it is there."""

        def ready() -> Message | None:
            cards = [m for m in self.world.bot_messages(channel) if "draft_approve" in json.dumps(m.blocks)]
            return cards[number] if len(cards) > number else None

        found = self.world.wait_for(ready, what="a card with buttons")
        assert found is not None
        return found

    def message_with(self, channel: str, words: str) -> Message:
        """A message of the bot's that says this, as soon as it is there."""

        def said() -> Message | None:
            return next((m for m in self.world.bot_messages(channel) if words in shown(m)), None)

        found = self.world.wait_for(said, what=f"a message with {words!r}")
        assert found is not None
        return found

    def told(self, user: str, words: str) -> str:
        """What was said to one person alone that holds these words, as soon as it is."""

        def said() -> str | None:
            return next((shown(m) for m in self.world.ephemerals(user) if words in shown(m)), None)

        found = self.world.wait_for(said, what=f"{user} being told {words!r}")
        assert found is not None
        return found

    def settled(self, what: Callable[[Office], T | None], seconds: float = 60.0) -> T:
        """What `what` says, as soon as it is true; looked at after each change in Slack and every 20 ms."""
        deadline = time.monotonic() + seconds
        while not (value := what(self)):
            assert time.monotonic() < deadline, f"did not come true in {seconds:g} s"
            self.world.wait_for_change(self.world.version, 0.02)
        return value

    def ask(self, typed: str = "/summarise", user: str = "ana", channel: str = "dev") -> Message:
        """Have somebody type a command; the card that comes of it, in the same channel."""
        self.people.slash(user, channel, typed)
        return self.card(self.world.channel_named(channel).id)

    def drafts(self) -> list[DraftRow]:
        """Every draft, oldest first."""
        query = select(DraftRow).order_by(DraftRow.at)
        return self.program.database.read(lambda session: list(session.scalars(query)))

    def requests(self) -> list[RequestRow]:
        """Every request."""
        return self.program.database.read(lambda session: list(session.scalars(select(RequestRow))))

    def payload_of_click(
        self, user: str, channel: str, message: dict[str, Any], action_id: str, value: str | None = None
    ) -> dict[str, Any]:
        """The payload of a click on a message as this snapshot shows it, whether or not the person still sees it."""
        block, element = pick(message["blocks"], action_id, None, None)
        person = self.world.user_named(user).id
        chosen = picked(element, value)
        return payloads.message_click(self.world, person, channel, message, element, block, chosen, {})

    def unfinished(self) -> list[str]:
        """The names of the jobs that are not done."""
        table = "workflow_status" if self.program.database.is_sqlite else "dbos.workflow_status"
        query = text(f"SELECT name FROM {table} WHERE status IN ('ENQUEUED', 'PENDING')")
        return self.program.database.read(lambda session: list(session.scalars(query)))

    def audit(self, subject: str) -> list[str]:
        """What the audit log says was done to a draft or channel; the chain must hold."""

        def rows(session: Any) -> list[str]:
            assert audit.broken(session, self.program.desk.parts.team) == []
            query = select(AuditRow.action).where(AuditRow.subject == subject).order_by(AuditRow.number)
            return list(session.scalars(query))

        return self.program.database.read(rows)


def shown(message: Message) -> str:
    """All that a message shows, as one text."""
    return message.text + " " + json.dumps(message.blocks, ensure_ascii=False)


def fields(view: View) -> dict[str, str]:
    """The text fields of a form: block id and what stands in it."""
    return {
        block["block_id"]: block["element"].get("initial_value", "")
        for block in view.blocks
        if block["type"] == "input" and block["element"]["type"] == "plain_text_input"
    }


def button(message: Message, action_id: str) -> dict[str, Any] | None:
    """The button with this action in a message, or None."""
    for block in message.blocks:
        for element in block.get("elements", []):
            if element.get("action_id") == action_id:
                found: dict[str, Any] = element
                return found
    return None


@contextmanager
def open_office(
    folder: Path,
    drafter: Drafter | None = None,
    database_url: str = "",
    clock: Callable[[], datetime] | None = None,
    more: Mapping[str, Any] | None = None,
    **built: Any,
) -> Iterator[Office]:
    """An office in the small world of the sandbox, which lives by the same clock."""
    waiting: list[Office] = []
    world = small_world((lambda: clock().timestamp()) if clock else time.time, app=AS_INSTALLED)
    with Sandbox(world, deliver=lambda kind, payload: waiting[0].dispatch(kind, payload)) as box:
        office = Office(box, folder, drafter, database_url, clock, more, **built)
        waiting.append(office)
        try:
            yield office
            office.settled(lambda o: not o.unfinished())
        finally:
            office.program.stop()
