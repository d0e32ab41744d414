"""The digests and digest_runs tables: schedules and the runs they led to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.adding import added
from storage.models import DigestRow, DigestRunRow


def get(session: Session, digest_id: str) -> DigestRow | None:
    """The digest as it is in the database now, or None."""
    return session.get(DigestRow, digest_id, populate_existing=True)


def add(session: Session, row: DigestRow) -> bool:
    """Store a digest; False if there is one with its id already."""
    return added(session, row)


def held(session: Session, digest_id: str) -> DigestRow:
    """The digest, with nobody else changing it until this transaction ends. A missing one is a bug and raises."""
    query = select(DigestRow).where(DigestRow.id == digest_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def active(session: Session, team: str) -> Sequence[DigestRow]:
    """The digests that run."""
    query = select(DigestRow).where(DigestRow.team == team, DigestRow.state == "active")
    return session.scalars(query.order_by(DigestRow.id)).all()


def kept(session: Session, team: str) -> Sequence[DigestRow]:
    """Every digest that was not deleted, oldest first."""
    query = select(DigestRow).where(DigestRow.team == team, DigestRow.state != "deleted")
    return session.scalars(query.order_by(DigestRow.at, DigestRow.id)).all()


def change(session: Session, digest_id: str, **values: Any) -> None:
    """Set columns of a digest."""
    statement = update(DigestRow).where(DigestRow.id == digest_id).values(**values)
    session.execute(statement.execution_options(synchronize_session=False))


def claim(session: Session, run: DigestRunRow) -> bool:
    """Store a run; False if there is one for this start of a window already, whoever was first."""
    return added(session, run)


def run(session: Session, run_id: str) -> DigestRunRow:
    """The run; its id comes from our own work, so a missing one is a bug and raises."""
    return session.get_one(DigestRunRow, run_id, populate_existing=True)


def find_run(session: Session, run_id: str) -> DigestRunRow | None:
    """The run with this id, or None."""
    return session.get(DigestRunRow, run_id, populate_existing=True)


def with_run(session: Session, run_id: str) -> tuple[DigestRunRow, DigestRow]:
    """A run and its digest; the id comes from our own work, so a missing one is a bug and raises."""
    found = run(session, run_id)
    return found, session.get_one(DigestRow, found.digest_id, populate_existing=True)


def newest_run(session: Session, digest_id: str) -> DigestRunRow | None:
    """The run of a digest that was begun last, or None."""
    query = select(DigestRunRow).where(DigestRunRow.digest_id == digest_id)
    return session.scalars(query.order_by(DigestRunRow.at.desc(), DigestRunRow.end.desc()).limit(1)).first()


def taken_since(session: Session, run: DigestRunRow) -> bool:
    """Whether a later run of the same digest has any of this one's days."""
    later = select(DigestRunRow.id).where(DigestRunRow.digest_id == run.digest_id, DigestRunRow.at > run.at)
    same = later.where(DigestRunRow.start < run.end, DigestRunRow.end > run.start)
    return session.scalar(same.limit(1)) is not None


def runs(session: Session, digest_id: str) -> Sequence[DigestRunRow]:
    """The runs of a digest, oldest window first."""
    query = select(DigestRunRow).where(DigestRunRow.digest_id == digest_id)
    return session.scalars(query.order_by(DigestRunRow.start)).all()


def came_to(session: Session, run_id: str, outcome: str) -> None:
    """Record what became of a run."""
    statement = update(DigestRunRow).where(DigestRunRow.id == run_id).values(outcome=outcome)
    session.execute(statement.execution_options(synchronize_session=False))
