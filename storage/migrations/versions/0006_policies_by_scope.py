"""Policies for a workspace, a channel or a kind; votes; who is in the user groups that decide"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.database

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("policies", schema=None) as batch_op:
        batch_op.alter_column(
            "channel",
            new_column_name="scope",
            existing_type=sa.String(32),
            type_=sa.String(80),
            existing_nullable=False,
        )
        batch_op.add_column(sa.Column("settings", sa.JSON(), nullable=False, server_default="{}"))
    rows = sa.table(
        "policies",
        sa.column("team", sa.String),
        sa.column("scope", sa.String),
        sa.column("leads", sa.JSON),
        sa.column("settings", sa.JSON),
    )
    connection = op.get_bind()
    for team, scope, leads in connection.execute(sa.select(rows.c.team, rows.c.scope, rows.c.leads)).all():
        this = sa.update(rows).where(rows.c.team == team, rows.c.scope == scope)
        connection.execute(this.values(settings={"leads": leads} if leads else {}))
    with op.batch_alter_table("policies", schema=None) as batch_op:
        batch_op.drop_column("leads")
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("review", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "votes",
        sa.Column("draft_id", sa.String(32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("at", storage.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["drafts.id"], name=op.f("fk_votes_draft_id_drafts")),
        sa.PrimaryKeyConstraint("draft_id", "version", "person", name=op.f("pk_votes")),
    )
    op.create_table(
        "usergroups",
        sa.Column("team", sa.String(32), nullable=False),
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("members", sa.JSON(), nullable=False),
        sa.Column("at", storage.database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("team", "id", name=op.f("pk_usergroups")),
    )


def downgrade() -> None:
    op.drop_table("usergroups")
    op.drop_table("votes")
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.drop_column("review")
    connection = op.get_bind()
    # What belongs to no channel, and every setting but the leads, has no place in the older table.
    connection.execute(sa.text("DELETE FROM policies WHERE scope NOT LIKE 'C%' AND scope NOT LIKE 'G%'"))
    connection.execute(sa.text("DELETE FROM policies WHERE scope LIKE '%/%'"))
    with op.batch_alter_table("policies", schema=None) as batch_op:
        batch_op.add_column(sa.Column("leads", sa.JSON(), nullable=False, server_default="[]"))
    rows = sa.table(
        "policies",
        sa.column("team", sa.String),
        sa.column("scope", sa.String),
        sa.column("leads", sa.JSON),
        sa.column("settings", sa.JSON),
    )
    for team, scope, settings in connection.execute(sa.select(rows.c.team, rows.c.scope, rows.c.settings)).all():
        this = sa.update(rows).where(rows.c.team == team, rows.c.scope == scope)
        connection.execute(this.values(leads=settings.get("leads", [])))
    with op.batch_alter_table("policies", schema=None) as batch_op:
        batch_op.drop_column("settings")
        batch_op.alter_column(
            "scope",
            new_column_name="channel",
            existing_type=sa.String(80),
            type_=sa.String(32),
            existing_nullable=False,
        )
