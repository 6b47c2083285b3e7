"""How many calls an agent takes at once: the others are on hold meanwhile."""

import sqlalchemy as sa
from alembic import op

revision = "20261130z93m"
down_revision = "20261130z93"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column(
        "agents",
        sa.Column("calls_at_once", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_agents_calls_at_once"), "agents", "calls_at_once BETWEEN 1 AND 4"
    )


def downgrade() -> None:
    """Go back."""
    op.drop_constraint(op.f("ck_agents_calls_at_once"), "agents")
    op.drop_column("agents", "calls_at_once")
