"""The table of drafts."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class DraftRow(Base):
    """What a user has typed into one form and not saved."""

    __tablename__ = "drafts"
    __table_args__ = (Index("ix_drafts_updated_at", "updated_at"),)

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id"), primary_key=True, autoincrement=False
    )
    form: Mapped[str] = mapped_column(primary_key=True)
    values: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
