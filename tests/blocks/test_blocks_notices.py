from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from blocks.home import home
from blocks.message import Message
from blocks.notices import failed, placeholder, plain
from blocks.review import LINES, SOURCES, Line, Source
from blocks.view import Person
from sandbox.blockkit import check_message, check_view

ANA = Person("U0ANA", "ana")
LINK = "https://example.slack.com/archives/C1/p1700000000000100"


def shown(message: Message) -> str:
    assert check_message({"text": message.text, "blocks": message.blocks}) == []
    return str(message.blocks)


def waits(title: str, link: str = "", age_s: int = 60) -> Line:
    return Line(title, age_s, link, datetime(2026, 11, 23, tzinfo=UTC), ANA)


def view_text(view: dict[str, Any]) -> str:
    return str(view["blocks"])


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


def test_home_lists_what_waits_channel_by_channel_with_its_age_and_a_link() -> None:
    two = Source("C1", "#general", (waits("Summary", LINK, age_s=3 * 86_400), waits("Agenda")))
    view = home([two, Source("C2", "#dev", (waits("Answer"),))], minutes=5)
    assert check_view(view) == []
    assert "Waits for you: 3, about 5 minutes" in str(view)
    assert f"• <{LINK}|Summary> · asked by <@U0ANA> · waits 3 days, until <!date^" in str(view)
    assert view_text(view).index("*#general* · 2") < view_text(view).index("*#dev* · 1")
    (several,) = accessories(view)  # of one draft there is nothing to approve together
    assert (several["text"]["text"], several["value"]) == ("Approve several", "C1")


def test_an_empty_home_says_so_and_how_to_start() -> None:
    view = home([])
    assert check_view(view) == []
    assert "Nothing waits for you" in str(view)
    assert "`/summarise 2 weeks`" in str(view)


def test_home_counts_what_it_does_not_list() -> None:
    many = Source("C1", "#general", tuple(waits(f"Draft {i}") for i in range(LINES + 5)))
    view = home([many, *[Source(f"C{i}", f"#c{i}", (waits("One"),)) for i in range(SOURCES + 2)]])
    assert check_view(view) == []
    assert "… and 5 more of #general" in str(view)
    assert "… and of 3 more channels" in str(view)


def test_home_shows_a_notice_where_there_is_one() -> None:
    assert "No model is set up" in str(home([], notice="No model is set up."))
