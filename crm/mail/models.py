"""The table of mail on its way."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Identity, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class MailRow(Base):
    """A mail to one person: the outbox, written in the transaction of what it tells."""

    __tablename__ = "mails"
    __table_args__ = (
        Index("ix_mails_due", "due_at", postgresql_where=text("state = 'waiting'")),
        Index("ix_mails_newest", text("created_at DESC"), text("id DESC")),
        Index(
            "ix_mails_dead",
            text("created_at DESC"),
            text("id DESC"),
            postgresql_where=text("state = 'dead'"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    kind: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    address: Mapped[str]
    language: Mapped[str]
    values: Mapped[dict[str, Any]]
    # What only the web can read, such as the way to a new password; emptied when it is sent.
    sealed: Mapped[str] = mapped_column(server_default=text("''"))
    state: Mapped[str] = mapped_column(server_default=text("'waiting'"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    # Also the lease of whoever sends it now: if he dies, it is due again.
    due_at: Mapped[datetime] = mapped_column(server_default=func.now())
    good_until: Mapped[datetime | None]  # null: however late it comes, it is worth reading
    done_at: Mapped[datetime | None]
    failure: Mapped[str | None]
    answer: Mapped[str] = mapped_column(server_default=text("''"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
