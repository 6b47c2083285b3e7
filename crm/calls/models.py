"""The tables of calls: the timeline of each call, and the record folded from it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class CallEventRow(Base):
    """A line of a call's timeline. Facts come in any order: it may arrive before the first one."""

    __tablename__ = "call_events"
    __table_args__ = (
        Index("ix_call_events_call_at", "call", "at"),
        # Statistics count transfers by time.
        Index("ix_call_events_transfers", "at", postgresql_where=text("kind = 'transfer'")),
        # The picture of a flow shows how many callers came to each step.
        Index(
            "ix_call_events_steps",
            text("(detail ->> 'flow')"),
            "at",
            postgresql_where=text("kind = 'step'"),
        ),
    )

    fact: Mapped[str] = mapped_column(primary_key=True)
    call: Mapped[str]
    at: Mapped[datetime]
    kind: Mapped[str]
    detail: Mapped[dict[str, Any]]
    inferred: Mapped[bool]


def _newest_first(*columns: str, name: str) -> Index:
    return Index(f"ix_calls_{name}", *columns, text("started_at DESC"), text("id DESC"))


TO_FINISH = (
    "outcome IS NULL AND direction <> 'internal'"
    " AND answered_at IS NOT NULL AND ended_at IS NOT NULL"
)
"""An agent had the customer, the call is over, and no disposition was given."""


LOST = (
    "direction = 'in' AND answered_at IS NULL AND customer_number <> ''"
    " AND (result IN ('abandoned', 'left', 'failed', 'callback failed')"
    " OR (result = 'refused' AND queue IS NOT NULL))"
)
"""A caller with a number reached no agent. A caller refused by the routes never came to a queue."""


BAD_SOUND = "mos < 3.5"
"""One direction of one leg sounded poor or bad, over the whole leg; `WARN_MOS`."""


class CallRow(Base):
    """A call's record: a fold of its timeline, written again whenever the timeline grows."""

    __tablename__ = "calls"
    __table_args__ = (
        _newest_first(name="newest"),
        _newest_first("caller", name="caller"),
        _newest_first("customer", name="customer"),
        _newest_first("customer_number", name="customer_number"),
        _newest_first("own_number", name="own_number"),
        _newest_first("queue", name="queue"),
        _newest_first("result", name="result"),
        _newest_first("direction", name="direction"),
        Index("ix_calls_waited", text("wait_seconds DESC"), text("id DESC")),
        Index("ix_calls_talked", text("talk_seconds DESC"), text("id DESC")),
        # All agents of a call see it among their calls, not only the last one.
        Index("ix_calls_agents", "agents", postgresql_using="gin"),
        Index("ix_calls_grams", "grams", postgresql_using="gin"),
        Index("ix_calls_open", "started_at", postgresql_where=text("ended_at IS NULL")),
        Index("ix_calls_lost", "started_at", postgresql_where=text(LOST)),
        Index(
            "ix_calls_bad_sound",
            text("started_at DESC"),
            text("id DESC"),
            postgresql_where=text(BAD_SOUND),
        ),
        Index(
            "ix_calls_to_finish",
            "agent",
            "started_at",
            postgresql_where=text(TO_FINISH),
        ),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    direction: Mapped[str]
    via: Mapped[str]
    caller: Mapped[str]
    called: Mapped[str]
    customer_number: Mapped[str]
    own_number: Mapped[str]
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
    mos: Mapped[float | None]
    agents: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    # Pieces of both numbers (see `crm.sql.grams`), for a search by part of a number.
    grams: Mapped[list[str]] = mapped_column(ARRAY(Text), deferred=True, deferred_raiseload=True)


class CallLegRow(Base):
    """A leg of a call: one channel, with its own times, numbers and seconds of talk."""

    __tablename__ = "call_legs"
    __table_args__ = (
        Index("ix_call_legs_agent_newest", "agent", text("began_at DESC"), text("leg DESC")),
        Index(
            "ix_call_legs_trunk",
            "trunk",
            text("began_at DESC"),
            postgresql_where=text("trunk <> ''"),
        ),
    )

    # An agent's leg may go from one call to the next: each has a row of its own.
    call: Mapped[str] = mapped_column(primary_key=True)
    leg: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    agent: Mapped[int | None]
    phone: Mapped[str]
    node: Mapped[str]
    trunk: Mapped[str]
    caller_number: Mapped[str]
    called_number: Mapped[str]
    began_at: Mapped[datetime]
    rang_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    cause: Mapped[int | None]
    reason: Mapped[str]
    talk_seconds: Mapped[float]
    hold_seconds: Mapped[float]
    inferred: Mapped[bool]
    codec: Mapped[str]
    received_loss: Mapped[float | None]
    received_jitter_ms: Mapped[float | None]
    received_mos: Mapped[float | None]
    received_worst_mos: Mapped[float | None]
    sent_loss: Mapped[float | None]
    sent_jitter_ms: Mapped[float | None]
    sent_mos: Mapped[float | None]
    sent_worst_mos: Mapped[float | None]
    round_trip_ms: Mapped[float | None]


class CallAgentRow(Base):
    """A call of an agent who talked in it or made it, for lists of an agent's newest calls.

    With the array of agents alone, the newest calls of an agent who left long ago are found only by
    reading all later calls.
    """

    __tablename__ = "call_agents"
    __table_args__ = (Index("ix_call_agents_newest", "agent", text("at DESC"), text("call DESC")),)

    call: Mapped[str] = mapped_column(primary_key=True)
    agent: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]  # when the call started
