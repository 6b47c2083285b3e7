"""Levels of service, the level in the explanation of an offer, successors of deleted queues."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261130za3"
down_revision = "20261130za2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "service_levels",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("tier", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("list_id", sa.BigInteger(), nullable=True),
        sa.Column("priority", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("queue_id", sa.BigInteger(), nullable=True),
        sa.Column("patience_seconds", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("priority BETWEEN 0 AND 10", name=op.f("ck_service_levels_priority")),
        sa.CheckConstraint(
            "patience_seconds BETWEEN 0 AND 3600", name=op.f("ck_service_levels_patience")
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["number_lists.id"], name=op.f("fk_service_levels_list_id_number_lists")
        ),
        sa.ForeignKeyConstraint(
            ["queue_id"], ["queues.id"], name=op.f("fk_service_levels_queue_id_queues")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_levels")),
        sa.UniqueConstraint("name", name=op.f("uq_service_levels_name")),
        sa.UniqueConstraint("list_id", name=op.f("uq_service_levels_list_id")),
    )
    op.create_index(op.f("ix_service_levels_queue_id"), "service_levels", ["queue_id"])
    op.create_index(
        "uq_service_levels_tier",
        "service_levels",
        ["tier"],
        unique=True,
        postgresql_where=sa.text("tier <> ''"),
    )
    op.create_table(
        "service_level_needs",
        sa.Column("service_level_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.Column("level", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 10", name=op.f("ck_service_level_needs_level")),
        sa.ForeignKeyConstraint(
            ["service_level_id"],
            ["service_levels.id"],
            name=op.f("fk_service_level_needs_service_level_id_service_levels"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["skill"], ["skills.key"], name=op.f("fk_service_level_needs_skill_skills")
        ),
        sa.PrimaryKeyConstraint("service_level_id", "skill", name=op.f("pk_service_level_needs")),
    )
    op.create_index(op.f("ix_service_level_needs_skill"), "service_level_needs", ["skill"])
    op.create_table(
        "queue_successors",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("successor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_queue_successors")),
    )
    op.add_column("decisions", sa.Column("level", postgresql.JSONB(), nullable=True))


def downgrade() -> None:
    """Go back."""
    op.drop_column("decisions", "level")
    op.drop_table("queue_successors")
    op.drop_table("service_level_needs")
    op.drop_table("service_levels")
