"""What a box by telephone and a lamp need: who heard a message, and wrong PINs."""

import sqlalchemy as sa
from alembic import op

revision = "20261130z9"
down_revision = "20261130z8"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.add_column("voicemails", sa.Column("heard_at", sa.DateTime(timezone=True)))
    op.add_column("voicemails", sa.Column("heard_by", sa.BigInteger()))
    op.add_column(
        "voicemails",
        sa.Column("heard_by_phone", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.create_foreign_key(
        op.f("fk_voicemails_heard_by_users"), "voicemails", "users", ["heard_by"], ["id"]
    )
    op.create_table(
        "voicemail_pin_failures",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("box_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["box_id"],
            ["voicemail_boxes.id"],
            name=op.f("fk_voicemail_pin_failures_box_id_voicemail_boxes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voicemail_pin_failures")),
    )
    op.create_index(op.f("ix_voicemail_pin_failures_box_id"), "voicemail_pin_failures", ["box_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("voicemail_pin_failures")
    op.drop_constraint(op.f("fk_voicemails_heard_by_users"), "voicemails", type_="foreignkey")
    op.drop_column("voicemails", "heard_by_phone")
    op.drop_column("voicemails", "heard_by")
    op.drop_column("voicemails", "heard_at")
