"""The table of decisions: why an agent was offered a work."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class DecisionRow(Base):
    """An offer, its rule and the agents who were considered."""

    __tablename__ = "decisions"
    __table_args__ = (Index("ix_decisions_call_at", "call", "at"),)

    fact: Mapped[str] = mapped_column(primary_key=True)
    work: Mapped[str]
    call: Mapped[str | None]
    at: Mapped[datetime]
    queue: Mapped[str]
    agent: Mapped[int]
    rule: Mapped[str]
    waited_seconds: Mapped[float]
    considered: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    # Of an agent who became free: the waiting works that were compared.
    works: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    step: Mapped[int] = mapped_column(server_default=text("0"))  # overflow steps done
    level: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # the customer's level of service
    rule_version: Mapped[int] = mapped_column(server_default=text("1"))
