"""The table of mails. When a mail is due and who sends it is in the job queue."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class MailRow(Base):
    """A mail to one person, written in the transaction of its cause."""

    __tablename__ = "mails"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'sent', 'dead')", name="state"),
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
    # Encrypted for the web alone, such as a password link; emptied when the mail is sent.
    sealed: Mapped[str] = mapped_column(server_default=text("''"))
    state: Mapped[str] = mapped_column(server_default=text("'waiting'"))
    good_until: Mapped[datetime | None]  # null: it is worth reading however late it arrives
    done_at: Mapped[datetime | None]
    failure: Mapped[str | None]
    answer: Mapped[str] = mapped_column(server_default=text("''"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
