"""The agents' log: its lines are numbered by the database in order of arrival."""

import sqlalchemy as sa
from alembic import op

revision = "20261123"
down_revision = "20261122f"
branch_labels = None
depends_on = None

NEWEST = [sa.literal_column("at DESC"), sa.literal_column("number DESC")]


def upgrade() -> None:
    """Go forward."""
    op.drop_index("ix_agent_events_agent_at", "agent_events")
    op.drop_column("agent_events", "number")
    order = sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False)
    op.add_column("agent_events", order)
    op.create_index("ix_agent_events_agent_at", "agent_events", ["agent", *NEWEST])
    op.create_index("ix_agent_events_agent_number", "agent_events", ["agent", NEWEST[1]])


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_agent_events_agent_number", "agent_events")
    op.execute("ALTER TABLE agent_events ALTER number DROP IDENTITY")
