from __future__ import annotations

import json
import threading
import urllib.request
from typing import Any

import pytest
from sqlalchemy import select, text

from blocks.notices import plain
from bot.desk.twins import look_later
from bot.outbox import NotKnown, Outbox
from bot.work import Job
from sandbox.fixtures import DEV
from storage.models import AuditRow, MessageRow
from tests.flows.office import Office, shown
from tests.flows.test_once import summaries

LOST = {"reset": True}  # the call never took effect, which nobody can know
SECOND_LOOKS = text("SELECT inputs FROM workflow_status WHERE name = 'twins' AND status = 'DELAYED'")


def arrives_late(office: Office, key: str) -> str:
    """Have the call that was lost take effect after all; the ts of its message."""
    (first, *_) = (
        call.args
        for call in office.world.calls_of("chat.postMessage")
        if json.loads(_text(call.args["metadata"]))["event_payload"]["key"] == key
    )
    request = urllib.request.Request(
        f"{office.box.api_url}chat.postMessage",
        data=json.dumps(first).encode(),
        headers={"Authorization": f"Bearer {office.box.bot_token}", "Content-Type": "application/json; charset=utf-8"},
    )
    with urllib.request.urlopen(request, timeout=5) as response:
        answer = json.load(response)
    assert answer["ok"], answer
    ts: str = answer["ts"]
    return ts


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def look(office: Office, key: str) -> None:
    """Take the second look at this key now, and see it to its end."""
    job = Job("twins", f"twins-now-{key}", (key,))
    office.program.database.write(lambda session: office.program.work.enqueue(session, job))
    office.settled(lambda o: not o.unfinished())


def waiting_looks(office: Office) -> int:
    """How many second looks wait for their time."""
    return len(office.program.database.read(lambda session: session.execute(SECOND_LOOKS).all()))


def message(office: Office, prefix: str) -> MessageRow:
    """The one message whose key begins so."""
    query = select(MessageRow).where(MessageRow.key.startswith(prefix))
    return office.program.database.read(lambda session: session.scalars(query).one())


def facts(office: Office, action: str) -> list[dict[str, Any]]:
    """What the audit log says of each such action."""
    query = select(AuditRow.facts).where(AuditRow.action == action).order_by(AuditRow.number)
    return office.program.database.read(lambda session: list(session.scalars(query)))


def applied(office: Office, **fault: bool | int) -> MessageRow:
    """A draft approved and posted while the answer to its post was lost; the message as we know it."""
    card = office.ask()
    office.box.faults.add("chat.postMessage", **fault)  # type: ignore[arg-type]
    office.people.click("ana", DEV, card.ts, "draft_approve")
    office.settled(lambda o: o.drafts()[0].status == "applied")
    return message(office, "effect:")


def test_a_twin_that_came_late_is_removed_and_the_audit_log_says_which(talk: Office) -> None:
    kept = applied(talk, **LOST)
    twin = arrives_late(talk, kept.key)
    assert len(summaries(talk)) == 2
    look(talk, kept.key)
    assert [m.ts for m in summaries(talk)] == [kept.ts]
    assert facts(talk, "twin removed") == [{"key": kept.key, "channel": DEV, "kept": kept.ts, "removed": [twin]}]
    assert talk.audit(talk.drafts()[0].id)[-1] == "twin removed"
    assert message(talk, "effect:").unclear is False


def test_a_second_look_is_taken_a_minute_later_and_only_after_a_doubt(talk: Office) -> None:
    card = talk.ask()
    talk.people.click("ana", DEV, card.ts, "draft_approve")
    talk.settled(lambda o: o.drafts()[0].status == "applied")
    assert waiting_looks(talk) == 0
    assert message(talk, "effect:").unclear is False


