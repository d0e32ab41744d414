"""The audit chain as it is read: what each row says, and where the chain does not hold."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import AuditRow, AuditTextRow

START = "0" * 64
_AT_A_TIME = 500
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    """A row of the chain as it was found. `words` is None where there never were any, or where they were erased."""

    number: int
    previous: str
    digest: str
    team: str = ""
    subject: str = ""
    action: str = ""
    by: str = ""
    version: int = 0
    facts: dict[str, Any] = field(default_factory=dict)
    at: datetime = _NEVER
    words: str | None = None
    readable: bool = True  # False where somebody wrote what this program cannot have written

    @property
    def erased(self) -> bool:
        """Whether words belonged to this row that are no longer there."""
        return self.words is None and "words_sha256" in self.facts


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row, or just before it, as sentences."""

    number: int
    what: str


def digest(row: AuditRow | Entry) -> str:
    """Sha256, hex, of all the row says and of the digest before it."""
    said = [
        row.team,
        row.number,
        row.subject,
        row.action,
        row.by,
        row.version,
        row.facts,
        row.at.astimezone(UTC).isoformat(),
        row.previous,
    ]
    return sha256(json.dumps(said, sort_keys=True, ensure_ascii=True))


def sha256(words: str) -> str:
    """The digest of a text, in hex."""
    return hashlib.sha256(words.encode()).hexdigest()


def teams(session: Session) -> list[str]:
    """Every team that has a chain."""
    return list(session.scalars(select(AuditRow.team).distinct().order_by(AuditRow.team)))


def end(session: Session, team: str) -> tuple[int, str] | None:
    """Number and digest of the last row of a team's chain."""
    query = select(AuditRow.number, AuditRow.digest).where(AuditRow.team == team)
    last = session.execute(query.order_by(AuditRow.number.desc()).limit(1)).one_or_none()
    return (last.number, last.digest) if last else None


def read(session: Session, team: str) -> list[Entry]:
    """A team's whole chain, in order. What cannot be read is there as such: a verifier must not fail on a forgery."""
    ids = session.scalars(select(AuditRow.id).where(AuditRow.team == team).order_by(AuditRow.number)).all()
    return [
        entry for first in range(0, len(ids), _AT_A_TIME) for entry in _some(session, ids[first : first + _AT_A_TIME])
    ]


def _some(session: Session, ids: Sequence[int]) -> list[Entry]:
    columns = [column for column in AuditRow.__table__.columns if column.name != "id"]
    query = select(*columns, AuditTextRow.text.label("words")).select_from(AuditRow).outerjoin(AuditTextRow)
    try:
        rows = session.execute(query.where(AuditRow.id.in_(ids)).order_by(AuditRow.number)).all()
        return [_entry(row) for row in rows]
    except (ValueError, TypeError):
        if len(ids) > 1:
            middle = len(ids) // 2
            return [*_some(session, ids[:middle]), *_some(session, ids[middle:])]
    bare = select(AuditRow.number, AuditRow.previous, AuditRow.digest).where(AuditRow.id == ids[0])
    number, previous, digest_ = session.execute(bare).one()
    return [Entry(number if isinstance(number, int) else -1, previous, digest_, team="", readable=False)]


def _entry(row: Any) -> Entry:
    entry = Entry(**row._mapping)
    if not (isinstance(entry.number, int) and isinstance(entry.version, int) and isinstance(entry.facts, dict)):
        raise TypeError("not what this program writes")
    return entry


def faults(entries: Sequence[Entry]) -> list[Fault]:
    """Where a whole chain does not hold; empty if every row is as it was written.

    Words that were erased break nothing; words that were changed do. What is missing at the end cannot be seen here.
    """
    places, found = _places(entries), []
    previous, number = START, 0
    for entry in entries:
        if wrong := list(_wrong(entry, previous, number, places)):
            found.append(Fault(entry.number, "; ".join(wrong)))
        previous, number = entry.digest, entry.number
    return found


def _wrong(entry: Entry, previous: str, number: int, places: dict[str, int]) -> Iterator[str]:
    if not entry.readable:
        yield "it was changed after it was written and cannot be read any more"
        return
    if entry.number > number + 1:
        yield f"{rows(number + 1, entry.number - 1)} before it {'is' if entry.number == number + 2 else 'are'} missing"
    elif entry.previous != previous or entry.number <= number:
        yield "it does not follow the row that stands before it: rows were replaced, put in or re-ordered"
    if digest(entry) != entry.digest:
        place = places.get(entry.digest, entry.number)
        if place != entry.number and digest(replace(entry, number=place)) == entry.digest:
            yield f"it was written as row {place}: rows were re-ordered"
        else:
            yield "it was changed after it was written: what it says does not agree with its digest"
    if entry.words is not None and sha256(entry.words) != entry.facts.get("words_sha256"):
        yield "its words were changed: they do not agree with the digest that the row keeps of them"


def _places(entries: Sequence[Entry]) -> dict[str, int]:
    """Where each row was written, by its digest, as far as each can be found from the one before it."""
    after = {entry.previous: entry.digest for entry in entries}
    places: dict[str, int] = {}
    at = START
    while (following := after.get(at)) is not None and following not in places:
        places[following] = len(places) + 1
        at = following
    return places


def rows(first: int, last: int) -> str:
    """ "row 3" or "rows 3 to 5"."""
    return f"row {first}" if first == last else f"rows {first} to {last}"
