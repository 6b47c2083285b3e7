"""Custom destinations and faxes."""

import sqlalchemy as sa
from alembic import op

revision = "20261130z7"
down_revision = "20261130z6"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "custom_destinations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("old_secret", sa.Text()),
        sa.Column("old_secret_until", sa.DateTime(timezone=True)),
        sa.Column("seconds", sa.BigInteger(), server_default=sa.text("3"), nullable=False),
        sa.Column("inside", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("fallback", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("last_at", sa.DateTime(timezone=True)),
        sa.Column("last_seconds", sa.Double()),
        sa.Column("last_to", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("last_why", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("last_status", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.CheckConstraint("seconds BETWEEN 1 AND 10", name=op.f("ck_custom_destinations_seconds")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_destinations")),
        sa.UniqueConstraint("name", name=op.f("uq_custom_destinations_name")),
    )
    op.create_table(
        "faxes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("called", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.BigInteger()),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("pages", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("station", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("handled_by", sa.BigInteger()),
        sa.Column("handled_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("state IN ('received', 'failed')", name=op.f("ck_faxes_state")),
        sa.ForeignKeyConstraint(
            ["handled_by"], ["users.id"], name=op.f("fk_faxes_handled_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faxes")),
        sa.UniqueConstraint("file", name=op.f("uq_faxes_file")),
    )
    for column in ("call", "customer_id"):
        op.create_index(op.f(f"ix_faxes_{column}"), "faxes", [column])
    op.create_index("ix_faxes_at", "faxes", [sa.text("at DESC"), sa.text("id DESC")])


def downgrade() -> None:
    """Go back."""
    op.drop_table("faxes")
    op.drop_table("custom_destinations")
