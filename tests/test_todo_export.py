from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from bot.todo_export.formats import COLUMNS, calendar, table
from storage.models import TodoRow

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LINK = "https://small.slack.com/archives/C1/p1?thread_ts=1.0&cid=C1"
words = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=200)


def todo(text: str, *, state: str = "open", due: date | None = date(2026, 11, 26)) -> TodoRow:
    return TodoRow(
        id="0" * 32, team="T1", draft_id="d1", number=0, statement="", text=text, evidence=LINK, channel="C1",
        thread_ts="", only="", owner="U1", due=due, state=state, revision=3, changed_by="U1", changed_at=NOW, at=NOW,
    )  # fmt: skip


@given(text=words, name=words)
def test_any_text_comes_back_out_of_a_calendar(text: str, name: str) -> None:
    (event,) = Calendar.from_ical(calendar([todo(text)], lambda _: name, NOW)).walk("VTODO")
    assert event["summary"] == " ".join(text.split())
    assert event["uid"] == "0" * 32 + "@countersign"
    assert event.decoded("due") == date(2026, 11, 26)
    assert str(event["url"]) == LINK


def test_the_states_of_a_calendar_are_those_of_the_to_dos() -> None:
    rows = [todo("a", state="open", due=None), todo("b", state="done"), todo("c", state="dropped")]
    found = Calendar.from_ical(calendar(rows, str, NOW)).walk("VTODO")
    assert [str(one["status"]) for one in found] == ["NEEDS-ACTION", "COMPLETED", "CANCELLED"]
    assert ["due" in one for one in found] == [False, True, True]
    assert "completed" in found[1]


@given(text=words)
def test_any_text_is_one_cell_and_no_formula(text: str) -> None:
    lines = list(csv.reader(io.StringIO(table([todo(text)], str))))
    assert lines[0] == list(COLUMNS)
    cell = lines[1][1]
    assert cell.removeprefix("'") == text.removeprefix("'")
    assert not cell.startswith(("=", "+", "-", "@"))
