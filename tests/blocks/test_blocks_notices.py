from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from blocks.home import SHOWN, home
from blocks.message import Message
from blocks.notices import failed, placeholder, plain
from blocks.view import Person, Waiting
from sandbox.blockkit import check_message, check_view

ANA = Person("U0ANA", "ana")
LINK = "https://example.slack.com/archives/C1/p1700000000000100"


def shown(message: Message) -> str:
    assert check_message({"text": message.text, "blocks": message.blocks}) == []
    return str(message.blocks)


def accessories(view: dict[str, Any]) -> list[dict[str, Any]]:
    return [block["accessory"] for block in view["blocks"] if "accessory" in block]


def test_a_placeholder_says_that_work_has_begun_and_for_whom() -> None:
    message = placeholder("Reading #general …", ANA, "r1")
    assert "⏳ Reading #general …" in shown(message)
    assert "Asked by <@U0ANA>" in shown(message)
    assert message.text == "⏳ Reading #general …\nAsked by @ana"


def test_a_plain_answer_is_shown_as_it_is_and_escaped_in_its_notification() -> None:
    message = plain("Try </summarise 7d> & see")
    assert "Try </summarise 7d> & see" in shown(message)
    assert message.text == "Try &lt;/summarise 7d&gt; &amp; see"


def test_a_failure_has_its_reference() -> None:
    message = failed("The summary could not be written.", "a1b2c3d4")
    assert "⚠️ The summary could not be written." in shown(message)
    assert "Reference for your administrator: a1b2c3d4" in shown(message)


def test_home_lists_what_waits_with_a_button_that_opens_its_card() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    view = home([Waiting("Summary of #general", "in #general", LINK, ANA, at), Waiting("Agenda", "", "")])
    assert check_view(view) == []
    assert "Waits for you: 2" in str(view)
    assert "in #general · asked by <@U0ANA> · <!date^" in str(view)
    (button,) = accessories(view)
    assert (button["text"]["text"], button["url"], button["action_id"]) == ("Open", LINK, "home_open")


def test_an_empty_home_says_so_and_how_to_start() -> None:
    view = home([])
    assert check_view(view) == []
    assert "Nothing waits for you" in str(view)
    assert "`/summarise 2 weeks`" in str(view)


def test_home_counts_what_it_does_not_list() -> None:
    view = home([Waiting(f"Draft {i}", "", LINK) for i in range(SHOWN + 5)])
    assert len(accessories(view)) == SHOWN
    assert "… and 5 more" in str(view)


def test_home_shows_a_notice_where_there_is_one() -> None:
    assert "No model is set up" in str(home([], notice="No model is set up."))
