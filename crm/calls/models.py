"""The tables of calls: what happened, line by line, and the record folded from it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base


class CallEventRow(Base):
    """A line of a call's timeline. The call need not be known yet: facts come in any order."""

    __tablename__ = "call_events"
    __table_args__ = (Index("ix_call_events_call_at", "call", "at"),)

    fact: Mapped[str] = mapped_column(primary_key=True)
    call: Mapped[str]
    at: Mapped[datetime]
    kind: Mapped[str]
    detail: Mapped[dict[str, Any]]
    inferred: Mapped[bool]


def _newest_first(*columns: str, name: str) -> Index:
    return Index(f"ix_calls_{name}", *columns, text("started_at DESC"), text("id DESC"))


class CallRow(Base):
    """A call's record: a fold of its timeline, written anew whenever that grows."""

    __tablename__ = "calls"
    __table_args__ = (
        _newest_first(name="newest"),
        _newest_first("caller", name="caller"),
        _newest_first("customer", name="customer"),
        _newest_first("agent", name="agent"),
        _newest_first("queue", name="queue"),
        _newest_first("result", name="result"),
        # Also the agents who had the call before the last one see it among their calls.
        Index("ix_calls_agents", "agents", postgresql_using="gin"),
        Index("ix_calls_open", "started_at", postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    direction: Mapped[str]
    via: Mapped[str]
    caller: Mapped[str]
    called: Mapped[str]
    customer: Mapped[int | None]
    started_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    queue: Mapped[str | None]
    agent: Mapped[int | None]
    result: Mapped[str]
    ended_by: Mapped[str | None]
    cause: Mapped[int | None]
    ivr_seconds: Mapped[float]
    wait_seconds: Mapped[float]
    talk_seconds: Mapped[float]
    hold_seconds: Mapped[float]
    outcome: Mapped[str | None]
    recording: Mapped[str | None]
    recording_failed: Mapped[str | None]
    inferred: Mapped[bool]
    agents: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
