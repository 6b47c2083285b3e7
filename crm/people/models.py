"""The tables of users: accounts, groups, tokens, sessions and the login log."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class RoleRow(Base):
    """A named set of permissions; `rights` maps permission → extent."""

    __tablename__ = "roles"
    __table_args__ = (
        Index("uq_roles_key", "key", unique=True, postgresql_where=text("key <> ''")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(server_default=text("''"))
    name_en: Mapped[str]
    name_zh: Mapped[str]
    rights: Mapped[dict[str, Any]]
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))


class UserRow(Base):
    """A user who may sign in."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("language IN ('en', 'zh_CN')", name="language"),
        # Li.Wei and li.wei are one user, even if two administrators add them at once.
        Index("uq_users_login", text("lower(login)"), unique=True),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    login: Mapped[str]
    name: Mapped[str]
    # What sorts users by name and finds them: see `crm.kernel.names`.
    name_key: Mapped[str] = mapped_column(Text(collation="C"), server_default=text("''"))
    name_spellings: Mapped[str] = mapped_column(server_default=text("''"))
    password_hash: Mapped[str]
    role_id: Mapped[int] = mapped_column(ForeignKey("roles.id"), index=True)
    language: Mapped[str]
    timezone: Mapped[str]
    enabled: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    email: Mapped[str] = mapped_column(server_default=text("''"))
    must_change_password: Mapped[bool] = mapped_column(server_default=text("false"))
    password_changed_at: Mapped[datetime | None]
    # Encrypted with a key that is not in the database; null: no second factor.
    totp_secret: Mapped[str | None]
    # The last time step that was used, so that a code works once (RFC 6238, 5.2).
    totp_step: Mapped[int | None]
    recovery_codes: Mapped[list[Any]] = mapped_column(JSONB, server_default=text("'[]'"))
    # The user's identity at a provider: `issuer|subject`.
    oidc_subject: Mapped[str | None] = mapped_column(unique=True)


class GroupRow(Base):
    """A department or another group of users; with the groups below it, a team."""

    __tablename__ = "user_groups"
    __table_args__ = (
        CheckConstraint("kind IN ('department', 'group')", name="kind"),
        CheckConstraint("parent_id <> id", name="parent"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("user_groups.id"), index=True)
    note: Mapped[str] = mapped_column(server_default=text("''"))
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))


class GroupMemberRow(Base):
    """A member of a group."""

    __tablename__ = "user_group_members"

    group_id: Mapped[int] = mapped_column(
        ForeignKey("user_groups.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id"), primary_key=True, autoincrement=False, index=True
    )


class TokenRow(Base):
    """An API token with some of its user's permissions; stored as a hash only."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    hint: Mapped[str]  # its last letters, to recognise it
    rights: Mapped[list[Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class PasswordLinkRow(Base):
    """A mailed link for setting a password; stored as a hash only, valid once."""

    __tablename__ = "password_links"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class FirstAdministratorLinkRow(Base):
    """The one-time address at which the first administrator is made; stored as a hash only."""

    __tablename__ = "first_administrator_links"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class SessionRow(Base):
    """An open session; its token is stored as a hash only."""

    __tablename__ = "sessions"
    __table_args__ = (CheckConstraint("kind IN ('browser', 'api')", name="kind"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[str]
    csrf: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    address: Mapped[str]
    user_agent: Mapped[str]


class LoginRow(Base):
    """An attempt to sign in, successful or not."""

    __tablename__ = "login_log"
    __table_args__ = (
        Index("ix_login_log_at", text("at DESC"), text("id DESC")),
        Index("ix_login_log_user_at", "user_id", text("at DESC"), text("id DESC")),
        Index("ix_login_log_result", "result", text("at DESC"), text("id DESC")),
        # Also searched by its beginning.
        Index("ix_login_log_address", "address", postgresql_ops={"address": "text_pattern_ops"}),
        Index("ix_login_log_grams", "grams", postgresql_using="gin"),
        Index("ix_login_log_login_at", text("lower(login)"), "at"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    at: Mapped[datetime]
    login: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    address: Mapped[str]
    result: Mapped[str]
    # Pieces of the username (see `crm.sql.grams`), for a search by part of it.
    grams: Mapped[list[str]] = mapped_column(
        ARRAY(Text), deferred=True, deferred_raiseload=True, server_default=text("'{}'")
    )
