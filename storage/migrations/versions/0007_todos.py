"""To-dos, and the messages that list them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.database import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "todos",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("team", sa.String(length=32), nullable=False),
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("thread_ts", sa.String(length=32), nullable=False),
        sa.Column("only", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(length=32), nullable=False),
        sa.Column("changed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_todos_draft_id_drafts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_todos")),
    )
    with op.batch_alter_table("todos", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_todos_draft_id"), ["draft_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_todos_owner_state"), ["owner", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_todos_team_state"), ["team", "state"], unique=False)
    op.create_table(
        "todo_lists",
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("todo_id", sa.String(length=32), nullable=False),
        sa.Column("sort", sa.String(length=16), nullable=False),
        sa.Column("reader", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["todo_id"], ["todos.id"], name=op.f("fk_todo_lists_todo_id_todos")),
        sa.PrimaryKeyConstraint("key", "todo_id", name=op.f("pk_todo_lists")),
    )
    with op.batch_alter_table("todo_lists", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_todo_lists_todo_id"), ["todo_id"], unique=False)


def downgrade() -> None:
    op.drop_table("todo_lists")
    op.drop_table("todos")
