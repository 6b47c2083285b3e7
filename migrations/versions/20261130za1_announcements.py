"""Announcements of queues, and the estimates that callers were told."""

import sqlalchemy as sa
from alembic import op

revision = "20261130za1"
down_revision = "20261130z9s"
branch_labels = None
depends_on = None

FLAGS = ("announce_ahead", "announce_waited", "announce_estimate")
TEXTS = ("announce_text_en", "announce_text_zh")
TIMES = (("announce_first_seconds", "20"), ("announce_every_seconds", "60"))


def upgrade() -> None:
    """Go forward."""
    for name in FLAGS:
        default = sa.text("false")
        op.add_column(
            "queues", sa.Column(name, sa.Boolean(), server_default=default, nullable=False)
        )
    for name in TEXTS:
        op.add_column(
            "queues", sa.Column(name, sa.Text(), server_default=sa.text("''"), nullable=False)
        )
    for name, seconds in TIMES:
        default = sa.text(seconds)
        op.add_column(
            "queues",
            sa.Column(name, sa.Double(), server_default=default, nullable=False),
        )
    op.create_check_constraint(
        op.f("ck_queues_announce"),
        "queues",
        "announce_first_seconds > 0 AND announce_every_seconds >= 0",
    )
    op.create_table(
        "wait_estimates",
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("f10", sa.Double(), nullable=False),
        sa.Column("f50", sa.Double(), nullable=False),
        sa.Column("f90", sa.Double(), nullable=False),
        sa.Column("p10", sa.Double(), nullable=True),
        sa.Column("p50", sa.Double(), nullable=True),
        sa.Column("p90", sa.Double(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'answered', 'abandoned', 'left')",
            name=op.f("ck_wait_estimates_state"),
        ),
        sa.PrimaryKeyConstraint("fact", name=op.f("pk_wait_estimates")),
    )
    op.create_index(op.f("ix_wait_estimates_call"), "wait_estimates", ["call"])
    op.create_index(
        "ix_wait_estimates_queue", "wait_estimates", ["queue", sa.text("entered_at DESC")]
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("wait_estimates")
    op.drop_constraint(op.f("ck_queues_announce"), "queues")
    for name in (*FLAGS, *TEXTS, *(name for name, _ in TIMES)):
        op.drop_column("queues", name)
