"""The table of custom destinations."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Identity, func, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class CustomDestinationRow(Base):
    """A system that is asked. Its secrets are encrypted, so this table alone cannot sign."""

    __tablename__ = "custom_destinations"
    __table_args__ = (CheckConstraint("seconds BETWEEN 1 AND 10", name="seconds"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    url: Mapped[str]
    secret: Mapped[str]
    old_secret: Mapped[str | None]
    old_secret_until: Mapped[datetime | None]
    seconds: Mapped[int] = mapped_column(server_default=text("3"))
    inside: Mapped[bool] = mapped_column(server_default=text("false"))
    fallback: Mapped[str] = mapped_column(server_default=text("''"))  # "": the call ends politely
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    # The last answer of a real call.
    last_at: Mapped[datetime | None]
    last_seconds: Mapped[float | None]
    last_to: Mapped[str] = mapped_column(server_default=text("''"))
    last_why: Mapped[str] = mapped_column(server_default=text("''"))
    last_status: Mapped[int] = mapped_column(server_default=text("0"))
