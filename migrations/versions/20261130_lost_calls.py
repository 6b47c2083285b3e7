"""Lost calls as a work list, and queues of agents that are changed until midnight."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "20261130z93"
down_revision = "20261130z92"
branch_labels = None
depends_on = None

LOST = (
    "direction = 'in' AND answered_at IS NULL AND customer_number <> ''"
    " AND (result IN ('abandoned', 'left', 'failed')"
    " OR (result = 'refused' AND queue IS NOT NULL))"
)


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "lost_calls",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("owner", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'work', 'done')", name=op.f("ck_lost_calls_state")),
        sa.ForeignKeyConstraint(["owner"], ["users.id"], name=op.f("fk_lost_calls_owner_users")),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["users.id"], name=op.f("fk_lost_calls_changed_by_users")
        ),
        sa.PrimaryKeyConstraint("number", "day", name=op.f("pk_lost_calls")),
    )
    op.create_table(
        "agent_queue_changes",
        sa.Column("agent", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("added", ARRAY(sa.Text()), nullable=False),
        sa.Column("removed", ARRAY(sa.Text()), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent"], ["users.id"], name=op.f("fk_agent_queue_changes_agent_users")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["users.id"], name=op.f("fk_agent_queue_changes_changed_by_users")
        ),
        sa.PrimaryKeyConstraint("agent", name=op.f("pk_agent_queue_changes")),
    )
    op.create_index(
        "ix_calls_lost", "calls", ["started_at"], unique=False, postgresql_where=sa.text(LOST)
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_calls_lost", table_name="calls")
    op.drop_table("agent_queue_changes")
    op.drop_table("lost_calls")
