"""What the port reads of a workspace: people, channels, history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import (
    MissingScope,
    NotFound,
    Slack,
    SlackGroup,
    moment_of,
    ts_of,
)
from sandbox.fixtures import ANA, BEN, DAN, DANA, DEV, GENERAL, GUS, HIDDEN, OLGA, PARTNERS, RANDOM, SECRET
from sandbox.records import UserGroup
from sandbox.server import Sandbox
from tests.slack.asked import write


def test_the_time_that_a_listener_waits_for_slack_is_told(sandbox: Sandbox) -> None:
    told: list[str] = []

    @contextmanager
    def waiting() -> Iterator[None]:
        told.append("waits")
        yield
        told.append("goes on")

    slack = Slack.connect(sandbox.bot_token, sandbox.api_url, waiting=waiting)
    slack.open_dm(ANA)
    assert told == []  # in the background nobody waits for it
    slack.quick.open_dm(ANA)
    assert told == ["waits", "goes on"]


def test_identity_says_who_we_are_and_what_the_token_allows(slack: Slack, sandbox: Sandbox) -> None:
    us = slack.identity()
    app = sandbox.world.app
    assert (us.team_id, us.bot_user_id, us.bot_id) == (sandbox.world.team_id, app.bot_user_id, app.bot_id)
    assert us.url.startswith("http://127.0.0.1")
    assert {"chat:write", "channels:history"} <= us.scopes
    slack.quick.identity()
    assert len(sandbox.world.calls_of("auth.test")) == 1


@pytest.mark.parametrize(
    ("user", "flags"),
    [(ANA, {"is_admin"}), (BEN, set()), (GUS, {"is_guest"}), (OLGA, {"outsider"}), (DAN, {"deleted"})],
)
def test_people_are_seen_relative_to_our_team(slack: Slack, user: str, flags: set[str]) -> None:
    person = slack.person(user)
    every = ("is_admin", "is_guest", "is_bot", "deleted", "is_stranger", "outsider")
    assert {flag for flag in every if getattr(person, flag)} == flags


def test_people_have_a_name_and_a_zone(slack: Slack) -> None:
    assert (slack.person(DANA).name, slack.person(DANA).tz) == ("Dana", "Europe/Berlin")


def test_a_person_is_remembered_for_a_minute_and_no_longer(sandbox: Sandbox) -> None:
    now = [1000.0]
    slack = Slack.connect(sandbox.bot_token, sandbox.api_url, clock=lambda: now[0])
    slack.person(BEN)
    with sandbox.world.changing():
        sandbox.world.users[BEN].deleted = True
    now[0] += 59
    assert not slack.quick.person(BEN).deleted
    assert slack.person(BEN, fresh=True).deleted
    with sandbox.world.changing():
        sandbox.world.users[BEN].deleted = False
    now[0] += 60
    assert not slack.person(BEN).deleted


def test_a_person_s_status_is_read_without_its_colons(sandbox: Sandbox, slack: Slack) -> None:
    sandbox.world.users[ANA].status_emoji = ":palm_tree:"
    assert slack.person(ANA).status_emoji == "palm_tree"
    assert slack.person(BEN).status_emoji == ""


def test_user_groups_and_who_is_in_them_are_read(sandbox: Sandbox, slack: Slack) -> None:
    sandbox.world.add_group(UserGroup("S0CREW", "crew", members=[ANA, BEN]))
    assert slack.groups() == (SlackGroup("S0CREW", "crew", 2),)
    assert slack.group_members("S0CREW") == (ANA, BEN)
    with pytest.raises(NotFound, match="user group is gone"):
        slack.group_members("S0NONE")
    sandbox.world.app = sandbox.world.app.without_scopes("usergroups:read")
    with pytest.raises(MissingScope, match="usergroups:read"):
        slack.groups()


def test_channels_say_what_they_are(slack: Slack) -> None:
    assert (slack.channel(DEV).name, slack.channel(DEV).is_private, slack.channel(DEV).is_member) == (
        "dev",
        False,
        True,
    )
    assert slack.channel(DEV).num_members == 4
    assert slack.channel(SECRET).is_private
    assert slack.channel(PARTNERS).is_ext_shared
    assert not slack.channel(RANDOM).is_member
    assert slack.channel(slack.open_dm(BEN)).is_im


@pytest.mark.parametrize("channel", [HIDDEN, "C0NOWHERE"])
def test_an_invisible_channel_is_not_found(slack: Slack, channel: str) -> None:
    with pytest.raises(NotFound, match="I cannot see that channel") as caught:
        slack.channel(channel)
    assert caught.value.code == "channel_not_found"


def test_members_come_from_every_page(sandbox: Sandbox) -> None:
    slack = Slack.connect(sandbox.bot_token, sandbox.api_url, page_size=1)
    everybody = sandbox.world.channels[GENERAL].members
    assert slack.members(GENERAL) == set(everybody)
    assert len(sandbox.world.calls_of("conversations.members")) == 2
    assert slack.is_member(GENERAL, everybody[-1])
    assert not slack.is_member(GENERAL, OLGA)


def test_history_follows_the_cursor_page_by_page_and_only_as_far_as_it_is_read(sandbox: Sandbox, slack: Slack) -> None:
    written = [write(sandbox, f"message {number}") for number in range(7)]
    sandbox.faults.cap_pages(3)
    messages = slack.history(DEV)
    assert next(messages)["ts"] == written[-1]
    assert len(sandbox.world.calls_of("conversations.history")) == 1
    assert [message["ts"] for message in messages] == written[-2::-1]
    assert len(sandbox.world.calls_of("conversations.history")) == 3


def test_a_watched_port_tells_of_every_page_and_can_be_stopped_there(sandbox: Sandbox) -> None:
    port = Slack.connect(sandbox.bot_token, sandbox.api_url, page_size=2)
    for number in range(5):
        sandbox.people.post("ana", "dev", f"message {number}")
    told: list[int] = []

    def watch(count: int) -> None:
        told.append(count)
        if len(told) == 4:
            raise RuntimeError("enough")

    assert len(list(port.watched(watch).history(DEV))) == 5
    assert told == [2, 2, 1]
    with pytest.raises(RuntimeError, match="enough"):
        list(port.watched(watch).history(DEV))
    assert len(list(port.history(DEV))) == 5


def test_replies_give_the_root_once_and_every_reply(sandbox: Sandbox, slack: Slack) -> None:
    root = write(sandbox, "root")
    replies = [write(sandbox, f"reply {number}", root) for number in range(5)]
    sandbox.faults.cap_pages(2)
    assert [message["ts"] for message in slack.replies(DEV, root)] == [root, *replies]
    since = moment_of(replies[3])
    assert [message["ts"] for message in slack.replies(DEV, root, since)] == [root, *replies[3:]]


def test_one_message_is_found_root_or_reply_or_not_at_all(sandbox: Sandbox, slack: Slack) -> None:
    root = write(sandbox, "root")
    reply = write(sandbox, "reply", root)
    for found in (slack.message(DEV, root), slack.message(DEV, reply), slack.message(DEV, reply, root)):
        assert found is not None
    assert (slack.message(DEV, root) or {})["text"] == "root"
    assert (slack.message(DEV, reply) or {})["text"] == "reply"
    assert (slack.message(DEV, reply, root) or {})["text"] == "reply"
    assert slack.message(DEV, "1600000000.000100") is None
    assert slack.message(DEV, "1600000000.000100", root) is None


def test_permalinks_are_slacks_own_and_cost_no_call(sandbox: Sandbox, slack: Slack) -> None:
    root = write(sandbox, "root")
    reply = write(sandbox, "reply", root)
    slack.identity()
    calls = len(sandbox.world.calls)
    links = [slack.permalink(DEV, root), slack.permalink(DEV, root, root), slack.permalink(DEV, reply, root)]
    assert len(sandbox.world.calls) == calls
    kept = sandbox.world.messages[DEV]
    assert links == [*[sandbox.world.permalink(kept[root])] * 2, sandbox.world.permalink(kept[reply])]


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_moment_survives_its_timestamp_to_the_microsecond(moment: datetime) -> None:
    assert moment_of(ts_of(moment)) == moment
    assert len(ts_of(moment).partition(".")[2]) == 6
