from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.work import Job
from sandbox.fixtures import DEV
from sandbox.server import Sandbox
from storage.models import DraftRow, EffectRow, MessageRow
from tests.effects.hook import Hook, open_hook
from tests.effects.post_office import PostOffice, open_post_office
from tests.flows.errands import errands, mail, webhook
from tests.flows.office import Office, button, open_office, shown
from tests.flows.test_once import summaries
from tests.flows.test_serve import Running, approved, box, card  # noqa: F401 box is a fixture

SORTS = ["webhook", "webhook that heeds keys", "mail", "mail with a Sent folder"]
PARKED = {"webhook", "mail"}  # nobody can be asked


@dataclass
class Outside:
    """The receivers of one sort of errand."""

    sort: str
    hook: Hook
    post_office: PostOffice

    @property
    def target(self) -> dict[str, Any]:
        """What the errand does."""
        return webhook(self.hook.url, idempotent=self.sort not in PARKED) if "webhook" in self.sort else mail()

    @property
    def settings(self) -> dict[str, str]:
        """The program's settings for it."""
        found = {"webhook_private": "true", "smtp_url": self.post_office.smtp, "mail_from": "bot@team.example"}
        return {**found, "imap_url": self.post_office.imap} if "Sent" in self.sort else found

    @property
    def done(self) -> set[str]:
        """The different things that arrived: a call that is repeated under one key is one."""
        return {*self.hook.keys, *(sent["Message-ID"] for sent in self.post_office.sent)}

    @property
    def arrived(self) -> int:
        """How often something arrived."""
        return len(self.hook.calls) + len(self.post_office.sent)

    def forget(self) -> None:
        """As if nothing had arrived."""
        self.hook.calls.clear()
        self.post_office.sent.clear()


@pytest.fixture(params=SORTS)
def outside(request: pytest.FixtureRequest) -> Iterator[Outside]:
    with open_hook() as hook, open_post_office() as post_office:
        yield Outside(request.param, hook, post_office)


def rewound(office: Office, number: int, wipe: Callable[[Session], object]) -> None:
    """Put the nth effect back to where a crash between act and receipt leaves it, and take the work up again."""
    draft = office.drafts()[0]

    def rewind(session: Session) -> None:
        session.execute(update(DraftRow).values(status="approved"))
        begun = {"state": "sending", "unclear": True, "receipt": {}}
        session.execute(update(EffectRow).where(EffectRow.number == number).values(**begun))
        wipe(session)
        job = Job("apply", f"apply-after-a-crash-{draft.id}", (draft.id, str(draft.version)))
        office.program.work.enqueue(session, job)

    office.program.database.write(rewind)


def state(office: Office, number: int) -> str:
    query = select(EffectRow.state).where(EffectRow.number == number)
    return office.program.database.read(lambda session: session.scalars(query).one())


def applied(office: Office) -> None:
    office.settled(lambda o: o.drafts()[0].status == "applied")
    office.settled(lambda o: not o.unfinished())


def done_errand(office: Office) -> str:
    """An errand asked for, approved and done; the ts of its card."""
    office.talk()
    found = office.ask("/countersign errand")
    office.people.click("ana", DEV, found.ts, "draft_approve")
    applied(office)
    return found.ts


@pytest.mark.parametrize("acted", [True, False], ids=["after the act", "before the act"])
def test_a_crash_around_an_errand_leaves_it_done_once_or_asks_a_person(
    folder: Path, outside: Outside, acted: bool
) -> None:
    with open_office(folder, more=outside.settings, kinds=errands(outside.target), second_look_s=0.05) as office:
        ts = done_errand(office)
        assert outside.arrived == 1
        if not acted:
            outside.forget()
        rewound(office, 1, lambda _: None)
        if outside.sort in PARKED:
            office.settled(lambda o: button(o.world.messages[DEV][ts], "effect_sent"))
            assert (state(office, 1), outside.arrived) == ("parked", int(acted))
            office.people.click("ana", DEV, ts, "effect_sent" if acted else "effect_again")
        applied(office)
        assert (state(office, 1), len(outside.done), len(summaries(office))) == ("done", 1, 1)


@pytest.mark.parametrize("acted", [True, False], ids=["after the act", "before the act"])
def test_a_crash_around_a_post_leaves_it_standing_once(talk: Office, acted: bool) -> None:
    waiting = talk.ask()
    talk.people.click("ana", DEV, waiting.ts, "draft_approve")
    applied(talk)
    (posted,) = summaries(talk)
    if not acted:
        with talk.world.changing():
            del talk.world.messages[DEV][posted.ts]
    unknown = update(MessageRow).where(MessageRow.ts == posted.ts).values(ts="", unclear=True)
    rewound(talk, 0, lambda session: session.execute(unknown))
    applied(talk)
    (standing,) = summaries(talk)
    assert (standing.ts == posted.ts) is acted


@pytest.mark.slow
def test_killed_between_act_and_receipt_an_errand_is_done_once_or_asks_a_person(
    box: Sandbox,  # noqa: F811
    tmp_path: Path,
    free_port: int,
    outside: Outside,
) -> None:
    outside.hook.go_on = outside.post_office.go_on = killed = threading.Event()
    running = Running(
        box,
        tmp_path,
        free_port,
        socket_mode=True,
        command=("-m", "tests.flows.errand_program"),
        ERRANDS=json.dumps([outside.target]),
        WEBHOOK_PRIVATE="true",
        SMTP_URL=outside.post_office.smtp,
        MAIL_FROM="bot@team.example",
        IMAP_URL=outside.settings.get("imap_url", ""),
    )
    try:
        box.people.slash("ana", "dev", "/countersign errand")
        waiting = card(box)
        box.people.click("ana", DEV, waiting.ts, "draft_approve")
        happened = outside.hook.arrived if "webhook" in outside.sort else outside.post_office.arrived
        assert happened.wait(20)
        running.kill()
        killed.set()
        running.start()
        if outside.sort in PARKED:
            shows(box, waiting.ts, "effect_sent")
            assert outside.arrived == 1
            box.people.click("ana", DEV, waiting.ts, "effect_sent")
        shows(box, waiting.ts, "Applied")
    finally:
        running.stop()
    assert len(outside.done) == 1
    assert outside.arrived == (2 if outside.sort == "webhook that heeds keys" else 1)
    assert len(approved(box)) == 1


@pytest.mark.slow
def test_killed_between_act_and_receipt_a_post_stands_once(
    box: Sandbox,  # noqa: F811
    tmp_path: Path,
    free_port: int,
) -> None:
    running = Running(box, tmp_path, free_port, socket_mode=True)
    try:
        box.people.slash("ana", "dev", "/summarise 7d")
        waiting = card(box)
        box.faults.add("chat.postMessage", delay=5.0, after=True)
        box.people.click("ana", DEV, waiting.ts, "draft_approve")
        box.world.wait_for(lambda: approved(box), timeout=20)
        running.kill()
        running.start()
        shows(box, waiting.ts, "Applied")
    finally:
        running.stop()
    assert len(approved(box)) == 1


def shows(box: Sandbox, ts: str, words: str) -> None:  # noqa: F811
    """Wait until the card shows this."""
    box.world.wait_for(lambda: words in shown(box.world.messages[DEV][ts]), timeout=25, what=words)
