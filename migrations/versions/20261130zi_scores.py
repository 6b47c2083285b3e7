"""Scores that callers gave after their calls."""

import sqlalchemy as sa
from alembic import op

revision = "20261130zi"
down_revision = "20261130zh"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables of scores and of surveys."""
    op.create_table(
        "scores",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("flow", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scores")),
        sa.UniqueConstraint("call", "question", name=op.f("uq_scores_call")),
        sa.CheckConstraint("score BETWEEN 0 AND 9", name=op.f("ck_scores_score")),
    )
    op.create_index("ix_scores_at", "scores", [sa.text("at DESC"), sa.text("id DESC")])
    op.create_index("ix_scores_score", "scores", ["score", "id"])
    op.create_table(
        "surveys",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("flow", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("call", name=op.f("pk_surveys")),
    )
    op.create_index(op.f("ix_surveys_at"), "surveys", ["at"])


def downgrade() -> None:
    """Remove them."""
    op.drop_table("surveys")
    op.drop_table("scores")
