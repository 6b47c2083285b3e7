"""The table of what is done about lost calls."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class LostCallRow(Base):
    """Who cares for the lost calls of a number on a day; without a row nobody does yet."""

    __tablename__ = "lost_calls"
    __table_args__ = (CheckConstraint("state IN ('open', 'work', 'done')", name="state"),)

    number: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)  # in the site's zone
    owner: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    state: Mapped[str]
    note: Mapped[str]
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
