"""The table of the job queue."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Identity, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class JobRow(Base):
    """A job, written in the transaction that needs it done."""

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'done', 'dead')", name="state"),
        UniqueConstraint("kind", "key"),
        Index("ix_jobs_due", "kind", "lane", "due_at", postgresql_where=text("state = 'waiting'")),
        Index("ix_jobs_finished", "finished_at", postgresql_where=text("state <> 'waiting'")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    lane: Mapped[str] = mapped_column(server_default=text("''"))
    payload: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    state: Mapped[str] = mapped_column(server_default=text("'waiting'"))
    due_at: Mapped[datetime] = mapped_column(server_default=func.now())
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    lease_until: Mapped[datetime | None]  # null: no worker has it
    leased_by: Mapped[str] = mapped_column(server_default=text("''"))  # the last worker
    last_error: Mapped[str] = mapped_column(server_default=text("''"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    finished_at: Mapped[datetime | None]
