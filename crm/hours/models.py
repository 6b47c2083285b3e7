"""The table of time groups."""

from datetime import datetime
from typing import Any

from sqlalchemy import Identity, func, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class TimeGroupRow(Base):
    """A time group. `hours` are weekly hours and own days: see `crm.hours.settings`."""

    __tablename__ = "time_groups"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    zone: Mapped[str]
    country: Mapped[str] = mapped_column(server_default=text("''"))
    subdivision: Mapped[str] = mapped_column(server_default=text("''"))
    hours: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
