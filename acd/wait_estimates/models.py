"""The table of waits that had an estimate."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class WaitEstimateRow(Base):
    """A wait in a queue, as its facts tell it. Times of the estimate are seconds."""

    __tablename__ = "wait_estimates"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'answered', 'abandoned', 'left')", name="state"),
        Index("ix_wait_estimates_queue", "queue", text("entered_at DESC")),
    )

    fact: Mapped[str] = mapped_column(primary_key=True)
    call: Mapped[str] = mapped_column(index=True)
    queue: Mapped[str]
    entered_at: Mapped[datetime]
    f10: Mapped[float]  # by the formula alone
    f50: Mapped[float]
    f90: Mapped[float]
    p10: Mapped[float | None]  # what could be said
    p50: Mapped[float | None]
    p90: Mapped[float | None]
    state: Mapped[str]
    seconds: Mapped[float | None]
