from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from sandbox.fixtures import ANA, BEN, DEV, GENERAL, GUS, HIDDEN, RANDOM, SECRET
from sandbox.records import Message
from sandbox.server import Sandbox
from tests.sandbox.conftest import Clock, FakeApp, actions, button, section
from tests.sandbox.test_page_client import Page
from tests.sandbox.test_page_html import Seen


@pytest.fixture
def page(box: Sandbox) -> Iterator[Page]:
    with ExitStack() as open_things:
        yield Page(box, open_things)


def post_card(box: Sandbox, channel: str = GENERAL, **more: Any) -> Message:
    world = box.world
    card = Message(channel, world.new_ts(), world.bot.id, bot_id=world.app.bot_id, **more)
    card.blocks = card.blocks or [
        section("A *draft*"),
        actions(button("yes", "7", "Approve"), button("edit", text="Edit")),
    ]
    return world.add_message(card)


def test_the_document_is_whole_and_fetches_nothing_from_elsewhere(page: Page, box: Sandbox) -> None:
    box.people.post(ANA, GENERAL, "Good morning <b>")
    status, html, headers = page.get(f"/?as={ANA}&channel={GENERAL}")
    assert status == 200
    assert "Countersign sandbox</title>" in html
    assert "Good morning &lt;b&gt;" in html
    assert 'data-testid="composer"' in html
    assert 'src="http' not in html
    assert 'rel="stylesheet" href="/page/static/' in html
    assert "default-src 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize("name", ["page.js", "live.js", "morph.js", "base.css", "emoji.svg", "mark.svg"])
def test_the_static_files_are_served(page: Page, name: str) -> None:
    assert page.get(f"/page/static/{name}")[0] == 200


def test_who_one_acts_as_is_remembered(page: Page) -> None:
    _, html, headers = page.get(f"/?as={BEN}&channel={GENERAL}")
    assert f'data-user="{BEN}"' in html
    assert f"acting_as={BEN}" in headers["set-cookie"]
    assert f'data-user="{BEN}"' in page.get("/", cookie=f"acting_as={BEN}")[1]


def test_each_person_sees_their_own_channels(page: Page) -> None:
    assert f'data-channel="{SECRET}"' in page.get(f"/?as={ANA}")[1]
    sidebar = page.get(f"/?as={BEN}")[1]
    assert f'data-channel="{SECRET}"' not in sidebar
    assert f'data-channel="{HIDDEN}"' not in sidebar
    assert f'data-channel="{DEV}"' in sidebar
    guest = page.get(f"/?as={GUS}")[1]
    assert f'data-channel="{GENERAL}"' in guest
    assert f'data-channel="{RANDOM}"' not in guest


def test_a_channel_that_one_may_not_see_is_not_shown_by_address(page: Page, box: Sandbox) -> None:
    box.world.add_message(Message(HIDDEN, box.world.new_ts(), ANA, "between us"))
    html = page.get(f"/?as={BEN}&channel={HIDDEN}")[1]
    assert "between us" not in html
    assert f'data-channel="{HIDDEN}"' not in html
    page.look(BEN, HIDDEN)
    assert page.spot["channel"] != HIDDEN
    assert "between us" not in json.dumps(page.parts)


def test_roles_are_told_where_one_chooses_whom_to_be(page: Page) -> None:
    html = page.get("/")[1]
    assert "Gus (guest)" in html
    assert "Olga (outsider)" in html
    assert ">Dan<" not in html


def test_a_message_appears_without_a_reload(page: Page, box: Sandbox) -> None:
    page.look(ANA, GENERAL)
    box.people.post(BEN, GENERAL, "just in")
    page.until(lambda: "just in" in page.parts["list"])


def test_an_updated_card_is_drawn_again(page: Page, box: Sandbox) -> None:
    card = post_card(box)
    page.look(ANA, GENERAL)
    assert ">Approve</button>" in page.parts["list"]
    with box.world.changing():
        card.blocks = [section("Approved")]
    page.until(lambda: "Approved" in page.parts["list"])
    assert ">Approve</button>" not in page.parts["list"]


