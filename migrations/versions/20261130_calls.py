"""Permissions to take part in calls, to control agents, and to pick up calls of others."""

import sqlalchemy as sa
from alembic import op

revision = "20261130z92"
down_revision = "20261130z91"
branch_labels = None
depends_on = None

RIGHTS = ("calls.listen", "monitor.control", "calls.pickup")


def upgrade() -> None:
    """Go forward."""
    for right in RIGHTS:
        granted = sa.text(
            "UPDATE roles SET rights = rights || jsonb_build_object(CAST(:right AS text), 'all')"
            " WHERE key = 'supervisor'"
        )
        op.execute(granted.bindparams(right=right))


def downgrade() -> None:
    """Go back."""
    taken = sa.text("UPDATE roles SET rights = rights - :right")
    for right in RIGHTS:
        op.execute(taken.bindparams(right=right))
