"""Decisions stored: why each offer went to its agent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from acd.decision import Considered, Rule, Verdict
from acd.decisions.models import DecisionRow
from acd.queue import AgentId, QueueKey
from acd.work import WorkId
from crm.calls.record import CallId, FactId
from crm.kernel.text import clean
from crm.sql.db import insert_rows, whole_table


@dataclass(frozen=True, slots=True)
class DecisionFact:
    """A decision as it is stored. `at` is aware UTC."""

    fact: FactId
    work: WorkId
    call: CallId | None
    at: datetime
    queue: QueueKey
    agent: AgentId
    rule: Rule
    waited_seconds: float
    considered: tuple[Considered, ...]  # the chosen agent first


_DECISIONS = whole_table(DecisionRow)
_COLUMNS = tuple(column.name for column in _DECISIONS.columns)
_NEW = insert_rows(_DECISIONS, _COLUMNS).on_conflict_do_nothing(index_elements=[_DECISIONS.c.fact])
_OF_CALL = (
    select(*(_DECISIONS.c[name] for name in _COLUMNS))
    .where(_DECISIONS.c.call == bindparam("call"))
    .order_by(_DECISIONS.c.at, _DECISIONS.c.fact)
)


def keep_decisions(session: Session, decisions: Sequence[DecisionFact]) -> None:
    """Store decisions, each once, however often they arrive."""
    if decisions:
        session.execute(_NEW, {"rows": [_row(one) for one in decisions]})


def decisions_of(session: Session, call: str) -> list[DecisionFact]:
    """Give the decisions about a call, the oldest first."""
    found = session.execute(_OF_CALL, {"call": clean(call)})
    return [
        DecisionFact(
            FactId(row.fact),
            WorkId(row.work),
            CallId(row.call) if row.call else None,
            row.at,
            QueueKey(row.queue),
            AgentId(row.agent),
            Rule(row.rule),
            row.waited_seconds,
            tuple(considered(one) for one in row.considered),
        )
        for row in found
    ]


def remove_decisions(session: Session, calls: Collection[CallId]) -> None:
    """Remove the decisions about some calls."""
    session.execute(delete(DecisionRow).where(DecisionRow.call.in_(calls)))


def considered(said: dict[str, Any]) -> Considered:
    """Read one agent of a decision from JSON."""
    return Considered(
        AgentId(int(said["agent"])), float(said["idle_seconds"]), Verdict(said["verdict"])
    )


def _row(one: DecisionFact) -> dict[str, object]:
    return {
        "fact": clean(one.fact),
        "work": clean(one.work),
        "call": None if one.call is None else clean(one.call),
        "at": one.at.isoformat(),
        "queue": clean(one.queue),
        "agent": one.agent,
        "rule": one.rule.value,
        "waited_seconds": one.waited_seconds,
        "considered": [
            {"agent": other.agent, "idle_seconds": other.idle_seconds, "verdict": other.verdict}
            for other in one.considered
        ],
    }
