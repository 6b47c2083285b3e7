"""The library of prompts and of music."""

import sqlalchemy as sa
from alembic import op

revision = "20261130zg"
down_revision = "20261130zf"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "library_prompts",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_library_prompts")),
    )
    op.create_table(
        "prompt_versions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("master", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("seconds", sa.Double(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "source IN ('typed', 'recorded', 'uploaded')", name=op.f("ck_prompt_versions_source")
        ),
        sa.CheckConstraint(
            "(source = 'typed') = (master = '')", name=op.f("ck_prompt_versions_master")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_prompt_versions_created_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt_versions")),
    )
    op.create_index(
        op.f("ix_prompt_versions_name_language"), "prompt_versions", ["name", "language"]
    )
    op.create_index(op.f("ix_prompt_versions_created_by"), "prompt_versions", ["created_by"])
    op.add_column("prompts", sa.Column("version_id", sa.BigInteger(), nullable=True))
    op.add_column("prompts", sa.Column("seconds", sa.Double(), nullable=True))
    op.create_foreign_key(
        op.f("fk_prompts_version_id_prompt_versions"),
        "prompts",
        "prompt_versions",
        ["version_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_index(op.f("ix_prompts_version_id"), "prompts", ["version_id"])
    op.create_table(
        "music_classes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("shuffled", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_music_classes")),
        sa.UniqueConstraint("name", name=op.f("uq_music_classes_name")),
    )
    op.create_table(
        "music_files",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("class_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("master", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["class_id"],
            ["music_classes.id"],
            name=op.f("fk_music_files_class_id_music_classes"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_music_files")),
    )
    op.create_index(op.f("ix_music_files_class_id"), "music_files", ["class_id"])


def downgrade() -> None:
    """Go back."""
    op.drop_table("music_files")
    op.drop_table("music_classes")
    op.drop_column("prompts", "seconds")
    op.drop_column("prompts", "version_id")
    op.drop_table("prompt_versions")
    op.drop_table("library_prompts")
