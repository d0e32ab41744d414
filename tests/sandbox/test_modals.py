from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.webhook import WebhookClient

from sandbox.errors import NotAllowedError, NothingThereError
from sandbox.fixtures import ANA, BEN, DEV
from sandbox.records import View
from sandbox.server import Sandbox
from tests.sandbox.conftest import Clock, FakeApp, actions, button, field, modal, refusal, section


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


NAME = field("name", {"type": "plain_text_input", "action_id": "text", "max_length": 10})
CHOICES = [{"text": plain(one), "value": one} for one in ("one", "two", "three")]


def trigger(box: Sandbox, app: FakeApp, user: str = "ana") -> str:
    box.people.slash(user, "#general", "/countersign")
    return str(app.last["trigger_id"])


def opened(box: Sandbox, app: FakeApp, client: WebClient, view: dict[str, Any], user: str = "ana") -> View:
    client.views_open(trigger_id=trigger(box, app, user), view=view)
    top = box.world.top_view(box.world.user_named(user).id)
    assert top is not None
    return top


def test_a_trigger_opens_one_view_for_the_person_who_caused_it(box: Sandbox, app: FakeApp, client: WebClient) -> None:
    given = trigger(box, app, "ben")
    answer = client.views_open(trigger_id=given, view=modal())
    top = box.world.top_view(BEN)
    assert top is not None
    assert top.id == answer["view"]["id"]
    assert refusal(client.views_open, trigger_id=given, view=modal())["error"] == "exchanged_trigger_id"
    assert refusal(client.views_open, trigger_id="nonsense", view=modal())["error"] == "invalid_trigger_id"


def test_a_trigger_lasts_three_seconds(box: Sandbox, app: FakeApp, client: WebClient, clock: Clock) -> None:
    late, in_time = trigger(box, app), trigger(box, app)
    clock.at += 3.0
    assert client.views_open(trigger_id=in_time, view=modal())["ok"]
    clock.at += 0.1
    assert refusal(client.views_open, trigger_id=late, view=modal())["error"] == "expired_trigger_id"


def test_a_bad_view_is_refused_and_keeps_the_trigger(box: Sandbox, app: FakeApp, client: WebClient) -> None:
    given = trigger(box, app)
    answer = refusal(client.views_open, trigger_id=given, view=modal(NAME, submit=None))
    assert answer["error"] == "invalid_arguments"
    assert "submit" in answer["response_metadata"]["messages"][0]
    assert client.views_open(trigger_id=given, view=modal())["ok"]


def test_no_more_than_three_views_lie_on_one_another(box: Sandbox, app: FakeApp, client: WebClient) -> None:
    root = opened(box, app, client, modal())
    for _ in range(2):
        client.views_push(trigger_id=trigger(box, app), view=modal())
    top = box.world.top_view(ANA)
    assert top is not None
    assert (top.root_id, len(box.world.stacks[ANA])) == (root.id, 3)
    answer = refusal(client.views_push, trigger_id=trigger(box, app), view=modal())
    assert answer["error"] == "push_limit_reached"


def test_an_update_with_an_old_hash_is_refused(box: Sandbox, app: FakeApp, client: WebClient) -> None:
    view = opened(box, app, client, modal(section("one")))
    old = view.hash
    client.views_update(view_id=view.id, hash=old, view=modal(section("two")))
    answer = refusal(client.views_update, view_id=view.id, hash=old, view=modal(section("three")))
    assert answer["error"] == "hash_conflict"
    assert view.blocks[0]["text"]["text"] == "two"
    assert refusal(client.views_update, view_id="V0", view=modal())["error"] == "not_found"


