"""The table of appointments."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base

UNFINISHED = "state IN ('open', 'in progress')"


class AppointmentRow(Base):
    """An appointment: what must be done, who does it and when, and what became of it."""

    __tablename__ = "appointments"
    __table_args__ = (
        CheckConstraint("(owner_id IS NULL) <> (group_id IS NULL)", name="owner"),
        CheckConstraint("state IN ('open', 'in progress', 'done', 'canceled')", name="state"),
        CheckConstraint("medium IN ('call', 'visit', 'message', 'other')", name="medium"),
        CheckConstraint("remind_minutes BETWEEN 0 AND 10080", name="remind_minutes"),
        Index("ix_appointments_due", "due", "id"),
        Index("ix_appointments_owner", "owner_id", "due", postgresql_where=text(UNFINISHED)),
        Index("ix_appointments_group", "group_id", "due", postgresql_where=text(UNFINISHED)),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    title: Mapped[str]
    note: Mapped[str]
    customer_id: Mapped[int | None] = mapped_column(index=True)
    number: Mapped[str]
    call: Mapped[str]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("user_groups.id"))
    due: Mapped[datetime]
    due_set_at: Mapped[datetime]
    remind_minutes: Mapped[int]
    medium: Mapped[str]
    source: Mapped[str]
    state: Mapped[str]
    result: Mapped[str]
    state_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    state_at: Mapped[datetime | None]
    created_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
