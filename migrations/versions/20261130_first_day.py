"""The first administrator's address, the set-up's steps, inactive queues, languages of numbers."""

import sqlalchemy as sa
from alembic import op

revision = "20261130y"
down_revision = "20261130x"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "first_administrator_links",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_first_administrator_links")),
    )
    op.create_table(
        "first_day_steps",
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'open'"), nullable=False),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'done', 'skipped')", name=op.f("ck_first_day_steps_state")
        ),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["users.id"], name=op.f("fk_first_day_steps_changed_by_users")
        ),
        sa.PrimaryKeyConstraint("step", name=op.f("pk_first_day_steps")),
    )
    op.add_column(
        "queues",
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
    )
    op.add_column(
        "numbers",
        sa.Column("language", sa.Text(), server_default=sa.text("'en'"), nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_numbers_language"), "numbers", "language IN ('en', 'zh_CN')"
    )


def downgrade() -> None:
    """Go back."""
    op.drop_constraint(op.f("ck_numbers_language"), "numbers")
    op.drop_column("numbers", "language")
    op.drop_column("queues", "enabled")
    op.drop_table("first_day_steps")
    op.drop_table("first_administrator_links")