def test_a_submission_carries_the_state_of_every_field(box: Sandbox, app: FakeApp, client: WebClient) -> None:
    blocks = [
        NAME,
        field("when", {"type": "datepicker", "action_id": "day", "initial_date": "2026-12-01"}),
        field("which", {"type": "radio_buttons", "action_id": "one", "options": CHOICES}),
        field("all", {"type": "checkboxes", "action_id": "some", "options": CHOICES, "initial_options": CHOICES[:1]}),
        field("who", {"type": "multi_users_select", "action_id": "people"}, optional=True),
        field("where", {"type": "conversations_select", "action_id": "room"}, optional=True),
        field("menu", {"type": "static_select", "action_id": "pick", "options": CHOICES}, optional=True),
    ]
    view = opened(box, app, client, modal(*blocks))
    box.people.submit("ana", view.id, {"text": "Ana", "which": {"one": "two"}, "people": [BEN]})
    assert app.last["type"] == "view_submission"
    assert app.last["view"]["state"]["values"] == {
        "name": {"text": {"type": "plain_text_input", "value": "Ana"}},
        "when": {"day": {"type": "datepicker", "selected_date": "2026-12-01"}},
        "which": {"one": {"type": "radio_buttons", "selected_option": CHOICES[1]}},
        "all": {"some": {"type": "checkboxes", "selected_options": CHOICES[:1]}},
        "who": {"people": {"type": "multi_users_select", "selected_users": [BEN]}},
        "where": {"room": {"type": "conversations_select", "selected_conversation": None}},
        "menu": {"pick": {"type": "static_select", "selected_option": None}},
    }
    assert box.world.top_view(ANA) is None


@pytest.mark.parametrize("values", [{}, {"text": ""}, {"text": "x" * 11}])
def test_a_form_that_is_not_filled_in_is_not_sent(
    box: Sandbox, app: FakeApp, client: WebClient, values: dict[str, str]
) -> None:
    view = opened(box, app, client, modal(NAME))
    before = len(app.told)
    with pytest.raises(NotAllowedError):
        box.people.submit("ana", view.id, values)
    assert len(app.told) == before
    assert list(view.errors) == ["name"]


def test_errors_keep_the_form_open_with_what_was_typed(box: Sandbox, app: FakeApp, client: WebClient) -> None:
    view = opened(box, app, client, modal(NAME))
    app.answer = lambda _kind, _payload: {"response_action": "errors", "errors": {"name": "Too plain."}}
    box.people.submit("ana", view.id, {"text": "Ana"})
    assert box.world.top_view(ANA) is view
    assert (view.errors, view.values) == ({"name": "Too plain."}, {"name": {"text": "Ana"}})


def test_an_answer_may_update_push_or_clear(box: Sandbox, app: FakeApp, client: WebClient) -> None:
    view = opened(box, app, client, modal(section("one")))
    app.answer = lambda _kind, _payload: {"response_action": "update", "view": modal(section("two"))}
    box.people.submit("ana", view.id)
    assert view.blocks[0]["text"]["text"] == "two"
    app.answer = lambda _kind, _payload: {"response_action": "push", "view": modal(section("three"))}
    box.people.submit("ana", view.id)
    top = box.world.top_view(ANA)
    assert top is not None
    assert top.previous_id == view.id
    with pytest.raises(NothingThereError):
        box.people.submit("ana", view.id)
    app.answer = lambda _kind, _payload: {"response_action": "clear"}
    box.people.submit("ana", top.id)
    assert box.world.top_view(ANA) is None


def test_an_answer_that_makes_no_sense_is_kept_and_the_form_stays(
    box: Sandbox, app: FakeApp, client: WebClient
) -> None:
    view = opened(box, app, client, modal(NAME))
    app.answer = lambda _kind, _payload: {"response_action": "errors", "errors": {"other": "x"}}
    box.people.submit("ana", view.id, {"text": "Ana"})
    app.answer = lambda _kind, _payload: {"response_action": "vanish"}
    box.people.submit("ana", view.id, {"text": "Ana"})
    assert box.world.top_view(ANA) is view
    assert len(box.world.bad_answers) == 2


