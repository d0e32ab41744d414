"""Where to-dos go besides, and what was made of them there"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sinks",
        sa.Column("team", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("sort", sa.String(length=16), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("looked_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team", "name", name=op.f("pk_sinks")),
    )
    op.create_table(
        "todo_links",
        sa.Column("todo_id", sa.String(length=32), nullable=False),
        sa.Column("sink", sa.String(length=32), nullable=False),
        sa.Column("team", sa.String(length=32), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["todo_id"], ["todos.id"], name=op.f("fk_todo_links_todo_id_todos")),
        sa.PrimaryKeyConstraint("todo_id", "sink", name=op.f("pk_todo_links")),
    )
    with op.batch_alter_table("todo_links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_todo_links_team_sink"), ["team", "sink"], unique=False)


def downgrade() -> None:
    op.drop_table("todo_links")
    op.drop_table("sinks")
