"""Outbound rules say whether a call may hide our number."""

import sqlalchemy as sa
from alembic import op

revision = "20261130z96"
down_revision = "20261130z94"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column(
        "outbound_rules",
        sa.Column("may_hide", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_column("outbound_rules", "may_hide")
