"""Callbacks from queues."""

import sqlalchemy as sa
from alembic import op

revision = "20261130z98"
down_revision = "20261130z96"
branch_labels = None
depends_on = None

OPEN = "state IN ('waiting', 'calling')"
STATES = "state IN ('waiting', 'calling', 'done', 'failed', 'canceled')"


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "callbacks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("priority", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("tries", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("calls", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("made", sa.Text(), nullable=True),
        sa.Column("agent", sa.BigInteger(), nullable=True),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("why", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.CheckConstraint(STATES, name=op.f("ck_callbacks_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callbacks")),
    )
    op.create_index(
        "ix_callbacks_asked", "callbacks", [sa.text("asked_at DESC"), sa.text("id DESC")]
    )
    op.create_index("ix_callbacks_open", "callbacks", ["id"], postgresql_where=sa.text(OPEN))
    op.create_index(op.f("ix_callbacks_customer_id"), "callbacks", ["customer_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("callbacks")
