"""The skills that a callback needs, from the call that asked for it."""

import sqlalchemy as sa
from alembic import op

revision = "20261201a"
down_revision = "20261130zi"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the needs, and until when they count."""
    op.add_column(
        "callbacks", sa.Column("needs", sa.Text(), server_default=sa.text("''"), nullable=False)
    )
    op.add_column("callbacks", sa.Column("needs_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Remove them."""
    op.drop_column("callbacks", "needs_until")
    op.drop_column("callbacks", "needs")
