from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.effects import Effect, MaybeDone, Unanswerable
from bot.effects.webhook import MOST_BYTES, Webhook, signature
from bot.errors import CountersignError, TryAgain
from tests.effects.hook import Hook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def effect(url: str, **target: Any) -> Effect:
    data = {"draft": "d1", "text": "Ship on Friday – really"}
    return Effect("effect:d1:2:1", "Call", {"sort": "webhook", "url": url, "type": "approved", "data": data, **target})


def test_the_signature_is_that_of_the_standard_s_own_library() -> None:
    # Made with standardwebhooks 1.1.0.
    assert (
        signature(SECRET, "msg_p5jXN8AQM9LwM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
        == "v1,5tatmeHZX9+MEe0BLpRnAkuTnprszSui32iw1yJCu8s="
    )


@given(st.binary(min_size=24, max_size=64), st.binary(max_size=200))
def test_who_knows_the_secret_can_check_any_body(key: bytes, body: bytes) -> None:
    secret = "whsec_" + base64.b64encode(key).decode()
    expected = hmac.new(key, b"id.12." + body, hashlib.sha256).digest()
    assert base64.b64decode(signature(secret, "id", "12", body).removeprefix("v1,")) == expected


def test_a_call_carries_the_key_the_signature_and_what_was_approved(hook: Hook) -> None:
    receipt = Webhook(SECRET, private=True, clock=lambda: 1614265330.9).perform(effect(hook.url), again=False)
    (call,) = hook.calls
    assert receipt == {"status": 204}
    assert call.path == "/hook"
    assert call.headers["host"] in hook.url
    assert call.headers["idempotency-key"] == call.headers["webhook-id"] == "effect:d1:2:1"
    assert call.headers["webhook-timestamp"] == "1614265330"
    assert call.headers["webhook-signature"] == signature(SECRET, "effect:d1:2:1", "1614265330", call.body)
    assert json.loads(call.body) == {"type": "approved", "data": {"draft": "d1", "text": "Ship on Friday – really"}}


@pytest.mark.parametrize("status", [0, 500, 503, 408])
def test_where_the_answer_is_lost_it_is_for_a_person_unless_the_receiver_heeds_the_key(hook: Hook, status: int) -> None:
    hook.answers = [status, status]
    with pytest.raises(Unanswerable):
        Webhook(private=True).perform(effect(hook.url), again=False)
    with pytest.raises(MaybeDone):
        Webhook(private=True).perform(effect(hook.url, idempotent=True), again=False)


def test_a_call_that_may_have_been_heard_is_repeated_only_with_a_key_that_is_heeded(hook: Hook) -> None:
    with pytest.raises(Unanswerable, match="cannot be asked"):
        Webhook(private=True).perform(effect(hook.url), again=True)
    assert hook.calls == []
    assert Webhook(private=True).perform(effect(hook.url, idempotent=True), again=True) == {"status": 204}


@pytest.mark.parametrize(("status", "error"), [(400, CountersignError), (410, CountersignError), (429, TryAgain)])
def test_a_refusal_is_no_doubt(hook: Hook, status: int, error: type[CountersignError]) -> None:
    hook.answers = [status]
    with pytest.raises(error, match=f"HTTP {status}") as raised:
        Webhook(private=True).perform(effect(hook.url), again=False)
    assert not isinstance(raised.value, MaybeDone | Unanswerable)


def test_a_receiver_that_is_not_there_was_not_told_anything(free_port: int) -> None:
    with pytest.raises(TryAgain, match="nothing was sent") as raised:
        Webhook(private=True).perform(effect(f"http://127.0.0.1:{free_port}/"), again=False)
    assert not isinstance(raised.value, MaybeDone)


def test_a_redirect_is_a_refusal_and_not_followed(hook: Hook) -> None:
    hook.answers, hook.location = [307], hook.url
    with pytest.raises(CountersignError, match="HTTP 307"):
        Webhook(private=True).perform(effect(hook.url), again=False)
    assert len(hook.calls) == 1


def test_an_endless_answer_is_not_read_to_its_end(hook: Hook) -> None:
    hook.answers, hook.body = [200], b"x" * (200 * MOST_BYTES)
    assert Webhook(private=True).perform(effect(hook.url), again=False) == {"status": 200}


def test_a_receiver_that_does_not_answer_in_time_may_have_heard(hook: Hook) -> None:
    hook.go_on = threading.Event()
    with pytest.raises(Unanswerable):
        Webhook(private=True, timeout_s=0.2).perform(effect(hook.url), again=False)
    assert len(hook.calls) == 1


@pytest.mark.parametrize(
    "url",
    ["http://example.com/", "https://u:p@example.com/", "ftp://example.com/", "https://", "not one", "https://[::1"],
)
def test_only_a_plain_https_address_is_called(url: str) -> None:
    with pytest.raises(CountersignError, match="nothing was sent"):
        Webhook().perform(effect(url), again=False)


def test_our_own_network_is_not_called_unless_that_is_allowed(hook: Hook) -> None:
    with pytest.raises(CountersignError, match="inside a private network"):
        Webhook().perform(effect(hook.url.replace("http:", "https:")), again=False)
    assert hook.calls == []


def test_a_secret_that_is_none_is_said_so_before_anything_is_sent(hook: Hook) -> None:
    with pytest.raises(CountersignError, match="WEBHOOK_SECRET"):
        Webhook("whsec_not base64", private=True).perform(effect(hook.url), again=False)
    assert hook.calls == []
