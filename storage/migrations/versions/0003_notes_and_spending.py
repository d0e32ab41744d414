"""Notes and spending"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.database

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notes",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("team", sa.String(length=32), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("made_at", storage.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", storage.database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_notes")),
    )
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notes_used_at"), ["used_at"], unique=False)
    op.create_table(
        "spending",
        sa.Column("team", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("team", "person", "day", name=op.f("pk_spending")),
    )


def downgrade() -> None:
    op.drop_table("spending")
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_notes_used_at"))
    op.drop_table("notes")
