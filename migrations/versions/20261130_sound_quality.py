"""How each leg of a call sounded, and the worst of a call."""

import sqlalchemy as sa
from alembic import op

revision = "20261130z95"
down_revision = "20261130z97"
branch_labels = None
depends_on = None

SCORES = (
    "received_loss",
    "received_jitter_ms",
    "received_mos",
    "received_worst_mos",
    "sent_loss",
    "sent_jitter_ms",
    "sent_mos",
    "sent_worst_mos",
    "round_trip_ms",
)


def upgrade() -> None:
    """Go forward."""
    op.add_column("calls", sa.Column("mos", sa.Float(), nullable=True))
    op.create_index(
        "ix_calls_bad_sound",
        "calls",
        [sa.text("started_at DESC"), sa.text("id DESC")],
        unique=False,
        postgresql_where=sa.text("mos < 3.5"),
    )
    op.add_column("call_legs", sa.Column("codec", sa.Text(), nullable=False, server_default=""))
    op.alter_column("call_legs", "codec", server_default=None)
    for name in SCORES:
        op.add_column("call_legs", sa.Column(name, sa.Float(), nullable=True))


def downgrade() -> None:
    """Go back."""
    for name in reversed(("codec", *SCORES)):
        op.drop_column("call_legs", name)
    op.drop_index("ix_calls_bad_sound", table_name="calls")
    op.drop_column("calls", "mos")
