"""Ask who asked for it: a question in the thread of the draft, whose clock stands until there is an answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.desk.asked import is_open
from bot.work import Job
from sandbox.fixtures import ANA, BEN, DANA, DEV
from sandbox.records import Message
from tests.flows.office import Office, button, open_office, shown
from tests.flows.rules import settle
from tests.flows.test_hand_over import choose
from tests.flows.test_timers import run

ASKED = "Is the date settled?"


@pytest.fixture
def clock() -> list[datetime]:
    return [datetime.now(UTC)]


@pytest.fixture
def led(folder: Path, clock: list[datetime]) -> Iterator[Office]:
    """An office whose #dev is led by Dana, and a draft that Ana asked for."""
    with open_office(folder, clock=lambda: clock[0]) as office:
        settle(office, leads=[DANA])
        office.talk()
        clock[0] += timedelta(minutes=1)
        yield office


def ask(office: Office, card: Message, text: str = ASKED) -> Message:
    """Have Dana ask Ana; the message."""
    choose(office, "dana", card, "question")
    view = office.world.top_view(DANA)
    assert view is not None
    office.people.submit("dana", view.id, {"put": text})
    return office.message_with(DEV, "has a question about")


def answer(office: Office, asked: Message, text: str) -> None:
    office.people.click("ana", asked.channel, asked.ts, "question_answer")
    view = office.world.top_view(ANA)
    assert view is not None
    office.people.submit("ana", view.id, {"put": text})


def card_now(office: Office, card: Message) -> str:
    return shown(office.world.messages[DEV][card.ts])


def test_the_question_stands_in_the_thread_and_on_the_card_and_so_does_the_answer(led: Office) -> None:
    card = led.ask()
    asked = ask(led, card)
    assert (asked.thread_ts, "<@U0ANA>" in shown(asked), ASKED in shown(asked)) == (card.ts, True, True)
    led.settled(lambda o: "waits for an answer of <@U0ANA>" in card_now(o, card))
    assert f"<@U0DANA> asks: {ASKED}" in card_now(led, card)
    led.people.open_home("dana")
    home = led.settled(lambda o: o.world.homes.get(DANA))
    assert "who has a question to answer first" in str(home.blocks)
    led.people.click("ben", DEV, asked.ts, "question_answer")
    led.told(BEN, "@Ana was asked this")
    answer(led, asked, "Yes, Friday <!channel>")
    led.settled(lambda o: "Yes, Friday" in card_now(o, card) and "waits for <@U0DANA>" in card_now(o, card))
    led.message_with(led.world.dm(DANA).id, "@Ana answered your question")
    led.settled(lambda o: button(o.world.messages[DEV][asked.ts], "question_answer") is None)
    assert "Yes, Friday" in shown(led.world.messages[DEV][asked.ts])
    assert "<!channel>" not in card_now(led, card)
    assert led.audit(led.drafts()[0].id) == ["proposed", "question asked", "question answered"]


def test_while_a_question_is_open_nobody_is_reminded_and_nothing_expires(led: Office, clock: list[datetime]) -> None:
    card = led.ask()
    left = led.drafts()[0].expires_at - clock[0]
    asked = ask(led, card)
    clock[0] += timedelta(days=20)
    draft = led.drafts()[0]
    run(led, Job("remind", "remind-now", (draft.id,)), Job("expire", "expire-now", (draft.id, "7")))
    led.program.desk.timers.sweep()
    led.settled(lambda o: not o.unfinished())
    assert led.drafts()[0].status == "proposed"
    assert not [m for m in led.world.bot_messages(led.world.dm(DANA).id) if "Still waits" in shown(m)]
    answer(led, asked, "Yes")
    led.settled(lambda o: not o.unfinished())
    assert timedelta(days=1) <= led.drafts()[0].expires_at - clock[0] <= left + timedelta(days=4)  # a weekend
    run(led, Job("remind", "remind-then", (draft.id,)))
    led.message_with(led.world.dm(DANA).id, "Still waits for you")


def test_who_decides_goes_on_without_an_answer_and_a_late_one_is_told_so(led: Office) -> None:
    card = led.ask()
    asked = ask(led, card)
    before = led.world.snapshot(DEV, asked.ts)
    led.settled(lambda o: "Go on without an answer" in card_now(o, card))
    choose(led, "dana", card, "go_on")
    led.settled(lambda o: "left unanswered" in card_now(o, card))
    assert not is_open(led.drafts()[0].review)
    led.people.click("ana", DEV, asked.ts, "question_answer", message=before)
    led.told(ANA, "no longer open")
    assert led.audit(led.drafts()[0].id) == ["proposed", "question asked", "question dropped"]


def test_it_can_be_decided_on_before_there_is_an_answer(led: Office) -> None:
    card = led.ask()
    asked = ask(led, card)
    before = led.world.snapshot(DEV, asked.ts)
    led.people.click("dana", DEV, card.ts, "draft_approve")
    led.settled(lambda o: o.drafts()[0].status == "applied")
    led.people.click("ana", DEV, asked.ts, "question_answer", message=before)
    led.told(ANA, "already approved by @Dana")
