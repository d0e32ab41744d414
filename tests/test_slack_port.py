from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import (
    MissingScope,
    NotFound,
    NotInChannel,
    OutcomeUnknown,
    RateLimited,
    Slack,
    SlackError,
    SlackGroup,
    Unreachable,
    moment_of,
    ts_of,
)
from sandbox.fixtures import ANA, BEN, DAN, DANA, DEV, GENERAL, GUS, HIDDEN, OLGA, PARTNERS, RANDOM, SECRET, small_world
from sandbox.records import Message, UserGroup
from sandbox.server import Sandbox

KEY = "card-7-v1"
MODAL = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Edit"},
    "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "Loading"}}],
}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(small_world()) as running:
        yield running


@pytest.fixture
def slack(sandbox: Sandbox) -> Slack:
    return Slack.connect(sandbox.bot_token, sandbox.api_url)


@pytest.fixture
def earlier() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=1)


def args_of(sandbox: Sandbox, method: str) -> dict[str, object]:
    return dict(sandbox.world.calls_of(method)[-1].args)


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
    written = [_write(sandbox, f"message {number}") for number in range(7)]
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
    root = _write(sandbox, "root")
    replies = [_write(sandbox, f"reply {number}", root) for number in range(5)]
    sandbox.faults.cap_pages(2)
    assert [message["ts"] for message in slack.replies(DEV, root)] == [root, *replies]
    since = moment_of(replies[3])
    assert [message["ts"] for message in slack.replies(DEV, root, since)] == [root, *replies[3:]]


def test_one_message_is_found_root_or_reply_or_not_at_all(sandbox: Sandbox, slack: Slack) -> None:
    root = _write(sandbox, "root")
    reply = _write(sandbox, "reply", root)
    for found in (slack.message(DEV, root), slack.message(DEV, reply), slack.message(DEV, reply, root)):
        assert found is not None
    assert (slack.message(DEV, root) or {})["text"] == "root"
    assert (slack.message(DEV, reply) or {})["text"] == "reply"
    assert (slack.message(DEV, reply, root) or {})["text"] == "reply"
    assert slack.message(DEV, "1600000000.000100") is None
    assert slack.message(DEV, "1600000000.000100", root) is None


def test_permalinks_are_slacks_own_and_cost_no_call(sandbox: Sandbox, slack: Slack) -> None:
    root = _write(sandbox, "root")
    reply = _write(sandbox, "reply", root)
    slack.identity()
    calls = len(sandbox.world.calls)
    links = [slack.permalink(DEV, root), slack.permalink(DEV, root, root), slack.permalink(DEV, reply, root)]
    assert len(sandbox.world.calls) == calls
    kept = sandbox.world.messages[DEV]
    assert links == [*[sandbox.world.permalink(kept[root])] * 2, sandbox.world.permalink(kept[reply])]


def test_a_post_carries_its_key_and_brings_nothing_to_life(sandbox: Sandbox, slack: Slack, earlier: datetime) -> None:
    posted = slack.post(DEV, "Summary", [{"type": "divider"}], key=KEY)
    sent = args_of(sandbox, "chat.postMessage")
    assert (sent["unfurl_links"], sent["unfurl_media"], sent["parse"], sent["link_names"]) == (
        False,
        False,
        "none",
        False,
    )
    assert sandbox.world.messages[DEV][posted.ts].metadata == {
        "event_type": "countersign",
        "event_payload": {"key": KEY},
    }
    assert posted.permalink == sandbox.world.permalink(sandbox.world.messages[DEV][posted.ts])
    assert slack.find_by_key(DEV, KEY, since=earlier) == posted


def test_a_reply_is_found_by_its_key_in_its_thread(sandbox: Sandbox, slack: Slack, earlier: datetime) -> None:
    root = _write(sandbox, "root")
    posted = slack.post(DEV, "Summary", key=KEY, thread_ts=root)
    assert "thread_ts=" in posted.permalink
    assert slack.find_by_key(DEV, KEY, thread_ts=root, since=earlier) == posted
    assert slack.find_by_key(DEV, KEY, since=earlier) is None
    assert slack.find_by_key(DEV, KEY, thread_ts="1600000000.000100", since=earlier) is None


