"""The table of callbacks."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class CallbackRow(Base):
    """A callback from a queue, as its facts tell it."""

    __tablename__ = "callbacks"
    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting', 'calling', 'done', 'failed', 'canceled')", name="state"
        ),
        Index("ix_callbacks_asked", text("asked_at DESC"), text("id DESC")),
        Index("ix_callbacks_queue", "queue", "asked_at"),
        Index("ix_callbacks_open", "id", postgresql_where=text("state IN ('waiting', 'calling')")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)  # of the call in which it was asked for
    number: Mapped[str]
    queue: Mapped[str]
    since: Mapped[datetime]
    asked_at: Mapped[datetime]
    priority: Mapped[int]
    language: Mapped[str]
    customer_id: Mapped[int | None] = mapped_column(index=True)
    state: Mapped[str]
    tries: Mapped[int] = mapped_column(server_default=text("0"))
    calls: Mapped[int] = mapped_column(server_default=text("0"))
    made: Mapped[str | None]
    agent: Mapped[int | None]
    over_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(server_default=text("''"))
    needs: Mapped[str] = mapped_column(server_default=text("''"))  # as `english 5, law 3`
    needs_until: Mapped[datetime | None]  # None: as long as it waits
    due_at: Mapped[datetime | None]  # the customer is not called before
    caller: Mapped[str] = mapped_column(server_default=text("''"))  # who asked
    note: Mapped[str] = mapped_column(server_default=text("''"))
    added_by: Mapped[int | None]  # the user who added it
