"""Listening ends where we were removed and invited again; and whoever reacted is told, each of them."""

from __future__ import annotations

import pytest

from bot.desk import Actor
from bot.errors import CountersignError
from sandbox.fixtures import ANA, BEN, DANA, DEV, LI
from tests.flows.office import Office, shown
from tests.flows.test_listening import heard, in_dm, lets, listen, listened, looked_at
from tests.flows.test_todos import SENDS, approve, todos

__all__ = ["listened"]


def test_who_was_removed_and_invited_again_listens_no_more_until_a_lead_says_so_again(listened: Office) -> None:
    listened.talk()
    us = listened.world.bot.id
    listened.people.remove("dana", "dev", us)
    listened.people.invite("ben", "dev", us)
    listened.settled(lambda o: not o.unfinished())
    assert (lets(listened), heard(listened)) == ([], [])
    assert any("I was removed from it and invited again" in said for said in in_dm(listened, DANA))
    assert listened.audit(f"channel {DEV}") == ["listening allowed", "listening ended"]
    listen(listened, "on")
    assert len(lets(listened)) == 1
    assert len([m for m in listened.world.bot_messages(DEV) if "lets me listen here" in shown(m)]) == 2


def test_that_somebody_else_joins_or_that_an_old_event_comes_late_ends_nothing(listened: Office) -> None:
    listened.people.invite("dana", "dev", "li")
    listened.program.desk.listening.invited(DEV, "1600000000.000100")
    listened.settled(lambda o: not o.unfinished())
    assert len(lets(listened)) == 1


def test_two_who_react_to_one_message_before_it_is_looked_at_are_both_told(listened: Office) -> None:
    root = listened.talk()
    for user in ("ana", "ben"):
        listened.people.react(user, DEV, root, "memo")
    looked_at(listened)
    looked_at(listened)
    listened.settled(lambda o: heard(o) == [(root, "quiet")])
    told = [[said for said in map(shown, listened.world.ephemerals(user)) if "draft" in said] for user in (ANA, BEN)]
    assert [len(each) for each in told] == [1, 1]
    assert sorted("I draft follow-ups" in each[0] for each in told) == [False, True]
    assert len(listened.requests()) == 1


def test_a_to_do_from_a_private_channel_is_given_to_nobody_who_may_not_read_it(office: Office) -> None:
    office.world.channel_named("dev").is_private = True
    approve(office, SENDS)
    one = todos(office)["send"]
    by = Actor(one.team, BEN)
    with pytest.raises(CountersignError, match="Invite them there, or pick another owner"):
        office.program.desk.todos.give(one.id, LI, by=by)
    assert todos(office)["send"].owner == BEN
    office.program.desk.todos.give(one.id, DANA, by=by)
    assert todos(office)["send"].owner == DANA
