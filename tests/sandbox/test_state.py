from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.fixtures import ANA, DEV, GUS, HIDDEN, OLGA, RANDOM, small_world
from sandbox.records import Message
from sandbox.state import World, ts_micros


@given(st.lists(st.floats(0, 2e9), max_size=20))
def test_timestamps_rise_whatever_the_clock_does(moments: list[float]) -> None:
    clock = iter(moments)
    world = World(now=lambda: next(clock))
    stamps = [ts_micros(world.new_ts()) for _ in moments]
    assert stamps == sorted(set(stamps))


def test_waiting_ends_with_the_change_that_makes_it_true() -> None:
    world = small_world()
    writer = threading.Thread(target=lambda: world.add_message(Message(DEV, world.new_ts(), ANA, "done")))
    waits = threading.Thread(target=writer.start)
    waits.start()
    assert world.wait_for(lambda: [m.text for m in world.history(DEV)]) == ["done"]
    waits.join()
    writer.join()


def test_waiting_in_vain_says_for_what() -> None:
    with pytest.raises(AssertionError, match="the moon is blue"):
        small_world().wait_for(lambda: False, timeout=0.01, what="the moon is blue")


def test_listeners_are_told_once_a_change_until_they_leave() -> None:
    world = small_world()
    told: list[int] = []
    leave = world.subscribe(lambda: told.append(world.version))
    before = world.version
    with world.changing():
        world.tell(ANA, "hi", DEV)
    assert told == [before + 1]
    leave()
    world.tell(ANA, "hi")
    assert told == [before + 1]


def test_who_sees_which_channel() -> None:
    world = small_world()
    hidden, random = world.channels[HIDDEN], world.channels[RANDOM]
    assert world.sees(ANA, hidden)
    assert not world.sees("U0BEN", hidden)
    assert world.sees("U0BEN", random)
    assert not world.sees(GUS, random)
    assert not world.sees(OLGA, random)


def test_a_dm_is_opened_once() -> None:
    world = small_world()
    assert world.dm(ANA) is world.dm(ANA)
    assert world.dm(ANA) is not world.dm(GUS)


def test_names_and_ids_find_users_and_channels() -> None:
    world = small_world()
    assert world.user_named("ana") is world.user_named(ANA)
    assert world.channel_named("#dev") is world.channel_named("dev") is world.channel_named(DEV)
    with pytest.raises(KeyError):
        world.user_named("nobody")
    with pytest.raises(KeyError):
        world.channel_named("nowhere")
