from __future__ import annotations

import pytest

from sandbox.demo import PRIVATE, demo_world
from sandbox.state import World, ts_micros

NOW = 1_795_000_000.0


@pytest.fixture(scope="module")
def demo() -> World:
    return demo_world(lambda: NOW)


def test_the_newest_message_is_minutes_old_and_none_is_of_the_future(demo: World) -> None:
    newest = max(ts_micros(ts) for there in demo.messages.values() for ts in there)
    assert newest == (NOW - 5 * 60) * 1_000_000


def test_the_person_to_act_as_is_in_every_channel_with_the_bot(demo: World) -> None:
    assert demo.acting_as is not None
    with_bot = [room for room in demo.channels.values() if demo.bot.id in room.members]
    assert {"general", "json-ld", PRIVATE} <= {room.name for room in with_bot}
    assert all(demo.acting_as in room.members for room in with_bot)
    assert not demo.users[demo.acting_as].is_guest


def test_the_call_is_a_channel_of_threads_and_single_messages(demo: World) -> None:
    room = demo.channel_named("json-ld")
    messages = demo.history(room.id)
    assert len(messages) == 103
    roots = {m.thread_ts for m in messages if m.is_reply}
    assert len(roots) == 5
    assert all(demo.messages[room.id][ts].text.startswith("Topic: ") for ts in roots if ts)
    assert sum(1 for m in messages if not m.is_reply) > len(roots)
    assert {m.user for m in messages} <= set(room.members)


def test_the_week_has_something_to_summarise(demo: World) -> None:
    week = (NOW - 7 * 86_400) * 1_000_000
    recent = [m for m in demo.history(demo.channel_named("general").id) if ts_micros(m.ts) > week and not m.subtype]
    assert len(recent) >= 10


def test_one_channel_is_private_one_person_a_guest_and_one_channel_without_the_bot(demo: World) -> None:
    private = demo.channel_named(PRIVATE)
    assert private.is_private
    assert set(private.members) < set(demo.users)
    (guest,) = [user for user in demo.users.values() if user.is_guest]
    assert [room.name for room in demo.channels.values() if guest.id in room.members] == ["general"]
    assert any(
        demo.bot.id not in room.members and room.members and not room.is_archived for room in demo.channels.values()
    )
