"""Roles with permissions, groups, API tokens, the audit log, parameters and preferences."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "20261122a"
down_revision = "20261122"
branch_labels = None
depends_on = None

_DESK = {
    "desk": "all",
    "calls.see": "own",
    "recordings.hear": "own",
    "customers.see": "all",
    "customers.edit": "all",
}
_OVERSEER = _DESK | {
    "floor.see": "all",
    "calls.see": "all",
    "recordings.hear": "all",
    "calls.export": "all",
    "customers.export": "all",
    "views.share": "all",
    "tokens.make": "all",
    "status.see": "all",
}
# key, English, Chinese, rights; an administrator's rights are the program's to know: all.
ROLES = (
    ("agent", "Agent", "坐席", _DESK),
    ("supervisor", "Supervisor", "班长", _OVERSEER),
    ("administrator", "Administrator", "管理员", {}),
)


def upgrade() -> None:
    """Go forward: each text role becomes a row of the same key."""
    roles = op.create_table(
        "roles",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("key", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("rights", JSONB(), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_roles"),
    )
    op.create_index(
        "uq_roles_key", "roles", ["key"], unique=True, postgresql_where=sa.text("key <> ''")
    )
    op.bulk_insert(
        roles,
        [
            {"key": key, "name_en": english, "name_zh": chinese, "rights": rights}
            for key, english, chinese, rights in ROLES
        ],
    )
    op.add_column("users", sa.Column("role_id", sa.BigInteger(), nullable=True))
    op.execute("UPDATE users SET role_id = roles.id FROM roles WHERE roles.key = users.role")
    op.alter_column("users", "role_id", nullable=False)
    op.create_foreign_key("fk_users_role_id", "users", "roles", ["role_id"], ["id"])
    op.create_index("ix_users_role_id", "users", ["role_id"])
    # The first schema gave the convention a whole name, so the prefix stands there twice.
    op.drop_constraint(op.f("ck_users_ck_users_role"), "users")
    op.drop_column("users", "role")
    for column in (
        sa.Column("email", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "must_change_password", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("totp_secret", sa.Text(), nullable=True),
        sa.Column("totp_step", sa.BigInteger(), nullable=True),
        sa.Column("recovery_codes", JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("oidc_subject", sa.Text(), nullable=True),
    ):
        op.add_column("users", column)
    op.create_unique_constraint("uq_users_oidc_subject", "users", ["oidc_subject"])
    _agents()
    _groups()
    _tokens()
    _audit()
    _own_things()


def downgrade() -> None:
    """Go back: who has a role that the site made becomes an agent, the least of the three."""
    for table in (
        "saved_views",
        "preferences",
        "parameters",
        "audit_log",
        "api_tokens",
        "user_group_members",
        "user_groups",
    ):
        op.drop_table(table)
    op.drop_constraint(op.f("ck_agents_outbound"), "agents")
    op.drop_column("agents", "outbound")
    op.drop_column("agents", "caller_number")
    op.add_column("users", sa.Column("role", sa.Text(), nullable=True))
    op.execute(
        "UPDATE users SET role = coalesce(nullif(roles.key, ''), 'agent') "
        "FROM roles WHERE roles.id = users.role_id"
    )
    op.alter_column("users", "role", nullable=False)
    op.create_check_constraint(
        "ck_users_role", "users", sa.text("role IN ('agent', 'supervisor', 'administrator')")
    )
    op.drop_constraint("uq_users_oidc_subject", "users")
    for column in (
        "role_id",
        "email",
        "must_change_password",
        "password_changed_at",
        "totp_secret",
        "totp_step",
        "recovery_codes",
        "oidc_subject",
    ):
        op.drop_column("users", column)
    op.drop_table("roles")


def _agents() -> None:
    op.add_column(
        "agents",
        sa.Column("caller_number", sa.Text(), server_default=sa.text("''"), nullable=False),
    )
    op.add_column(
        "agents",
        sa.Column("outbound", sa.Text(), server_default=sa.text("'internal'"), nullable=False),
    )
    op.create_check_constraint(
        "outbound",
        "agents",
        sa.text("outbound IN ('none', 'internal', 'national', 'international')"),
    )


def _groups() -> None:
    op.create_table(
        "user_groups",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("enabled", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.CheckConstraint("kind IN ('department', 'group')", name="kind"),
        sa.CheckConstraint("parent_id <> id", name="parent"),
        sa.ForeignKeyConstraint(["parent_id"], ["user_groups.id"], name="fk_user_groups_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_user_groups"),
        sa.UniqueConstraint("name", name="uq_user_groups_name"),
    )
    op.create_index("ix_user_groups_parent_id", "user_groups", ["parent_id"])
    op.create_table(
        "user_group_members",
        sa.Column("group_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["user_groups.id"],
            name="fk_user_group_members_group_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_user_group_members_user_id"),
        sa.PrimaryKeyConstraint("group_id", "user_id", name="pk_user_group_members"),
    )
    op.create_index("ix_user_group_members_user_id", "user_group_members", ["user_id"])


def _tokens() -> None:
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("rights", JSONB(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_api_tokens_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_api_tokens"),
        sa.UniqueConstraint("token_hash", name="uq_api_tokens_token_hash"),
    )
    op.create_index("ix_api_tokens_user_id", "api_tokens", ["user_id"])


def _audit() -> None:
    op.create_table(
        "audit_log",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("which", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("before", JSONB(), nullable=False),
        sa.Column("after", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_audit_log_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_log"),
    )
    newest = [sa.literal_column("at DESC"), sa.literal_column("id DESC")]
    op.create_index("ix_audit_log_at", "audit_log", newest)
    op.create_index("ix_audit_log_user_at", "audit_log", ["user_id", *newest])
    op.create_index("ix_audit_log_what", "audit_log", ["what", "which", *newest])


def _own_things() -> None:
    op.create_table(
        "parameters",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", JSONB(), nullable=False),
        sa.Column(
            "changed_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.Column("changed_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["changed_by"], ["users.id"], name="fk_parameters_changed_by"),
        sa.PrimaryKeyConstraint("key", name="pk_parameters"),
    )
    op.create_table(
        "preferences",
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_preferences_user_id"),
        sa.PrimaryKeyConstraint("user_id", "key", name="pk_preferences"),
    )
    op.create_table(
        "saved_views",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", JSONB(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column(
            "created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_saved_views_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_saved_views"),
        sa.UniqueConstraint("user_id", "list", "name", name="uq_saved_views_user_id_list_name"),
    )
