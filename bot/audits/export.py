"""The audit log as files: JSONL to be verified, CSV for a sheet, HTML to be read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.audits.page import page
from bot.audits.told import Namer, Told, effects, marked_by, tell
from bot.audits.verify import Report
from storage.chain import Entry
from storage.database import Database
from storage.models import DraftRow, EffectRow, TodoRow

COLUMNS = (
    "team", "number", "at", "by", "who", "action", "subject", "title", "version", "words", "edits", "receipts",
    "seconds", "evidence_opened", "shown", "facts", "previous", "digest",
)  # fmt: skip
ERASED = "erased"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True)
class Export:
    """What is exported: rows of whole chains, and what was found when those were verified."""

    entries: Sequence[Entry]
    report: Report
    titles: dict[str, str]  # of drafts by id, of effects by key, of to-dos by subject
    name: Namer
    at: datetime

    def told(self) -> list[Told]:
        """The rows as people read them."""
        return [tell(entry, self.name, self.titles) for entry in self.entries]


def between(entries: Sequence[Entry], since: date | None, until: date | None) -> list[Entry]:
    """The rows of a chain from the first that is not before `since` to the last that is not after `until`.

    Both are whole days in UTC. No row in between is left out, so that what is exported can be verified.
    """
    inside = [n for n, entry in enumerate(entries) if _is_between(entry.at.astimezone(UTC).date(), since, until)]
    return list(entries[inside[0] : inside[-1] + 1]) if inside else []


def _is_between(day: date, since: date | None, until: date | None) -> bool:
    return (since is None or day >= since) and (until is None or day <= until)


def titles(database: Database) -> dict[str, str]:
    """The title of every draft by its id, of every effect by its key, and of every to-do by its subject in the log."""

    def found(session: Session) -> dict[str, str]:
        of_drafts = {row.id: row.title for row in session.execute(select(DraftRow.id, DraftRow.title))}
        of_effects = {row.key: row.title for row in session.execute(select(EffectRow.key, EffectRow.title))}
        of_todos = {f"todo {row.id}": f"To-do: {row.text}" for row in session.execute(select(TodoRow.id, TodoRow.text))}
        return of_drafts | of_effects | of_todos

    return database.read(found)


def people(entries: Sequence[Entry]) -> set[str]:
    """The ids of everybody who is named in these rows as having done something, or been given it."""
    settled = {marked_by(receipt) for entry in entries for _, _, receipt in effects(entry.facts)}
    given = {to for entry in entries if isinstance(to := entry.facts.get("to"), str)}
    return ({entry.by for entry in entries} | settled | given) - {""}


def jsonl(export: Export) -> str:
    """One object a row: all that its digest is made of, the digest, the words, and the name beside it."""
    return "".join(json.dumps(_object(told)) + "\n" for told in export.told())


def _object(told: Told) -> dict[str, Any]:
    entry = told.entry
    return {
        "team": entry.team,
        "number": entry.number,
        "subject": entry.subject,
        "action": entry.action,
        "by": entry.by,
        "version": entry.version,
        "facts": entry.facts,
        "at": entry.at.astimezone(UTC).isoformat(),
        "previous": entry.previous,
        "digest": entry.digest,
        "words": entry.words,
        "erased": entry.erased,
        "who": told.who,
    }


def table(export: Export) -> str:
    """A sheet with a row a row. A cell that a sheet would take for a formula begins with an apostrophe instead."""
    out = io.StringIO()
    out.write("\ufeff")  # without it Excel takes UTF-8 for something else
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for told in export.told():
        cells = {**_object(told), **_cells(told), "title": export.titles.get(told.entry.subject, "")}
        rows.writerow([_harmless(_cell(cells[column])) for column in COLUMNS])
    return out.getvalue()


def _cells(told: Told) -> dict[str, Any]:
    facts = told.entry.facts
    return {
        "words": ERASED if told.entry.erased else told.words or "",
        "edits": "\n".join(f"{before or '(nothing)'} → {after or '(nothing)'}" for before, after in told.edits),
        "receipts": "\n".join(f"{receipt.words} {receipt.link}".strip() for receipt in told.receipts),
        **{name: facts.get(name, "") for name in ("seconds", "evidence_opened", "shown")},
    }


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def html(export: Export) -> str:
    """One page, complete in itself and without a script."""
    return page(export.told(), export.report, export.titles, export.at)
