"""The table of notifications."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Identity, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class NoticeRow(Base):
    """A notification to one user."""

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_user_id", "user_id", text("id DESC")),
        # Every page reads the count on the bell.
        Index("ix_notices_unread", "user_id", postgresql_where=text("read_at IS NULL")),
        Index(
            "uq_notices_once", "user_id", "once", unique=True, postgresql_where=text("once <> ''")
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str]
    sentence: Mapped[str]
    values: Mapped[dict[str, Any]]
    url: Mapped[str]
    once: Mapped[str] = mapped_column(server_default=text("''"))
    at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
    read_at: Mapped[datetime | None]
