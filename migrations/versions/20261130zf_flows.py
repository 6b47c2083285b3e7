"""Drafts of flows, and what each version changed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261130zf"
down_revision = "20261130za3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column(
        "flow_versions",
        sa.Column("message", sa.Text(), server_default=sa.text("''"), nullable=False),
    )
    op.add_column(
        "flow_versions",
        sa.Column("layout", JSONB(), server_default=sa.text("'{}'"), nullable=False),
    )
    op.create_table(
        "flow_drafts",
        sa.Column("flow_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("document", JSONB(), nullable=False),
        sa.Column("layout", JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.Column("publish_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("publish_message", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.CheckConstraint(
            "(publish_at IS NULL) = (publish_message = '')",
            name=op.f("ck_flow_drafts_publish_message"),
        ),
        sa.ForeignKeyConstraint(
            ["flow_id"],
            ["flows.id"],
            name=op.f("fk_flow_drafts_flow_id_flows"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["users.id"], name=op.f("fk_flow_drafts_changed_by_users")
        ),
        sa.PrimaryKeyConstraint("flow_id", name=op.f("pk_flow_drafts")),
    )
    op.create_index(op.f("ix_flow_drafts_changed_by"), "flow_drafts", ["changed_by"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("flow_drafts")
    op.drop_column("flow_versions", "layout")
    op.drop_column("flow_versions", "message")
