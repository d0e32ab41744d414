from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from sandbox import modals
from sandbox.delivery import Answer
from sandbox.fixtures import ANA, BEN, GENERAL
from sandbox.server import Sandbox
from tests.sandbox.conftest import FakeApp, actions, button, field, modal, section
from tests.sandbox.test_page_client import Page

TEXT = {"type": "plain_text_input", "action_id": "t"}


@pytest.fixture
def page(box: Sandbox) -> Iterator[Page]:
    with ExitStack() as open_things:
        yield Page(box, open_things)


def test_a_modal_opens_shows_complaints_and_closes(page: Page, box: Sandbox, app: FakeApp) -> None:
    page.look(ANA, GENERAL)
    view = modals.open_view(box.world, ANA, modal(field("why", TEXT)))
    page.until(lambda: 'role="dialog"' in page.parts["modal"])
    assert ">Send</button>" in page.parts["modal"]
    assert page.do("submit", {"user": ANA, "view_id": view.id, "values": {"why": {"t": ""}}})[1] == {"ok": True}
    page.until(lambda: "Please complete this required field." in page.parts["modal"])
    app.answer = lambda _kind, _payload: {"response_action": "errors", "errors": {"why": "Say more."}}
    page.do("submit", {"user": ANA, "view_id": view.id, "values": {"why": {"t": "x"}}})
    page.until(lambda: 'role="alert">Say more.</p>' in page.parts["modal"])
    assert 'value="x"' in page.parts["modal"]
    app.answer = lambda _kind, _payload: None
    page.do("submit", {"user": ANA, "view_id": view.id, "values": {"why": {"t": "because"}}})
    page.until(lambda: page.parts["modal"] == "")
    assert app.last["view"]["state"]["values"]["why"]["t"]["value"] == "because"


def test_a_modal_is_in_front_of_its_person_only(page: Page, box: Sandbox) -> None:
    modals.open_view(box.world, ANA, modal(field("why", TEXT)))
    page.look(BEN, GENERAL)
    assert page.parts["modal"] == ""


def test_stacked_views_are_shown_one_at_a_time(page: Page, box: Sandbox) -> None:
    first = modals.open_view(box.world, ANA, modal(section("below")))
    second = modals.open_view(box.world, ANA, modal(section("above")), push=True)
    page.look(ANA, GENERAL)
    assert "above" in page.parts["modal"]
    page.do("close", {"user": ANA, "view_id": second.id})
    page.until(lambda: "below" in page.parts["modal"])
    modals.open_view(box.world, ANA, modal(section("above")), push=True)
    page.do("close", {"user": ANA, "view_id": first.id, "all": True})
    page.until(lambda: page.parts["modal"] == "")


def test_what_was_filled_in_outlives_an_update_and_a_reload(page: Page, box: Sandbox) -> None:
    form = modal(field("why", TEXT | {"initial_value": "from the app"}), actions(button("save", text="Save only")))
    view = modals.open_view(box.world, ANA, form)
    values = {"why": {"t": "typed"}}
    page.do("click_view", {"user": ANA, "view_id": view.id, "action_id": "save", "block_id": "row", "values": values})
    modals.update_view(box.world, view, form | {"blocks": [section("Saved"), *form["blocks"]]})
    html = page.get(f"/?as={ANA}")[1]
    assert "Saved" in html
    assert 'value="typed"' in html
    assert "from the app" not in html


def test_the_home_tab_is_asked_for_and_shown(page: Page, box: Sandbox, app: FakeApp) -> None:
    page.look(ANA)
    assert "Nothing on this Home tab yet" in page.parts["list"]
    page.do("open_home", {"user": ANA})
    assert app.events("app_home_opened")[0]["user"] == ANA
    modals.publish_home(box.world, ANA, {"type": "home", "blocks": [section("Welcome *home*")]})
    page.until(lambda: "Welcome <strong>home</strong>" in page.parts["list"])


def test_trouble_outside_any_channel_is_said_on_the_page(page: Page, box: Sandbox, app: FakeApp) -> None:
    view = modals.open_view(box.world, ANA, modal(actions(button("save"))))
    page.look(ANA, GENERAL)
    app.answer = lambda _kind, _payload: Answer("timeout")
    page.do("click_view", {"user": ANA, "view_id": view.id, "action_id": "save"})
    page.until(lambda: any("operation_timeout" in text for text in page.said))
