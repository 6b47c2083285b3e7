"""The table of recordings."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class RecordingRow(Base):
    """A recording of a call, by the segment in which it began, or why there is none."""

    __tablename__ = "recordings"
    __table_args__ = (
        Index("ix_recordings_started_at", "started_at", postgresql_where=text("file IS NOT NULL")),
    )

    call: Mapped[str] = mapped_column(primary_key=True)
    segment: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    file: Mapped[str | None]
    started_at: Mapped[datetime]
    late_seconds: Mapped[float]
    failed_why: Mapped[str | None]
