"""The table of the set-up after the first sign-in."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, func, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class FirstDayStepRow(Base):
    """A step of the set-up and its state; a site that never began the set-up has no rows."""

    __tablename__ = "first_day_steps"
    __table_args__ = (CheckConstraint("state IN ('open', 'done', 'skipped')", name="state"),)

    step: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(server_default=text("'open'"))
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
