"""Time groups and number lists; supervisors edit lists and approve entries."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261130z1"
down_revision = "20261130y"
branch_labels = None
depends_on = None

RIGHTS = ("lists.edit", "lists.approve")


def upgrade() -> None:
    """Go forward."""
    _add_time_groups()
    _add_number_lists()
    _add_entries()
    for right in RIGHTS:
        give = sa.text(
            "UPDATE roles SET rights = rights || jsonb_build_object(CAST(:name AS text), 'all')"
            " WHERE key = 'supervisor'"
        )
        op.execute(give.bindparams(name=right))


def downgrade() -> None:
    """Go back."""
    for right in RIGHTS:
        op.execute(sa.text("UPDATE roles SET rights = rights - :name").bindparams(name=right))
    op.drop_table("number_list_entries")
    op.drop_table("number_lists")
    op.drop_table("time_groups")


def _add_time_groups() -> None:
    op.create_table(
        "time_groups",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("subdivision", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("hours", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        _now("created_at"),
        _now("updated_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_groups")),
        sa.UniqueConstraint("name", name=op.f("uq_time_groups_name")),
    )


def _add_number_lists() -> None:
    op.create_table(
        "number_lists",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        _now("created_at"),
        sa.CheckConstraint("kind IN ('black', 'vip', 'white')", name=op.f("ck_number_lists_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_lists")),
        sa.UniqueConstraint("name", name=op.f("uq_number_lists_name")),
    )


def _add_entries() -> None:
    table = "number_list_entries"
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("pattern", sa.Text(collation="C"), nullable=False),
        sa.Column("keys", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("segment", sa.Boolean(), nullable=False),
        sa.Column("length", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("effect", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("added_by", sa.BigInteger(), nullable=True),
        _now("added_at"),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "direction IN ('in', 'out', 'both')", name=op.f("ck_number_list_entries_direction")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'active', 'rejected', 'removed', 'expired')",
            name=op.f("ck_number_list_entries_state"),
        ),
        sa.ForeignKeyConstraint(
            ["list_id"],
            ["number_lists.id"],
            name=op.f("fk_number_list_entries_list_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["added_by"], ["users.id"], name=op.f("fk_number_list_entries_added_by")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["users.id"], name=op.f("fk_number_list_entries_decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_list_entries")),
    )
    newest = [sa.text("added_at DESC"), sa.text("id DESC")]
    op.create_index(
        "uq_number_list_entries_held",
        table,
        ["list_id", "pattern", "direction"],
        unique=True,
        postgresql_where=sa.text("state IN ('waiting', 'active')"),
    )
    op.create_index("ix_number_list_entries_newest", table, newest)
    op.create_index("ix_number_list_entries_list", table, ["list_id", *newest])
    op.create_index(
        "ix_number_list_entries_waiting",
        table,
        newest,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "ix_number_list_entries_expires_at",
        table,
        ["expires_at"],
        postgresql_where=sa.text("state = 'active' AND expires_at IS NOT NULL"),
    )
    op.create_index("ix_number_list_entries_pattern", table, ["pattern"])
    op.create_index("ix_number_list_entries_keys", table, ["keys"], postgresql_using="gin")


def _now(name: str) -> sa.Column[object]:
    return sa.Column(
        name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
    )
