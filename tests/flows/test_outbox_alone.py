from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from blocks.notices import plain
from bot.desk.twins import look_later
from bot.outbox import NotKnown, Outbox
from sandbox.fixtures import DEV
from tests.flows.office import Office, shown
from tests.flows.test_twins import look


def hellos(office: Office) -> list[str]:
    return [m.ts for m in office.world.bot_messages(DEV) if "Hello" in shown(m)]


def test_what_was_sent_is_found_though_our_clock_is_most_of_an_hour_ahead_of_slack_s(talk: Office) -> None:
    parts = talk.program.desk.parts
    ahead = timedelta(minutes=50)
    outbox = Outbox(parts.database, parts.slack, lambda: parts.clock() + ahead, look_later(parts.work, 3600))
    talk.box.faults.add("chat.postMessage", reset=True, after=True)
    assert [outbox.send("ahead", plain("Hello"), team=parts.team, channel=DEV).ts] == hellos(talk)


def test_a_process_that_slept_until_another_had_taken_its_last_look_sends_nothing(talk: Office) -> None:
    parts = talk.program.desk.parts
    asleep, wakes = threading.Event(), threading.Event()

    def may_send() -> bool:
        """As the fleet says it to who was given up while it was stopped."""
        asleep.set()
        assert wakes.wait(30)
        return False

    def send_asleep() -> None:
        outbox = Outbox(parts.database, parts.slack, parts.clock, look_later(parts.work, 3600), may_send)
        with pytest.raises(NotKnown, match="another sends"):
            outbox.send("slept", plain("Hello"), team=parts.team, channel=DEV)

    sleeper = threading.Thread(target=send_asleep)
    sleeper.start()
    assert asleep.wait(30)
    awake = parts.outbox.send("slept", plain("Hello"), team=parts.team, channel=DEV).ts
    look(talk, "slept")
    wakes.set()
    sleeper.join()
    assert hellos(talk) == [awake]