def test_only_what_changed_is_sent(page: Page, box: Sandbox) -> None:
    page.look(ANA, GENERAL)
    page.parts.clear()
    box.people.post(BEN, GENERAL, "hello")
    page.until(lambda: "list" in page.parts)
    assert "composer" not in page.parts
    assert "modal" not in page.parts


def test_an_ephemeral_message_is_shown_to_one_person_only(page: Page, box: Sandbox) -> None:
    post_card(box, ephemeral_to=ANA, text="psst", blocks=[section("psst")])
    page.look(ANA, GENERAL)
    assert "Only visible to you" in page.parts["list"]
    assert "psst" in page.parts["list"]
    page.look(BEN, GENERAL)
    assert "psst" not in page.parts["list"]


def test_a_message_elsewhere_marks_its_channel_unread(page: Page, box: Sandbox) -> None:
    page.look(ANA, GENERAL)
    assert "unread" not in page.parts["sidebar"]
    box.people.post(BEN, DEV, "news")
    page.until(lambda: "unread" in page.parts["sidebar"])
    page.look(ANA, DEV)
    assert "unread" not in page.parts["sidebar"]


def test_a_thread_is_shown_beside_its_channel(page: Page, box: Sandbox) -> None:
    root = box.people.post(ANA, GENERAL, "root")
    box.people.post(BEN, GENERAL, "an answer", root)
    page.look(ANA, GENERAL)
    assert "an answer" not in page.parts["list"]
    assert "<b>1 reply</b>" in page.parts["list"]
    page.look(ANA, GENERAL, thread=root)
    assert "an answer" in page.parts["thread"]
    assert 'data-testid="thread-composer"' in page.parts["thread"]


def test_a_permalink_leads_to_its_message_and_marks_it(page: Page, box: Sandbox) -> None:
    root = box.people.post(ANA, GENERAL, "root")
    reply = box.people.post(BEN, GENERAL, "an answer", root)
    link = box.world.permalink(box.world.messages[GENERAL][reply])
    status, _, headers = page.get(link.removeprefix(box.world.base_url))
    assert status == 307
    html = page.get(headers["location"])[1]
    assert f'data-thread="{root}"' in html
    assert html.count(" marked") == 1


def test_posting_goes_through_the_person(page: Page, box: Sandbox) -> None:
    assert page.do("post", {"user": BEN, "channel": GENERAL, "text": " hi @ana "}) == (200, {"ok": True})
    assert [m.text for m in box.world.history(GENERAL)] == [f"hi <@{ANA}>"]


def test_what_begins_with_a_slash_is_a_command(page: Page, app: FakeApp) -> None:
    assert page.do("post", {"user": BEN, "channel": GENERAL, "text": "/summarise 7d"})[1] == {"ok": True}
    assert [(kind, told["command"], told["text"]) for kind, told in app.told] == [
        ("slash_commands", "/summarise", "7d")
    ]


def test_an_unknown_command_is_explained_to_the_person_alone(page: Page) -> None:
    page.look(BEN, GENERAL)
    page.do("post", {"user": BEN, "channel": GENERAL, "text": "/nonsense"})
    page.until(lambda: "/nonsense is not a valid command" in page.parts["list"])
    page.look(ANA, GENERAL)
    assert "/nonsense" not in page.parts["list"]


def test_a_command_in_a_thread_is_refused_where_one_looks(page: Page, box: Sandbox) -> None:
    root = box.people.post(ANA, GENERAL, "root")
    _, answer = page.do("post", {"user": ANA, "channel": GENERAL, "thread": root, "text": "/summarise"})
    assert not answer["ok"]
    assert "not supported in threads" in answer["error"]


def test_a_refusal_is_a_sentence_on_the_page(page: Page) -> None:
    status, answer = page.do("post", {"user": BEN, "channel": RANDOM, "text": "let me in"})
    assert status == 200
    assert answer == {"ok": False, "error": "Ben is not in #random; join it first."}


