"""The table of faxes."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class FaxRow(Base):
    """A fax; its file is below Asterisk's recordings."""

    __tablename__ = "faxes"
    __table_args__ = (
        CheckConstraint("state IN ('received', 'failed')", name="state"),
        Index("ix_faxes_at", text("at DESC"), text("id DESC")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    call: Mapped[str] = mapped_column(index=True)
    file: Mapped[str] = mapped_column(unique=True)
    caller: Mapped[str]
    called: Mapped[str]
    customer_id: Mapped[int | None] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    state: Mapped[str]
    why: Mapped[str] = mapped_column(server_default=text("''"))
    pages: Mapped[int] = mapped_column(server_default=text("0"))
    station: Mapped[str] = mapped_column(server_default=text("''"))
    handled_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    handled_at: Mapped[datetime | None]
