"""The tables of agents, queues, pause reasons and the agents' log."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class AgentRow(Base):
    """A user who takes calls, and their phone."""

    __tablename__ = "agents"
    __table_args__ = (
        CheckConstraint(
            "outbound IN ('none', 'internal', 'national', 'international')", name="outbound"
        ),
    )

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id"), primary_key=True, autoincrement=False
    )
    extension: Mapped[str] = mapped_column(unique=True)
    sip_secret: Mapped[str]
    enabled: Mapped[bool]
    # What the called party sees when this agent calls out; "" is the site's number.
    caller_number: Mapped[str] = mapped_column(server_default=text("''"))
    outbound: Mapped[str] = mapped_column(server_default=text("'internal'"))


class QueueRow(Base):
    """A queue's settings."""

    __tablename__ = "queues"
    __table_args__ = (
        CheckConstraint("ring_seconds > 0 AND wrapup_seconds >= 0", name="seconds"),
        CheckConstraint("max_misses >= 1", name="max_misses"),
        CheckConstraint("fallback BETWEEN 1 AND 32", name="fallback"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_zh: Mapped[str]
    ring_seconds: Mapped[float]
    wrapup_seconds: Mapped[float]
    max_misses: Mapped[int]
    priority: Mapped[int]
    record: Mapped[bool]
    music: Mapped[str]
    fallback: Mapped[int]
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))


class QueueMemberRow(Base):
    """An agent who takes a queue's calls."""

    __tablename__ = "queue_members"

    queue_id: Mapped[int] = mapped_column(
        ForeignKey("queues.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    agent_id: Mapped[int] = mapped_column(
        ForeignKey("agents.user_id"), primary_key=True, autoincrement=False, index=True
    )


class PauseReasonRow(Base):
    """A not-ready reason that agents can choose."""

    __tablename__ = "pause_reasons"

    key: Mapped[str] = mapped_column(primary_key=True)
    name_en: Mapped[str]
    name_zh: Mapped[str]
    position: Mapped[int]
    enabled: Mapped[bool]


class AgentEventRow(Base):
    """A line of an agent's log.

    `number` is the order of arrival: an agent may become ready and be offered a call at the same
    moment, and the clock may be set back.
    """

    __tablename__ = "agent_events"
    __table_args__ = (
        Index("ix_agent_events_agent_at", "agent", text("at DESC"), text("number DESC")),
        Index("ix_agent_events_agent_number", "agent", text("number DESC")),
    )

    fact: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Identity(always=True))
    agent: Mapped[int]
    at: Mapped[datetime]
    state: Mapped[str]
    reason: Mapped[str]
    cause: Mapped[str]
    call: Mapped[str | None]
    phone: Mapped[str | None]
    inferred: Mapped[bool]
    detail: Mapped[dict[str, Any]]
