"""A week of digests: its days and hours, an office in it, and what tests do and look at there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.desk import Actor
from bot.desk.jobs import bodies
from bot.desk.plan import Plan
from bot.drafting.drafter import Drafter
from sandbox.fixtures import ANA, DANA, DEV, GENERAL, GUS
from sandbox.records import Message
from storage import digests, policies
from storage.models import DigestRow, DigestRunRow
from tests.flows.office import Office, button, open_office

# Sunday evening in Berlin; the digests run on Monday at nine.
SUNDAY = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
MONDAY_8 = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
MONDAY_9 = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TEN = MONDAY_9 + timedelta(hours=1)
WEEK = timedelta(days=7)
WEEKLY = Plan(("C0DEV",), "09:00", "Europe/Berlin", to_channel=GENERAL, weekdays=(0,), period="week")


class Clock:
    """Goes on as time does, from wherever it was set."""

    def __init__(self, start: datetime) -> None:
        self._shift = timedelta(0)
        self.set(start)

    def set(self, to: datetime) -> None:
        self._shift = to - datetime.now(UTC)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._shift


@contextmanager
def opened(folder: Path, clock: Clock, drafter: Drafter | None = None, **settings: Any) -> Iterator[Office]:
    """An office on a Sunday, in which #dev spoke about prices and no guest is in #general."""
    with open_office(folder, drafter, clock=clock, more=settings) as office:
        office.program.ticker.stop()
        out_of(office, GENERAL, GUS)
        office.talk()
        yield office


def actor(office: Office, user: str) -> Actor:
    return Actor(office.program.desk.parts.team, user)


def set_up(office: Office, plan: Plan = WEEKLY, owner: str = ANA) -> DigestRow:
    """A digest that runs, as soon as it was checked."""
    office.program.desk.digests.save("", plan, by=actor(office, owner))
    done(office)
    (row,) = all_of(office)
    return row


def all_of(office: Office) -> list[DigestRow]:
    database, team = office.program.database, office.program.desk.parts.team
    return database.read(lambda session: list(digests.kept(session, team)))


def runs(office: Office) -> list[DigestRunRow]:
    (row,) = all_of(office)
    return office.program.database.read(lambda session: list(digests.runs(session, row.id)))


def tick(office: Office, clock: Clock, at: datetime) -> None:
    """Look what is due at this moment, and let the work be done that is not for later."""
    clock.set(at)
    office.program.desk.digests.tick()
    done(office)


def run(office: Office) -> str:
    """Run it now, and let it be drafted."""
    answer = office.program.desk.digests.run(all_of(office)[0].id, by=actor(office, ANA))
    done(office)
    return answer


def done(office: Office) -> None:
    office.settled(lambda o: not o.unfinished())


def begins(office: Office, clock: Clock, job: str) -> datetime:
    """When the one job of this name that waits for its time will be begun, on the office's clock."""
    query = text("SELECT delay_until_epoch_ms FROM workflow_status WHERE status = 'DELAYED' AND name = :name")
    until = office.program.database.read(lambda session: session.scalars(query, {"name": job}).one())
    return clock() + (datetime.fromtimestamp(until / 1000, UTC) - datetime.now(UTC))


def lead(office: Office, channel: str, user: str) -> None:
    team, now = office.program.desk.parts.team, datetime.now(UTC)
    office.program.database.write(
        lambda session: policies.set_settings(session, team, channel, {"leads": [user]}, by=user, at=now)
    )


def in_dm(office: Office, user: str, words: str) -> Message:
    return office.message_with(office.world.dm(user).id, words)


def without_button(office: Office, card: Message) -> Message | None:
    message = office.world.messages[card.channel][card.ts]
    return message if button(message, "draft_approve") is None else None


def friday(office: Office) -> Message:
    return next(m for m in office.world.messages[DEV].values() if m.user == DANA and "ship on Friday" in m.text)


def out_of(office: Office, channel: str, user: str) -> None:
    with office.world.changing():
        office.world.channels[channel].members.remove(user)


def left(office: Office, user: str) -> None:
    with office.world.changing():
        office.world.users[user].deleted = True


def waiting(office: Office, clock: Clock) -> None:
    tick(office, clock, MONDAY_8)


def approved(office: Office, clock: Clock) -> None:
    waiting(office, clock)
    (draft,) = office.drafts()
    office.program.desk.decide.approve(draft.id, draft.version, by=actor(office, ANA))


def rejected(office: Office, clock: Clock) -> None:
    tick(office, clock, MONDAY_8)
    (draft,) = office.drafts()
    office.program.desk.decide.reject(draft.id, draft.version, "No.", by=actor(office, ANA))


def expire(office: Office, clock: Clock, at: datetime) -> None:
    """Let the timer of the one draft ring at this moment."""
    clock.set(at)
    (draft,) = office.drafts()
    bodies(office.program.desk)["expire"](lambda step, *args: step(*args), draft.id, "7")
    assert office.drafts()[0].status == "expired"


def expired(office: Office, clock: Clock) -> None:
    tick(office, clock, MONDAY_8)
    expire(office, clock, TEN)


def failed(office: Office, clock: Clock) -> None:
    office.box.faults.add("conversations.history", error="missing_scope")
    tick(office, clock, MONDAY_8)
    in_dm(office, ANA, "press Run now in /digest list")