def test_a_broadcast_reply_is_seen_in_the_channel_too(sandbox: Sandbox, slack: Slack, earlier: datetime) -> None:
    root = _write(sandbox, "root")
    posted = slack.post(DEV, "Summary", key=KEY, thread_ts=root, broadcast=True)
    assert sandbox.world.messages[DEV][posted.ts].broadcast
    assert slack.find_by_key(DEV, KEY, since=earlier) == posted


def test_only_our_own_message_with_the_very_key_counts_as_found(
    sandbox: Sandbox, slack: Slack, earlier: datetime
) -> None:
    ours = {"event_type": "countersign", "event_payload": {"key": KEY}}
    sandbox.world.add_message(Message(DEV, sandbox.world.new_ts(), BEN, "forged", metadata=ours))
    slack.post(DEV, "another", key="card-8-v1")
    assert slack.find_by_key(DEV, KEY, since=earlier) is None


def test_an_old_message_is_not_searched_for(slack: Slack) -> None:
    slack.post(DEV, "Summary", key=KEY)
    assert slack.find_by_key(DEV, KEY, since=datetime.now(UTC) + timedelta(minutes=1)) is not None  # clocks differ
    assert slack.find_by_key(DEV, KEY, since=datetime.now(UTC) + timedelta(minutes=5)) is None


def test_late_twins_are_all_found_oldest_first(slack: Slack, earlier: datetime) -> None:
    first, second = slack.post(DEV, "one", key=KEY), slack.post(DEV, "two", key=KEY)
    assert slack.find_all_by_key(DEV, KEY, since=earlier) == [first, second]
    slack.delete(DEV, second.ts)
    slack.delete(DEV, second.ts)
    assert slack.find_all_by_key(DEV, KEY, since=earlier) == [first]


def test_an_update_replaces_the_text_and_keeps_the_key(sandbox: Sandbox, slack: Slack, earlier: datetime) -> None:
    posted = slack.post(DEV, "before", [{"type": "divider"}], key=KEY)
    slack.update(DEV, posted.ts, "after")
    message = sandbox.world.messages[DEV][posted.ts]
    assert (message.text, message.blocks) == ("after", [])
    assert (args_of(sandbox, "chat.update")["parse"], args_of(sandbox, "chat.update")["link_names"]) == ("none", False)
    assert slack.find_by_key(DEV, KEY, since=earlier) == posted


def test_an_ephemeral_message_reaches_one_person(sandbox: Sandbox, slack: Slack) -> None:
    slack.ephemeral(DEV, BEN, "for you")
    assert [message.text for message in sandbox.world.ephemerals(BEN, DEV)] == ["for you"]
    assert sandbox.world.ephemerals(ANA, DEV) == []


def test_a_response_url_answers_privately(sandbox: Sandbox, slack: Slack) -> None:
    slack.respond(sandbox.world.new_hook(BEN, DEV), "done")
    assert [message.text for message in sandbox.world.ephemerals(BEN, DEV)] == ["done"]


def test_a_response_url_that_is_used_up_is_refused_in_words(sandbox: Sandbox, slack: Slack) -> None:
    url = sandbox.world.new_hook(BEN, DEV)
    for _ in range(5):
        slack.respond(url, "again")
    with pytest.raises(SlackError):
        slack.respond(url, "too often")


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com/hooks",
        "http://hooks.slack.com/actions/T/1/x",
        "https://hooks.slack.com.example.com/x",
        "https://hooks.slack.com@example.com/x",
        "https://evilslack.com/x",
        "https://hooks.slack.com:8443/x",
        "http://127.0.0.1:1/hooks/response/H1",
        "file:///etc/passwd",
        "https://[::1",
        "",
    ],
)
def test_an_answer_goes_to_slack_or_nowhere(slack: Slack, url: str) -> None:
    with pytest.raises(SlackError, match="not Slack's") as caught:
        slack.respond(url, "secret")
    assert caught.value.code == "foreign_response_url"


