"""What was heard, of each person by itself: several may react to one message"""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_KEY = ["team", "channel", "ts", "why"]


def upgrade() -> None:
    _key([*_KEY, "by"])


def downgrade() -> None:
    op.execute("DELETE FROM heard")  # two of one message would not fit any more
    _key(_KEY)


def _key(columns: list[str]) -> None:
    with op.batch_alter_table("heard", schema=None) as batch_op:
        batch_op.drop_constraint("pk_heard", type_="primary")
        batch_op.create_primary_key("pk_heard", columns)