def test_closing_is_told_only_where_it_was_asked_for(box: Sandbox, app: FakeApp, client: WebClient) -> None:
    opened(box, app, client, modal())
    before = len(app.told)
    box.people.close("ana")
    assert len(app.told) == before
    opened(box, app, client, modal(notify_on_close=True))
    client.views_push(trigger_id=trigger(box, app), view=modal(notify_on_close=True))
    before = len(app.told)
    box.people.close("ana", all_of_them=True)
    assert [(payload["type"], payload["is_cleared"]) for _, payload in app.told[before:]] == [("view_closed", True)] * 2
    assert box.world.top_view(ANA) is None


def test_a_click_in_a_view_carries_the_view_and_opens_others_on_it(
    box: Sandbox, app: FakeApp, client: WebClient
) -> None:
    view = opened(box, app, client, modal(NAME, actions(button("more", "1"))))
    box.people.click_view("ana", view.id, "more", values={"text": "half"})
    assert app.last["container"] == {"type": "view", "view_id": view.id}
    assert app.last["view"]["state"]["values"]["name"]["text"]["value"] == "half"
    client.views_push(trigger_id=app.last["trigger_id"], view=modal())
    assert len(box.world.stacks[ANA]) == 2


def test_typed_values_outlive_an_update_of_the_same_field(box: Sandbox, app: FakeApp, client: WebClient) -> None:
    view = opened(box, app, client, modal(NAME))
    box.people.fill("ana", view.id, {"text": "Ana"})
    client.views_update(view_id=view.id, view=modal(section(), NAME))
    box.people.submit("ana", view.id)
    assert app.last["view"]["state"]["values"]["name"]["text"]["value"] == "Ana"


def test_nobody_sees_anothers_modal(box: Sandbox, app: FakeApp, client: WebClient) -> None:
    view = opened(box, app, client, modal(actions(button("go"))))
    with pytest.raises(NothingThereError):
        box.people.click_view("ben", view.id, "go")


def test_a_home_tab_is_published_for_one_person(box: Sandbox, app: FakeApp, client: WebClient) -> None:
    box.people.open_home("ana")
    assert (app.last["event"]["type"], app.last["event"]["tab"]) == ("app_home_opened", "home")
    assert "view" not in app.last["event"]
    home = {"type": "home", "blocks": [actions(button("go", "1"))]}
    view_id = client.views_publish(user_id=ANA, view=home)["view"]["id"]
    box.people.click_view("ana", view_id, "go")
    assert app.last["view"]["type"] == "home"
    old = box.world.homes[ANA].hash
    client.views_publish(user_id=ANA, view=home, hash=old)
    assert refusal(client.views_publish, user_id=ANA, view=home, hash=old)["error"] == "hash_conflict"
    assert refusal(client.views_publish, user_id=ANA, view=modal())["error"] == "invalid_arguments"
    box.people.open_home("ana")
    assert app.last["event"]["view"]["id"] == view_id


def test_a_response_url_serves_five_times_and_for_half_an_hour(
    box: Sandbox, app: FakeApp, client: WebClient, clock: Clock
) -> None:
    ts = client.chat_postMessage(channel=DEV, text="card", blocks=[actions(button("go"))])["ts"]
    box.people.click("ana", DEV, ts, "go")
    hook = WebhookClient(app.last["response_url"])
    assert hook.send(text="only you").status_code == 200
    assert [message.text for message in box.world.ephemerals(ANA, DEV)] == ["only you"]
    hook.send(text="for all", response_type="in_channel")
    hook.send(text="replaced", blocks=[section("replaced")], replace_original=True)
    assert box.world.messages[DEV][ts].text == "replaced"
    assert hook.send(text="x", blocks=[section("")]).status_code == 400
    hook.send_dict({"delete_original": True})
    assert ts not in box.world.messages[DEV]
    assert hook.send(text="too often").body == '{"ok":false,"error":"used_url"}'
    box.people.slash("ana", DEV, "/summarise")
    clock.at += 1801
    assert "expired_url" in WebhookClient(app.last["response_url"]).send(text="late").body
    assert [message.text for message in box.world.bot_messages(DEV) if not message.ephemeral_to] == ["for all"]
