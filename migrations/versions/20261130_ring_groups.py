"""Ring groups: a few agents whose phones ring together or in turn."""

import sqlalchemy as sa
from alembic import op

revision = "20261130z91"
down_revision = "20261130z9"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "ring_groups",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ring_order", sa.Text(), nullable=False),
        sa.Column("ring_seconds", sa.BigInteger(), nullable=False),
        sa.Column("record", sa.Boolean(), nullable=False),
        sa.Column("destination", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.CheckConstraint(
            "ring_order IN ('together', 'in turn')", name=op.f("ck_ring_groups_ring_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ring_groups")),
        sa.UniqueConstraint("name", name=op.f("uq_ring_groups_name")),
    )
    op.create_table(
        "ring_group_members",
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("agent_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"],
            ["agents.user_id"],
            ondelete="CASCADE",
            name=op.f("fk_ring_group_members_agent_id_agents"),
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["ring_groups.id"],
            ondelete="CASCADE",
            name=op.f("fk_ring_group_members_group_id_ring_groups"),
        ),
        sa.PrimaryKeyConstraint("group_id", "position", name=op.f("pk_ring_group_members")),
    )
    op.create_index(op.f("ix_ring_group_members_agent_id"), "ring_group_members", ["agent_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("ring_group_members")
    op.drop_table("ring_groups")
