"""What Slack refuses, delays or leaves open is told as what it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from bot.slack import (
    MissingScope,
    NotInChannel,
    OutcomeUnknown,
    RateLimited,
    Slack,
    SlackError,
    Unreachable,
)
from sandbox.fixtures import ANA, BEN, DEV, GENERAL, RANDOM
from sandbox.server import Sandbox
from tests.slack.asked import KEY, add_fault


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
    add_fault(sandbox, "chat.postMessage", fault)
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
