"""Appointments, the permission to see them, and the workspace's layout for each role."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "20261130z94"
down_revision = "20261130z95"
branch_labels = None
depends_on = None

RIGHT = "appointments.see"
UNFINISHED = "state IN ('open', 'in progress')"


def upgrade() -> None:
    """Go forward."""
    op.create_table(
        "appointments",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("group_id", sa.BigInteger(), nullable=True),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remind_minutes", sa.BigInteger(), nullable=False),
        sa.Column("medium", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("state_by", sa.BigInteger(), nullable=True),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(owner_id IS NULL) <> (group_id IS NULL)", name=op.f("ck_appointments_owner")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'in progress', 'done', 'canceled')",
            name=op.f("ck_appointments_state"),
        ),
        sa.CheckConstraint(
            "medium IN ('call', 'visit', 'message', 'other')", name=op.f("ck_appointments_medium")
        ),
        sa.CheckConstraint(
            "remind_minutes BETWEEN 0 AND 10080", name=op.f("ck_appointments_remind_minutes")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_appointments_owner_id_users")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["user_groups.id"], name=op.f("fk_appointments_group_id_user_groups")
        ),
        sa.ForeignKeyConstraint(
            ["state_by"], ["users.id"], name=op.f("fk_appointments_state_by_users")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["users.id"], name=op.f("fk_appointments_created_by_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
    )
    op.create_index("ix_appointments_due", "appointments", ["due", "id"])
    op.create_index(
        "ix_appointments_owner",
        "appointments",
        ["owner_id", "due"],
        postgresql_where=sa.text(UNFINISHED),
    )
    op.create_index(
        "ix_appointments_group",
        "appointments",
        ["group_id", "due"],
        postgresql_where=sa.text(UNFINISHED),
    )
    op.create_index(op.f("ix_appointments_customer_id"), "appointments", ["customer_id"])
    op.create_table(
        "workspace_layouts",
        sa.Column("role_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("panels", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["role_id"], ["roles.id"], name=op.f("fk_workspace_layouts_role_id_roles")
        ),
        sa.PrimaryKeyConstraint("role_id", name=op.f("pk_workspace_layouts")),
    )
    granted = sa.text(
        "UPDATE roles SET rights = rights ||"
        " jsonb_build_object(CAST(:right AS text), CAST(:extent AS text)) WHERE key = :key"
    )
    for key, extent in (("agent", "own"), ("supervisor", "all")):
        op.execute(granted.bindparams(right=RIGHT, extent=extent, key=key))


def downgrade() -> None:
    """Go back."""
    op.execute(sa.text("UPDATE roles SET rights = rights - :right").bindparams(right=RIGHT))
    op.drop_table("workspace_layouts")
    op.drop_table("appointments")
