"""The table of uploaded files; their content is on the disk."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, false, func
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class UploadRow(Base):
    """An uploaded file."""

    __tablename__ = "uploads"
    __table_args__ = (Index("ix_uploads_created_at", "created_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    owner: Mapped[int] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str]
    content: Mapped[str]
    size: Mapped[int]
    in_use: Mapped[bool] = mapped_column(server_default=false())
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
