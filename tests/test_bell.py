from __future__ import annotations

from bot.bell import Bell

LONG_S = 600.0  # longer than any test may take


def test_a_ring_while_nobody_sleeps_is_heard_at_the_next_wait_and_once() -> None:
    bell = Bell()
    bell.ring()
    bell.ring()
    assert bell.wait(LONG_S) is False
    assert bell.wait(0) is False
    assert not bell.is_set()


def test_after_a_ring_there_are_more_looks_and_ever_later() -> None:
    bell = Bell(again_s=0.001)
    bell.ring()
    for _ in range(8):
        assert bell.wait(LONG_S) is False
    assert 0.1 < bell._pause_s < 1


def test_who_is_stopped_does_not_sleep_any_more() -> None:
    bell = Bell()
    bell.set()
    assert bell.wait(LONG_S) is True
    assert bell.is_set()
