"""What users type is kept until they save it; calls without a disposition are found by an index."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261130u"
down_revision = "20261130t"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "drafts",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("values", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_drafts_user_id_users")),
        sa.PrimaryKeyConstraint("user_id", "form", name=op.f("pk_drafts")),
    )
    op.create_index("ix_drafts_updated_at", "drafts", ["updated_at"])
    op.create_index(
        "ix_calls_to_finish",
        "calls",
        ["agent", "started_at"],
        postgresql_where=sa.text(
            "outcome IS NULL AND direction <> 'internal'"
            " AND answered_at IS NOT NULL AND ended_at IS NOT NULL"
        ),
    )

    op.execute(
        "UPDATE roles SET rights = rights || jsonb_build_object('calls.correct', 'all')"
        " WHERE key = 'supervisor'"
    )


def downgrade() -> None:
    """Go back."""
    op.execute("UPDATE roles SET rights = rights - 'calls.correct'")
    op.drop_index("ix_calls_to_finish", table_name="calls")
    op.drop_table("drafts")
