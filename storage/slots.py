"""The slots table: which processes of the fleet are there. Every change is conditional on the generation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from storage.models import SlotRow


def take(session: Session, holder: str, at: datetime) -> SlotRow:
    """Take the lowest free slot, or add one, for `holder`. The row is a new generation with no beats yet."""
    _one_at_a_time(session)
    rows = session.scalars(select(SlotRow).order_by(SlotRow.number)).all()
    row = next((row for row in rows if not row.holder), None)
    if row is None:
        row = SlotRow(number=_gap([row.number for row in rows]), generation=0)
        session.add(row)
    row.generation, row.holder, row.beats, row.beat_at = row.generation + 1, holder, 0, at
    session.flush()
    return row


def beat(session: Session, row: SlotRow, at: datetime) -> bool:
    """Note that the holder of this generation lives; False if the slot is no longer its own."""
    return _change(session, row, SlotRow.holder != "", beats=SlotRow.beats + 1, beat_at=at)


def free(session: Session, row: SlotRow) -> bool:
    """Give a slot back, whatever its beats; False if it is no longer this generation's."""
    return _change(session, row, SlotRow.holder != "", holder="")


def free_silent(session: Session, row: SlotRow) -> bool:
    """Free a slot that has not beaten since `row` was read; False if it has, or if somebody was first."""
    return _change(session, row, SlotRow.holder != "", SlotRow.beats == row.beats, holder="")


def held(session: Session) -> Sequence[SlotRow]:
    """Every slot that somebody holds, lowest first."""
    return session.scalars(select(SlotRow).where(SlotRow.holder != "").order_by(SlotRow.number)).all()


def _gap(numbers: Sequence[int]) -> int:
    """The lowest number from 1 that is not there."""
    return next(number for number in range(1, len(numbers) + 2) if number not in numbers)


def _change(session: Session, row: SlotRow, *conditions: Any, **values: Any) -> bool:
    change = update(SlotRow).where(SlotRow.number == row.number, SlotRow.generation == row.generation, *conditions)
    result = session.execute(change.values(**values).execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


def _one_at_a_time(session: Session) -> None:
    # SQLite has a single writer anyway; on PostgreSQL those who take a slot wait for one another, beats go on.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE slots IN SHARE UPDATE EXCLUSIVE MODE"))
