"""How a row is stored that somebody else may be storing at this moment: on either database, without an error."""

from __future__ import annotations

from sqlalchemy import inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.models import Base


def adding(session: Session, row: Base) -> postgresql.Insert | sqlite.Insert:
    """The statement that stores a row, to which the caller adds what is done where its key is there already."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert(type(row)) if is_sqlite else postgresql.insert(type(row))
    columns = {column.key for column in type(row).__table__.columns}
    return insert.values({name: value for name, value in inspect(row).dict.items() if name in columns})


def added(session: Session, row: Base) -> bool:
    """Store a row; False if its key is there already, whoever was first, and nothing was changed."""
    (key, *_) = type(row).__table__.primary_key
    return session.execute(adding(session, row).on_conflict_do_nothing().returning(key)).first() is not None
