"""Forwarding of extensions, attempts without right and bans, imported number list entries."""

import sqlalchemy as sa
from alembic import op

revision = "20261130z6"
down_revision = "20261130z5"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "extension_forwards",
        sa.Column("agent_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("destination", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('all', 'busy', 'no answer', 'away')", name=op.f("ck_extension_forwards_kind")
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"],
            ["agents.user_id"],
            ondelete="CASCADE",
            name=op.f("fk_extension_forwards_agent_id_agents"),
        ),
        sa.PrimaryKeyConstraint("agent_id", "kind", name=op.f("pk_extension_forwards")),
    )
    op.create_index(
        op.f("ix_extension_forwards_destination"), "extension_forwards", ["destination"]
    )
    op.create_table(
        "sip_attempts",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("names", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_sip_attempts")),
    )
    op.create_index(op.f("ix_sip_attempts_last_at"), "sip_attempts", ["last_at"])
    op.create_table(
        "sip_bans",
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_sip_bans")),
    )
    op.add_column("number_list_entries", sa.Column("import_id", sa.BigInteger()))
    op.create_foreign_key(
        op.f("fk_number_list_entries_import_id_imports"),
        "number_list_entries",
        "imports",
        ["import_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_index(
        "ix_number_list_entries_import_id",
        "number_list_entries",
        ["import_id"],
        postgresql_where=sa.text("import_id IS NOT NULL"),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_number_list_entries_import_id", table_name="number_list_entries")
    op.drop_column("number_list_entries", "import_id")
    op.drop_table("sip_bans")
    op.drop_table("sip_attempts")
    op.drop_table("extension_forwards")
