"""Alembic's entry: runs over the connection that storage.migrate hands in."""

from alembic import context

from storage.models import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True
)
context.run_migrations()