def test_a_modal_is_opened_and_replaced_unless_it_changed_meanwhile(sandbox: Sandbox, slack: Slack) -> None:
    opened = slack.quick.open_view(sandbox.world.new_trigger(BEN).id, MODAL)
    replaced = slack.update_view(opened.id, MODAL, hash=opened.hash)
    assert replaced.id == opened.id
    assert replaced.hash != opened.hash
    with pytest.raises(SlackError, match="changed in the meantime") as caught:
        slack.update_view(opened.id, MODAL, hash=opened.hash)
    assert caught.value.code == "hash_conflict"


def test_a_trigger_opens_one_modal(sandbox: Sandbox, slack: Slack) -> None:
    trigger = sandbox.world.new_trigger(BEN).id
    slack.open_view(trigger, MODAL)
    with pytest.raises(SlackError, match="three seconds"):
        slack.open_view(trigger, MODAL)


def test_the_home_tab_is_published(sandbox: Sandbox, slack: Slack) -> None:
    slack.publish_home(BEN, {"type": "home", "blocks": MODAL["blocks"]})
    assert BEN in sandbox.world.homes


def test_posting_where_the_bot_is_not_says_to_invite_it(slack: Slack) -> None:
    with pytest.raises(NotInChannel, match="Invite me first: /invite @countersign"):
        slack.post(RANDOM, "hello", key=KEY)


def test_a_missing_scope_is_named(sandbox: Sandbox, slack: Slack) -> None:
    sandbox.faults.add("users.info", error="missing_scope")
    with pytest.raises(MissingScope, match="reinstall the app"):
        slack.person(BEN)


def test_a_wrong_token_says_where_to_look(sandbox: Sandbox) -> None:
    with pytest.raises(SlackError, match=r"SLACK_BOT_TOKEN") as caught:
        Slack.connect("xoxb-wrong", sandbox.api_url).identity()
    assert caught.value.code == "invalid_auth"


def test_invalid_blocks_are_a_definite_refusal_with_details(slack: Slack) -> None:
    with pytest.raises(SlackError) as caught:
        slack.post(DEV, "x", [{"type": "header", "text": {"type": "plain_text", "text": "x" * 200}}], key=KEY)
    assert caught.value.code == "invalid_blocks"
    assert not isinstance(caught.value, OutcomeUnknown)


def test_a_rate_limit_is_waited_for_in_the_background_and_told_at_once_to_a_listener(
    sandbox: Sandbox, slack: Slack
) -> None:
    sandbox.faults.rate_limit("chat.postMessage", retry_after=0)
    slack.post(DEV, "patient", key=KEY)
    sandbox.faults.rate_limit("chat.postMessage", retry_after=30)
    with pytest.raises(RateLimited, match="in 30 seconds") as caught:
        slack.quick.post(DEV, "hasty", key=KEY)
    assert caught.value.retry_after == 30


def test_a_wait_too_long_for_a_thread_is_left_to_the_caller(sandbox: Sandbox, slack: Slack) -> None:
    sandbox.faults.rate_limit("conversations.info", retry_after=3600)
    with pytest.raises(RateLimited):
        slack.channel(DEV)


