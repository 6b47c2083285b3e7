"""The tables of people: who may sign in, who is in, and who came when."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base


class UserRow(Base):
    """Somebody who may sign in."""

    __tablename__ = "users"
    __table_args__ = (
        CheckConstraint("role IN ('agent', 'supervisor', 'administrator')", name="role"),
        CheckConstraint("language IN ('en', 'zh_CN')", name="language"),
        # Li.Wei and li.wei are one person, also to two administrators who add him at once.
        Index("uq_users_login", text("lower(login)"), unique=True),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    login: Mapped[str]
    name: Mapped[str]
    password_hash: Mapped[str]
    role: Mapped[str]
    language: Mapped[str]
    timezone: Mapped[str]
    enabled: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class SessionRow(Base):
    """An open session; its token is kept as a hash only."""

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
    """An attempt to sign in, good or bad."""

    __tablename__ = "login_log"
    __table_args__ = (
        Index("ix_login_log_at", text("at DESC"), text("id DESC")),
        Index("ix_login_log_login_at", text("lower(login)"), "at"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    at: Mapped[datetime]
    login: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    address: Mapped[str]
    result: Mapped[str]
