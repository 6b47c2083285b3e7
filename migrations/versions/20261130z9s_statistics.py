"""Not-ready reasons with rules, the indexes of statistics, and the permission to see them."""

import sqlalchemy as sa
from alembic import op

revision = "20261130z9s"
down_revision = "20261130z98"
branch_labels = None
depends_on = None

RIGHT = "statistics.see"


def upgrade() -> None:
    """Go forward."""
    op.add_column(
        "pause_reasons",
        sa.Column("paid", sa.Boolean(), server_default=sa.text("true"), nullable=False),
    )
    for name in ("most_minutes", "most_at_once"):
        op.add_column(
            "pause_reasons",
            sa.Column(name, sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        )
    op.add_column(
        "pause_reasons",
        sa.Column("counted_in", sa.Text(), server_default=sa.text("'group'"), nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_pause_reasons_limits"),
        "pause_reasons",
        "most_minutes BETWEEN 0 AND 1440 AND most_at_once BETWEEN 0 AND 1000",
    )
    op.create_check_constraint(
        op.f("ck_pause_reasons_counted_in"), "pause_reasons", "counted_in IN ('group', 'site')"
    )
    op.create_index(
        "ix_agent_events_newest", "agent_events", [sa.text("at DESC"), sa.text("number DESC")]
    )
    op.create_index(
        "ix_call_events_transfers",
        "call_events",
        ["at"],
        postgresql_where=sa.text("kind = 'transfer'"),
    )
    granted = sa.text(
        "UPDATE roles SET rights = rights ||"
        " jsonb_build_object(CAST(:right AS text), CAST(:extent AS text)) WHERE key = :key"
    )
    for key, extent in (("agent", "own"), ("supervisor", "all")):
        op.execute(granted.bindparams(right=RIGHT, extent=extent, key=key))


def downgrade() -> None:
    """Go back."""
    op.execute(sa.text("UPDATE roles SET rights = rights - :right").bindparams(right=RIGHT))
    op.drop_index("ix_call_events_transfers", "call_events")
    op.drop_index("ix_agent_events_newest", "agent_events")
    for name in ("counted_in", "most_at_once", "most_minutes", "paid"):
        op.drop_column("pause_reasons", name)
