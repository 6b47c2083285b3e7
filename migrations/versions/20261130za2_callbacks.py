"""Callbacks with a time, a note and another number; rules of each queue for them."""

import sqlalchemy as sa
from alembic import op

revision = "20261130za2"
down_revision = "20261130za1"
branch_labels = None
depends_on = None

OF_QUEUES = {
    "callback_tries": (sa.BigInteger(), "3"),
    "callback_pause_seconds": (sa.Double(), "300"),
    "callback_choose_time": (sa.Boolean(), "false"),
}
LOST = (
    "direction = 'in' AND answered_at IS NULL AND customer_number <> ''"
    " AND (result IN ({results}) OR (result = 'refused' AND queue IS NOT NULL))"
)
OLD_RESULTS = "'abandoned', 'left', 'failed'"
NEW_RESULTS = f"{OLD_RESULTS}, 'callback failed'"


def upgrade() -> None:
    """Go forward."""
    _index_lost(NEW_RESULTS)
    for name, (kind, usual) in OF_QUEUES.items():
        column = sa.Column(name, kind, server_default=sa.text(usual), nullable=False)
        op.add_column("queues", column)
    op.create_check_constraint(
        op.f("ck_queues_callback"), "queues", "callback_tries >= 1 AND callback_pause_seconds >= 0"
    )
    op.add_column("callbacks", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    for name in ("caller", "note"):
        column = sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False)
        op.add_column("callbacks", column)
    op.add_column("callbacks", sa.Column("added_by", sa.BigInteger(), nullable=True))
    op.create_index("ix_callbacks_queue", "callbacks", ["queue", "asked_at"])


def downgrade() -> None:
    """Go back."""
    op.execute(sa.text("UPDATE calls SET result = 'callback' WHERE result = 'callback failed'"))
    _index_lost(OLD_RESULTS)
    op.drop_index("ix_callbacks_queue", "callbacks")
    for name in ("added_by", "note", "caller", "due_at"):
        op.drop_column("callbacks", name)
    op.drop_constraint(op.f("ck_queues_callback"), "queues")
    for name in OF_QUEUES:
        op.drop_column("queues", name)


def _index_lost(results: str) -> None:
    op.drop_index("ix_calls_lost", "calls")
    where = sa.text(LOST.format(results=results))
    op.create_index("ix_calls_lost", "calls", ["started_at"], postgresql_where=where)