@pytest.mark.parametrize("done", [True, False])
def test_a_reset_while_posting_leaves_the_outcome_unknown_and_looking_tells_it(
    sandbox: Sandbox, slack: Slack, earlier: datetime, done: bool
) -> None:
    sandbox.faults.add("chat.postMessage", reset=True, after=done)
    with pytest.raises(OutcomeUnknown):
        slack.post(DEV, "Summary", key=KEY)
    assert len(sandbox.world.bot_messages(DEV)) == int(done)  # and it was not repeated
    assert (slack.find_by_key(DEV, KEY, since=earlier) is not None) == done


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 503}, {"error": "internal_error"}])
def test_a_server_error_while_posting_leaves_the_outcome_unknown(
    sandbox: Sandbox, slack: Slack, fault: dict[str, str | int]
) -> None:
    _add_fault(sandbox, "chat.postMessage", fault)
    with pytest.raises(OutcomeUnknown):
        slack.post(DEV, "Summary", key=KEY)
    assert len(sandbox.world.bot_messages(DEV)) <= 1


def test_an_answer_that_comes_too_late_leaves_the_outcome_unknown(sandbox: Sandbox) -> None:
    slack = Slack.connect(sandbox.bot_token, sandbox.api_url, timeout_s=0.3)
    slack.identity()
    sandbox.faults.add("chat.postMessage", delay=0.6)
    with pytest.raises(OutcomeUnknown, match="no answer in time"):
        slack.post(DEV, "Summary", key=KEY)


def test_an_update_without_an_answer_is_of_unknown_outcome_since_it_may_land_late(
    sandbox: Sandbox, slack: Slack
) -> None:
    posted = slack.post(DEV, "before", key=KEY)
    sandbox.faults.add("chat.update", reset=True, after=True)
    with pytest.raises(OutcomeUnknown):
        slack.update(DEV, posted.ts, "after")
    assert sandbox.world.messages[DEV][posted.ts].text == "after"
    assert len(sandbox.world.calls_of("chat.update")) == 1


def test_what_may_be_repeated_survives_a_reset(sandbox: Sandbox, slack: Slack) -> None:
    sandbox.faults.add("conversations.open", reset=True, after=True)
    assert slack.open_dm(ANA).startswith("D")
    sandbox.faults.add("conversations.info", status=503)
    assert slack.channel(GENERAL).name == "general"


@pytest.mark.parametrize("call", [lambda slack: slack.channel(DEV), lambda slack: slack.post(DEV, "x", key=KEY)])
def test_where_nobody_listens_nothing_was_done(call: Callable[[Slack], object]) -> None:
    nowhere = Slack.connect("xoxb-1", "http://127.0.0.1:9/api/").quick
    with pytest.raises(Unreachable, match="could not be reached"):
        call(nowhere)


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_moment_survives_its_timestamp_to_the_microsecond(moment: datetime) -> None:
    assert moment_of(ts_of(moment)) == moment
    assert len(ts_of(moment).partition(".")[2]) == 6


def _write(sandbox: Sandbox, text: str, thread_ts: str | None = None) -> str:
    ts = sandbox.world.new_ts()
    sandbox.world.add_message(Message(DEV, ts, BEN, text, thread_ts=thread_ts))
    return ts


def _add_fault(sandbox: Sandbox, method: str, fault: dict[str, str | int]) -> None:
    status, error = fault.get("status"), fault.get("error")
    sandbox.faults.add(method, status=int(status) if status else None, error=str(error) if error else None)


def test_user_groups_and_who_is_in_them_are_read(sandbox: Sandbox, slack: Slack) -> None:
    sandbox.world.add_group(UserGroup("S0CREW", "crew", members=[ANA, BEN]))
    assert slack.groups() == (SlackGroup("S0CREW", "crew", 2),)
    assert slack.group_members("S0CREW") == (ANA, BEN)
    with pytest.raises(NotFound, match="user group is gone"):
        slack.group_members("S0NONE")
    sandbox.world.app = sandbox.world.app.without_scopes("usergroups:read")
    with pytest.raises(MissingScope, match="usergroups:read"):
        slack.groups()


def test_a_person_s_status_is_read_without_its_colons(sandbox: Sandbox, slack: Slack) -> None:
    sandbox.world.users[ANA].status_emoji = ":palm_tree:"
    assert slack.person(ANA).status_emoji == "palm_tree"
    assert slack.person(BEN).status_emoji == ""