def test_joining_brings_the_composer(page: Page) -> None:
    page.look(BEN, RANDOM)
    assert "Join channel" in page.parts["composer"]
    page.do("join", {"user": BEN, "channel": RANDOM})
    page.until(lambda: 'data-testid="composer"' in page.parts["composer"])


def test_a_click_reaches_the_app_with_what_was_filled_in_beside_it(page: Page, box: Sandbox, app: FakeApp) -> None:
    pick = {"type": "users_select", "action_id": "who"}
    card = post_card(box, blocks=[actions(pick, button("yes", "7", "Approve"))])
    given = {"user": ANA, "channel": GENERAL, "ts": card.ts, "action_id": "yes", "block_id": "row", "value": "7"}
    assert page.do("click", {**given, "values": {"row": {"who": BEN}}})[1] == {"ok": True}
    assert app.last["actions"][0]["value"] == "7"
    assert app.last["state"]["values"]["row"]["who"]["selected_user"] == BEN


def test_a_click_on_what_is_gone_is_told(page: Page, box: Sandbox) -> None:
    card = post_card(box, blocks=[section("decided")])
    _, answer = page.do("click", {"user": ANA, "channel": GENERAL, "ts": card.ts, "action_id": "yes"})
    assert not answer["ok"]
    assert "yes" in answer["error"]


def test_shortcuts_reactions_edits_and_deletions_reach_the_workspace(page: Page, box: Sandbox, app: FakeApp) -> None:
    ts = box.people.post(BEN, GENERAL, "one")
    where = {"user": BEN, "channel": GENERAL, "ts": ts}
    page.look(BEN, GENERAL)
    for label in ("Summarise thread", "Reply in thread", "Edit message"):
        assert label in page.parts["list"]
    page.do("shortcut", where | {"callback_id": "summarise_thread"})
    assert app.last["callback_id"] == "summarise_thread"
    page.do("react", where | {"name": "eyes"})
    page.until(lambda: 'aria-label="eyes, 1"' in page.parts["list"])
    page.do("edit", where | {"text": "two"})
    page.until(lambda: "(edited)" in page.parts["list"] and "two" in page.parts["list"])
    page.do("delete", where)
    page.until(lambda: "two" not in page.parts["list"])


def test_long_history_is_shown_from_its_end(page: Page, box: Sandbox, clock: Clock) -> None:
    for number in range(100):
        clock.at += 1
        box.world.add_message(Message(GENERAL, box.world.new_ts(), BEN, f"number {number}."))
    page.look(ANA, GENERAL)
    assert "number 99." in page.parts["list"]
    assert "number 3." not in page.parts["list"]
    assert "Show earlier messages (20)" in page.parts["list"]
    page.look(ANA, GENERAL, limit=160)
    assert "number 0." in page.parts["list"]


def test_another_sites_page_can_neither_act_nor_watch(page: Page, box: Sandbox) -> None:
    body = {"user": BEN, "channel": GENERAL, "text": "forged"}
    assert page.do("post", body, origin="https://evil.example")[0] == 403
    assert page.do("post", body, content_type="text/plain")[0] == 415
    assert box.world.history(GENERAL) == []
    address = box.page_url.replace("http", "ws") + "page/live"
    with pytest.raises(InvalidStatus), connect(address, origin=Origin("https://evil.example")):
        pass


@pytest.mark.parametrize(
    ("action", "body"), [("nonsense", {"user": BEN}), ("post", {}), ("post", {"user": BEN}), ("post", [])]
)
def test_nonsense_from_a_page_is_answered_in_words(page: Page, action: str, body: Any) -> None:
    status, answer = page.do(action, body)
    assert status in (400, 404)
    assert answer["error"]


def test_what_the_composer_knows_cannot_break_out_of_its_script(page: Page, box: Sandbox) -> None:
    box.world.users[BEN].display_name = "</script><img src=x>"
    seen = Seen(page.get(f"/?as={ANA}&channel={GENERAL}")[1].partition("<head>")[2])
    assert seen.tags.count("script") == 2
    assert "onerror" not in seen.attributes
    assert [tag for tag in seen.tags if tag == "img"] == ["img"]
