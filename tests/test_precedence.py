"""Background work lets whoever clicks go first, and is never stopped by it."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest

from bot.app import people_first
from bot.desk import Desk, jobs
from bot.precedence import LULL_S, PATIENCE_S, Precedence
from bot.work import Run


class Clock:
    """A virtual clock; what is due while somebody sleeps is done then."""

    def __init__(self) -> None:
        self.now = 0.0
        self.due: list[tuple[float, Callable[[], object]]] = []

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        ripe = [act for at, act in self.due if at <= self.now]
        self.due = [(at, act) for at, act in self.due if at > self.now]
        for act in ripe:
            act()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def precedence(clock: Clock) -> Precedence:
    return Precedence(lambda: clock.now, clock.sleep)


def test_work_goes_on_at_once_where_nobody_clicks(clock: Clock, precedence: Precedence) -> None:
    precedence.give_way()
    assert clock.now == 0.0


def test_work_waits_for_a_lull_after_the_last_answer(clock: Clock, precedence: Precedence) -> None:
    listening = precedence.listening()
    listening.__enter__()
    clock.due = [(LULL_S, lambda: listening.__exit__(None, None, None))]
    precedence.give_way()
    assert 2 * LULL_S <= clock.now <= PATIENCE_S + LULL_S


def test_clicks_without_end_do_not_stop_the_work(clock: Clock, precedence: Precedence) -> None:
    with precedence.listening():
        precedence.give_way()
    assert PATIENCE_S <= clock.now <= PATIENCE_S + LULL_S


def test_a_listener_that_fails_is_at_work_no_longer(clock: Clock, precedence: Precedence) -> None:
    with pytest.raises(ValueError, match="bad"), precedence.listening():
        raise ValueError("bad")
    precedence.give_way()
    assert clock.now <= 3 * LULL_S


def test_a_listener_that_waits_for_slack_holds_nobody_up(clock: Clock, precedence: Precedence) -> None:
    with precedence.listening(), precedence.elsewhere():
        precedence.give_way()
        assert clock.now == 0.0


def test_a_listener_that_has_heard_from_slack_goes_first_again(clock: Clock, precedence: Precedence) -> None:
    with precedence.listening():
        with precedence.elsewhere():
            pass
        precedence.give_way()
    assert clock.now >= PATIENCE_S


def test_who_waits_for_slack_and_answers_nobody_holds_nobody_up(clock: Clock, precedence: Precedence) -> None:
    with precedence.elsewhere():
        pass
    precedence.give_way()
    assert clock.now == 0.0


def test_only_who_drafts_gives_way_and_only_once_a_job(clock: Clock, precedence: Precedence) -> None:
    waited: dict[str, float] = {}

    def body(run: Run, name: str) -> None:
        waited[name] = clock.now
        run(str)
        run(str)
        waited[name] = clock.now - waited[name]

    names = jobs.bodies(cast(Desk, None))
    for name, job in people_first(dict.fromkeys(names, body), precedence).items():
        began = clock.now
        with precedence.listening():
            job(lambda step: step(), name)
        assert (clock.now - began >= PATIENCE_S) == (name in ("draft", "digest", "overhear"))
        assert waited[name] == 0.0
