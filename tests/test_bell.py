from __future__ import annotations

from bot.bell import Bell


def test_a_ring_while_nobody_sleeps_is_heard_at_the_next_wait_and_once() -> None:
    bell = Bell()
    bell.ring()
    bell.ring()
    assert bell.wait(20) is False
    assert not bell.is_set()
    assert bell.wait(0) is False


def test_who_is_stopped_does_not_sleep_any_more() -> None:
    bell = Bell()
    bell.set()
    assert bell.wait(20) is True
    assert bell.is_set()
