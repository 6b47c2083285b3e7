"""Voicemail boxes and messages."""

import sqlalchemy as sa
from alembic import op

revision = "20261130z5"
down_revision = "20261130z4"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "voicemail_boxes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.BigInteger()),
        sa.Column("group_id", sa.BigInteger()),
        sa.Column("language", sa.Text(), server_default=sa.text("'en'"), nullable=False),
        sa.Column("greeting", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("most_seconds", sa.BigInteger(), server_default=sa.text("180"), nullable=False),
        sa.Column("keep_days", sa.BigInteger(), server_default=sa.text("90"), nullable=False),
        sa.Column("mail_to", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("pin_hash", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.CheckConstraint(
            "most_seconds BETWEEN 5 AND 1800", name=op.f("ck_voicemail_boxes_most_seconds")
        ),
        sa.CheckConstraint(
            "keep_days BETWEEN 0 AND 3650", name=op.f("ck_voicemail_boxes_keep_days")
        ),
        sa.CheckConstraint("language IN ('en', 'zh_CN')", name=op.f("ck_voicemail_boxes_language")),
        sa.CheckConstraint(
            "agent_id IS NULL OR group_id IS NULL", name=op.f("ck_voicemail_boxes_owner")
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.user_id"], name=op.f("fk_voicemail_boxes_agent_id_agents")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["user_groups.id"], name=op.f("fk_voicemail_boxes_group_id_user_groups")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voicemail_boxes")),
        sa.UniqueConstraint("name", name=op.f("uq_voicemail_boxes_name")),
        sa.UniqueConstraint("agent_id", name=op.f("uq_voicemail_boxes_agent_id")),
    )
    op.create_index(op.f("ix_voicemail_boxes_group_id"), "voicemail_boxes", ["group_id"])
    op.create_table(
        "voicemails",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("box_id", sa.BigInteger(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("called", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.BigInteger()),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'new'"), nullable=False),
        sa.Column("assigned_to", sa.BigInteger()),
        sa.Column("handled_by", sa.BigInteger()),
        sa.Column("handled_at", sa.DateTime(timezone=True)),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.CheckConstraint(
            "state IN ('new', 'assigned', 'handled')", name=op.f("ck_voicemails_state")
        ),
        sa.ForeignKeyConstraint(
            ["box_id"], ["voicemail_boxes.id"], name=op.f("fk_voicemails_box_id_voicemail_boxes")
        ),
        sa.ForeignKeyConstraint(
            ["assigned_to"], ["users.id"], name=op.f("fk_voicemails_assigned_to_users")
        ),
        sa.ForeignKeyConstraint(
            ["handled_by"], ["users.id"], name=op.f("fk_voicemails_handled_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voicemails")),
        sa.UniqueConstraint("file", name=op.f("uq_voicemails_file")),
    )
    for column in ("call", "customer_id", "assigned_to"):
        op.create_index(op.f(f"ix_voicemails_{column}"), "voicemails", [column])
    op.create_index("ix_voicemails_at", "voicemails", [sa.text("at DESC"), sa.text("id DESC")])
    op.create_index(
        "ix_voicemails_box_at", "voicemails", ["box_id", sa.text("at DESC"), sa.text("id DESC")]
    )
    op.create_index(
        "ix_voicemails_open",
        "voicemails",
        [sa.text("at DESC")],
        postgresql_where=sa.text("state <> 'handled'"),
    )

    op.execute(
        "UPDATE roles SET rights = rights || jsonb_build_object('voicemail.hear', 'all')"
        " WHERE key = 'supervisor'"
    )
    op.execute(
        "UPDATE roles SET rights = rights || jsonb_build_object('voicemail.hear', 'own')"
        " WHERE key = 'agent'"
    )


def downgrade() -> None:
    """Go back."""
    op.execute("UPDATE roles SET rights = rights - 'voicemail.hear'")
    op.drop_table("voicemails")
    op.drop_table("voicemail_boxes")
