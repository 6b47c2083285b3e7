"""Decisions stored: why each offer went to its agent."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from acd.decision import RULE_VERSION, Considered, ConsideredWork, Decision, Rule, Verdict
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
    works: tuple[ConsideredWork, ...] = ()
    step: int = 0
    version: int = RULE_VERSION
    level: Mapping[str, Any] | None = None  # the customer's


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
            tuple(considered_work(one) for one in row.works),
            row.step,
            row.rule_version,
            row.level,
        )
        for row in found
    ]


def remove_decisions(session: Session, calls: Collection[CallId]) -> None:
    """Remove the decisions about some calls."""
    session.execute(delete(DecisionRow).where(DecisionRow.call.in_(calls)))


def considered(said: dict[str, Any]) -> Considered:
    """Read one agent of a decision from JSON."""
    return Considered(
        AgentId(int(said["agent"])),
        float(said["idle_seconds"]),
        Verdict(said["verdict"]),
        {str(name): float(value) for name, value in said.get("scores", {}).items()},
        str(said.get("lacks", "")),
    )


def considered_work(said: dict[str, Any]) -> ConsideredWork:
    """Read one work of a decision from JSON."""
    return ConsideredWork(
        WorkId(said["work"]),
        QueueKey(said["queue"]),
        float(said["points"]),
        float(said["weighted_seconds"]),
    )


def decision_as_json(decision: Decision) -> dict[str, Any]:
    """Write a decision as JSON, for the way to the database."""
    said: dict[str, Any] = {
        "work": decision.work,
        "queue": decision.queue,
        "agent": decision.agent,
        "rule": decision.rule.value,
        "waited_seconds": decision.waited_seconds,
        "considered": [as_json(one) for one in decision.considered],
        "works": [work_as_json(one) for one in decision.works],
        "step": decision.step,
        "version": decision.version,
    }
    return said if decision.level is None else said | {"level": dict(decision.level)}


def as_json(one: Considered) -> dict[str, Any]:
    """Write one agent of a decision as JSON."""
    said = {"agent": one.agent, "idle_seconds": one.idle_seconds, "verdict": one.verdict.value}
    more = {"scores": dict(one.scores), "lacks": one.lacks}
    return said | {name: value for name, value in more.items() if value}


def work_as_json(one: ConsideredWork) -> dict[str, Any]:
    """Write one work of a decision as JSON."""
    return {
        "work": clean(one.work),
        "queue": clean(one.queue),
        "points": one.points,
        "weighted_seconds": one.weighted_seconds,
    }


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
        "considered": [as_json(other) for other in one.considered],
        "works": [work_as_json(other) for other in one.works],
        "step": one.step,
        "rule_version": one.version,
        "level": None if one.level is None else dict(one.level),
    }
