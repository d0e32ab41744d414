"""To-dos as CSV and as iCalendar. The only file that knows the calendar's library."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from datetime import datetime
from urllib.parse import quote

from icalendar import Calendar, Todo, vCalAddress

from storage.models import TodoRow

Namer = Callable[[str], str]  # the name of a person's id; the id itself where it is not known
COLUMNS = ("id", "text", "owner", "owner_id", "due", "state", "evidence", "draft", "made", "changed", "changed_by")
_STATES = {"open": "NEEDS-ACTION", "done": "COMPLETED", "dropped": "CANCELLED"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def table(rows: Iterable[TodoRow], name: Namer) -> str:
    """One line a to-do. What a sheet would take for a formula has an apostrophe before it."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(COLUMNS)
    for one in rows:
        cells = (
            one.id,
            one.text,
            name(one.owner) if one.owner else "",
            one.owner,
            one.due.isoformat() if one.due else "",
            one.state,
            one.evidence,
            one.draft_id,
            one.at.isoformat(timespec="seconds"),
            one.changed_at.isoformat(timespec="seconds"),
            one.changed_by,
        )
        lines.writerow(f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells)
    return written.getvalue()


def calendar(rows: Iterable[TodoRow], name: Namer, now: datetime) -> str:
    """A VTODO each, under the same UID in every export, so that a calendar updates what it has."""
    made = Calendar()
    made.add("prodid", "-//Countersign//to-dos//EN")
    made.add("version", "2.0")
    for one in rows:
        made.add_component(_todo(one, name, now))
    written: bytes = made.to_ical()
    return written.decode()


def _todo(one: TodoRow, name: Namer, now: datetime) -> Todo:
    found = Todo()
    found.add("uid", f"{one.id}@countersign")
    found.add("dtstamp", now)
    found.add("created", one.at)
    found.add("last-modified", one.changed_at)
    found.add("sequence", one.revision - 1)
    found.add("summary", " ".join(one.text.split()))
    found.add("status", _STATES[one.state])
    if one.due:
        found.add("due", one.due)
    if one.state == "done":
        found.add("completed", one.changed_at)
    if one.evidence:
        found.add("url", one.evidence)
    if one.owner:
        owner = vCalAddress(f"urn:slack:{quote(one.team)}:{quote(one.owner)}")
        owner.params["CN"] = name(one.owner)
        found.add("attendee", owner)
    return found
