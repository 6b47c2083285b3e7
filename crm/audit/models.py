"""The table of the audit log."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class AuditRow(Base):
    """An entry of the audit log; written once, never changed."""

    __tablename__ = "audit_log"
    __table_args__ = (
        Index("ix_audit_log_at", text("at DESC"), text("id DESC")),
        Index("ix_audit_log_user_at", "user_id", text("at DESC"), text("id DESC")),
        Index("ix_audit_log_action", "action", text("at DESC"), text("id DESC")),
        Index("ix_audit_log_what", "what", "which", text("at DESC"), text("id DESC")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    action: Mapped[str]
    what: Mapped[str]
    which: Mapped[str]
    address: Mapped[str]
    via: Mapped[str]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
