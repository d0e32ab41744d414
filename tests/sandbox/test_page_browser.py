from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import ConsoleMessage, Page, Request, expect, sync_playwright

from sandbox import modals
from sandbox.fixtures import ANA, BEN, GENERAL
from sandbox.records import Message
from sandbox.server import Sandbox
from tests.sandbox.conftest import FakeApp, actions, button, field, modal, section

pytestmark = pytest.mark.slow

CHROMIUM = shutil.which("chromium")
AREA = {"type": "plain_text_input", "action_id": "t", "multiline": True}


@pytest.fixture
def page(box: Sandbox) -> Iterator[Page]:
    """A browser at #general as Ana; at the end it must have asked nobody else and complained of nothing."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        opened = browser.new_page(viewport={"width": 1280, "height": 800})
        wrong: list[str] = []

        def console(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                wrong.append(message.text)

        def request(asked: Request) -> None:
            if not asked.url.startswith(box.page_url):
                wrong.append(f"asked {asked.url}")

        opened.on("console", console)
        opened.on("pageerror", lambda error: wrong.append(str(error)))
        opened.on("request", request)
        opened.goto(f"{box.page_url}?as={ANA}&channel={GENERAL}")
        yield opened
        browser.close()
        assert wrong == []


def post_card(box: Sandbox) -> Message:
    world = box.world
    card = Message(GENERAL, world.new_ts(), world.bot.id, bot_id=world.app.bot_id)
    card.blocks = [section("A *draft*"), actions(button("yes", "7", "Approve"), button("no", "7", "Reject"))]
    return world.add_message(card)


def test_a_file_is_shared_with_what_stands_in_the_field(page: Page, box: Sandbox) -> None:
    page.get_by_test_id("composer").fill("The call of today")
    page.locator("#composer input[type=file]").set_input_files(
        {"name": "call.vtt", "mimeType": "text/vtt", "buffer": b"WEBVTT\n\n"}
    )
    expect(page.locator("article .file")).to_have_text("call.vtt")
    expect(page.get_by_test_id("composer")).to_have_value("")
    (message,) = box.world.history(GENERAL)
    assert message.text == "The call of today"
    assert box.world.files[message.files[0]].content == b"WEBVTT\n\n"


def test_a_file_that_is_dropped_is_shared_there(page: Page, box: Sandbox) -> None:
    drop = """() => {
        const carried = new DataTransfer();
        carried.items.add(new File(["agreed"], "notes.txt", { type: "text/plain" }));
        const event = new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true });
        document.getElementById("list").dispatchEvent(event);
    }"""
    page.evaluate(drop)
    expect(page.locator("article .file")).to_have_text("notes.txt")
    (file,) = box.world.files.values()
    assert (file.content, file.channels) == (b"agreed", [GENERAL])


def test_enter_sends_and_shift_enter_breaks_the_line(page: Page, box: Sandbox) -> None:
    composer = page.get_by_test_id("composer")
    composer.press_sequentially("one")
    composer.press("Shift+Enter")
    composer.press_sequentially("two")
    composer.press("Enter")
    expect(page.locator("#list article .said")).to_have_text("onetwo")
    expect(composer).to_have_value("")
    assert [message.text for message in box.world.history(GENERAL)] == ["one\ntwo"]


def test_a_slash_suggests_commands_and_enter_takes_one(page: Page, box: Sandbox, app: FakeApp) -> None:
    composer = page.get_by_test_id("composer")
    composer.press_sequentially("/fo")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(1)
    composer.press("Enter")
    expect(composer).to_have_value("/followups ")
    composer.press_sequentially("7d")
    composer.press("Enter")
    box.world.wait_for(lambda: app.told)
    assert (app.last["command"], app.last["text"]) == ("/followups", "7d")


def test_what_happens_elsewhere_leaves_alone_what_is_being_typed(page: Page, box: Sandbox) -> None:
    composer = page.get_by_test_id("composer")
    composer.press_sequentially("half a sen")
    box.people.post(BEN, GENERAL, "an interruption")
    expect(page.get_by_text("an interruption")).to_be_visible()
    expect(composer).to_have_value("half a sen")
    expect(composer).to_be_focused()


def test_a_click_on_approve_reaches_the_app_and_the_card_changes_without_a_reload(
    page: Page, box: Sandbox, app: FakeApp
) -> None:
    card = post_card(box)

    def approve(_kind: str, _payload: object) -> None:
        with box.world.changing():
            card.blocks = [section("Approved by Ana")]

    app.answer = approve
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_text("Approved by Ana")).to_be_visible()
    expect(page.get_by_role("button", name="Approve", exact=True)).to_have_count(0)
    assert app.last["actions"][0]["action_id"] == "yes"
    assert app.last["user"]["id"] == ANA


def test_an_update_of_a_modal_keeps_what_is_being_typed(page: Page, box: Sandbox) -> None:
    form = modal(field("why", AREA | {"initial_value": "from the app"}))
    view = modals.open_view(box.world, ANA, form)
    area = page.get_by_role("dialog").get_by_label("why")
    expect(area).to_have_value("from the app")
    area.fill("typed by Ana")
    modals.update_view(box.world, view, form | {"blocks": [section("Checked"), *form["blocks"]]})
    expect(page.get_by_role("dialog").get_by_text("Checked")).to_be_visible()
    expect(area).to_have_value("typed by Ana")


def test_an_update_of_a_modal_changes_fields_that_nobody_touched(page: Page, box: Sandbox) -> None:
    view = modals.open_view(box.world, ANA, modal(field("old", AREA | {"initial_value": "first"})))
    expect(page.get_by_label("old")).to_have_value("first")
    modals.update_view(box.world, view, modal(field("new", AREA | {"initial_value": "second"})))
    expect(page.get_by_label("new")).to_have_value("second")
    expect(page.get_by_label("old")).to_have_count(0)


def test_a_modal_is_filled_in_submitted_and_gone(page: Page, box: Sandbox, app: FakeApp) -> None:
    people = {"type": "multi_users_select", "action_id": "who"}
    modals.open_view(box.world, ANA, modal(field("why", AREA), field("Leads", people)))
    page.get_by_label("why").fill("because")
    page.get_by_role("group", name="Leads").get_by_label("Ben").check()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    values = app.last["view"]["state"]["values"]
    assert values["why"]["t"]["value"] == "because"
    assert values["Leads"]["who"]["selected_users"] == [BEN]


def test_channels_are_ticked_and_a_time_is_typed_in_a_modal(page: Page, box: Sandbox, app: FakeApp) -> None:
    channels = {"type": "multi_conversations_select", "action_id": "where"}
    hour = {"type": "timepicker", "action_id": "when", "initial_time": "09:00"}
    modals.open_view(box.world, ANA, modal(field("Channels", channels), field("Hour", hour)))
    page.get_by_role("group", name="Channels").get_by_label("#general").check()
    expect(page.get_by_label("Hour")).to_have_value("09:00")
    page.get_by_label("Hour").fill("16:45")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    values = app.last["view"]["state"]["values"]
    assert values["Channels"]["where"]["selected_conversations"] == [GENERAL]
    assert values["Hour"]["when"]["selected_time"] == "16:45"


def test_a_confirmation_is_asked_before_anything_is_sent(page: Page, box: Sandbox, app: FakeApp) -> None:
    card = post_card(box)
    text = {kind: {"type": "plain_text", "text": kind} for kind in ("title", "text", "confirm", "deny")}
    with box.world.changing():
        card.blocks = [actions(button("no", "7", "Reject") | {"confirm": text})]
    page.get_by_role("button", name="Reject", exact=True).click()
    page.get_by_role("button", name="deny", exact=True).click()
    page.get_by_role("button", name="Reject", exact=True).click()
    assert app.told == []
    page.get_by_role("button", name="confirm", exact=True).click()
    box.world.wait_for(lambda: app.told)
    assert len(app.told) == 1


def test_a_thread_opens_beside_and_takes_a_reply(page: Page, box: Sandbox) -> None:
    root = box.people.post(BEN, GENERAL, "the root")
    message = page.locator(f'[data-ts="{root}"]')
    message.hover()
    message.get_by_role("button", name="More actions").click()
    message.get_by_role("menuitem", name="Reply in thread").click()
    reply = page.get_by_test_id("thread-composer")
    reply.fill("an answer")
    reply.press("Enter")
    expect(page.locator("#thread").get_by_text("an answer")).to_be_visible()
    assert [one.text for one in box.world.thread(GENERAL, root)] == ["the root", "an answer"]


def test_acting_as_another_person_shows_that_persons_workspace(page: Page) -> None:
    expect(page.locator('nav [data-channel="C0SECRET"]')).to_be_visible()
    page.get_by_test_id("acting-as").select_option(BEN)
    expect(page.locator("body")).to_have_attribute("data-user", BEN)
    expect(page.locator('nav [data-channel="C0SECRET"]')).to_have_count(0)


def test_a_refusal_is_shown_and_what_was_typed_is_not_lost(page: Page, box: Sandbox) -> None:
    composer = page.get_by_test_id("composer")
    expect(composer).to_be_visible()
    with box.world.lock:
        box.world.channels[GENERAL].members.remove(ANA)
    composer.fill("too late")
    composer.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Ana is not in #general; join it first.")
    expect(composer).to_have_value("too late")
