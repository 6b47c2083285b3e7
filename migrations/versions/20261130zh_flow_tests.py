"""Tests of flows."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261130zh"
down_revision = "20261130zg"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "flow_tests",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("flow_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scenario", JSONB(), nullable=False),
        sa.Column("expect", JSONB(), nullable=False),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["flow_id"], ["flows.id"], name=op.f("fk_flow_tests_flow_id_flows"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["users.id"], name=op.f("fk_flow_tests_changed_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flow_tests")),
        sa.UniqueConstraint("flow_id", "name", name=op.f("uq_flow_tests_flow_id_name")),
    )
    op.create_index(op.f("ix_flow_tests_changed_by"), "flow_tests", ["changed_by"])
    op.create_index(
        "ix_call_events_steps",
        "call_events",
        [sa.text("(detail ->> 'flow')"), "at"],
        postgresql_where=sa.text("kind = 'step'"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_call_events_steps", "call_events")
    op.drop_table("flow_tests")
