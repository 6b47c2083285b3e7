"""The tables of alarms, and of who is told of them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class AlarmRow(Base):
    """An alarm; `until` is NULL while it is open."""

    __tablename__ = "alarms"
    __table_args__ = (
        CheckConstraint("level IN ('warning', 'critical')", name="level"),
        Index("uq_alarms_open", "kind", "key", unique=True, postgresql_where=text("until IS NULL")),
        Index("ix_alarms_newest", text("since DESC"), text("id DESC")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    level: Mapped[str]
    sentence: Mapped[str]
    values: Mapped[dict[str, Any]]
    url: Mapped[str]
    since: Mapped[datetime]
    last: Mapped[datetime]
    until: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class AlarmSettingsRow(Base):
    """Who is told of a kind of alarm; a kind without a row has its default."""

    __tablename__ = "alarm_settings"

    kind: Mapped[str] = mapped_column(primary_key=True)
    right: Mapped[str]
    notice: Mapped[bool]
    sound: Mapped[bool]
    mail_to: Mapped[list[str]] = mapped_column(ARRAY(Text))
    webhook: Mapped[bool]