@pytest.mark.parametrize("fault", [LOST, {"reset": True, "after": True}])
def test_after_a_doubt_a_second_look_waits_for_its_time(talk: Office, fault: dict[str, bool]) -> None:
    kept = applied(talk, **fault)
    assert kept.unclear is True
    assert waiting_looks(talk) == 1
    query = text("SELECT delay_until_epoch_ms - created_at FROM workflow_status WHERE name = 'twins'")
    delay_ms = talk.program.database.read(lambda session: session.execute(query).scalar_one())
    assert 59_000 <= delay_ms <= 61_000


def test_a_look_that_finds_no_twin_leaves_everything_as_it_is(talk: Office) -> None:
    kept = applied(talk, **LOST)
    look(talk, kept.key)
    look(talk, kept.key)
    assert [m.ts for m in summaries(talk)] == [kept.ts]
    assert "twin removed" not in talk.audit(talk.drafts()[0].id)


def test_a_card_s_twin_is_removed_and_the_card_that_is_kept_is_the_live_one(talk: Office) -> None:
    talk.box.faults.add("chat.postMessage", **LOST)  # type: ignore[arg-type]
    talk.ask()
    row = message(talk, "card:")
    twin = arrives_late(talk, row.key)
    look(talk, row.key)
    assert [m.ts for m in talk.world.bot_messages(DEV)] == [row.ts]
    assert facts(talk, "twin removed")[0]["removed"] == [twin]
    talk.people.click("ana", DEV, row.ts, "draft_approve")
    talk.settled(lambda o: o.drafts()[0].status == "applied")


def test_a_twin_in_a_thread_is_found_there(talk: Office) -> None:
    root = next(iter(talk.world.messages[DEV]))
    parts = talk.program.desk.parts
    talk.box.faults.add("chat.postMessage", reset=True, after=True)
    sent = parts.outbox.send("in-a-thread", plain("Hello"), team=parts.team, channel=DEV, thread_ts=root)
    twin = arrives_late(talk, "in-a-thread")
    look(talk, "in-a-thread")
    standing = [m.ts for m in talk.world.bot_messages(DEV)]
    assert sent.ts in standing
    assert twin not in standing


def test_a_look_that_slack_refuses_is_in_the_audit_log(talk: Office) -> None:
    kept = applied(talk, **LOST)
    talk.box.faults.add("conversations.history", error="missing_scope")
    look(talk, kept.key)
    (said,) = facts(talk, "twin not sought")
    assert (said["key"], said["kept"]) == (kept.key, kept.ts)


def test_a_process_that_was_taken_for_dead_makes_a_twin_and_no_second_message(talk: Office) -> None:
    parts = talk.program.desk.parts

    def send() -> str:
        # An outbox of its own, as another process has it.
        outbox = Outbox(parts.database, parts.slack, parts.clock, look_later(parts.work, 3600))
        return outbox.send("asleep", plain("Hello"), team=parts.team, channel=DEV).ts

    asleep = talk.box.faults.add("chat.postMessage", delay=0.5)
    found: list[str] = []
    sleeper = threading.Thread(target=lambda: found.append(send()))
    sleeper.start()
    talk.settled(lambda _: asleep.times <= 0)
    awake = send()
    sleeper.join()
    assert found == [awake]
    assert len([m for m in talk.world.bot_messages(DEV) if "Hello" in shown(m)]) == 2
    look(talk, "asleep")
    assert [m.ts for m in talk.world.bot_messages(DEV) if "Hello" in shown(m)] == [awake]


def test_two_jobs_that_send_one_key_at_once_send_it_once(talk: Office) -> None:
    parts = talk.program.desk.parts

    def send() -> str:
        return parts.outbox.send("at-once", plain("Hello"), team=parts.team, channel=DEV).ts

    slow = talk.box.faults.add("chat.postMessage", delay=0.5)
    found: list[str] = []
    first = threading.Thread(target=lambda: found.append(send()))
    first.start()
    talk.settled(lambda _: slow.times <= 0)
    with pytest.raises(NotKnown, match="at this moment"):
        send()
    first.join()
    assert found == [send()]
    assert len([m for m in talk.world.bot_messages(DEV) if "Hello" in shown(m)]) == 1
