"""Facts as lines of the journal, and the lines as the database keeps them.

The last three raise KeyError, ValueError or TypeError for a line that is none.
"""

from datetime import UTC, datetime
from typing import Any

from acd.agent import AgentEvent, AgentState, Phone
from acd.decision import Decision, Rule
from acd.decisions.store import DecisionFact, considered, considered_work, decision_as_json
from acd.queue import AgentId, QueueKey
from acd.work import WorkId
from crm.calls.record import CallEvent, CallId, FactId, Kind
from cti.core.commands import Fact, NoteCall
from cti.engine.segments import Line


def line_of(fact: Fact, number: str, now: float) -> Line:
    """Write a fact as a line of the journal."""
    at = datetime.fromtimestamp(fact.at if fact.at is not None else now, UTC).isoformat()
    common: dict[str, Any] = {"fact": number, "at": at, "call": fact.call}
    if fact.inferred:
        common["inferred"] = True
    if isinstance(fact, NoteCall):
        return {**common, "call_kind": fact.kind.value, "detail": dict(fact.detail)}
    if isinstance(fact, Decision):
        return {**common, "decision": decision_as_json(fact)}
    return {
        **common,
        "agent": fact.agent,
        "state": fact.state.value,
        "reason": fact.reason,
        "cause": fact.cause,
        "phone": fact.phone.value,
        "detail": dict(fact.detail),
    }


def call_event(line: Line) -> CallEvent:
    """Read the fact of a call."""
    return CallEvent(
        FactId(line["fact"]),
        CallId(line["call"]),
        datetime.fromisoformat(line["at"]),
        Kind(line["call_kind"]),
        line["detail"],
        bool(line.get("inferred")),
    )


def decision_fact(line: Line) -> DecisionFact:
    """Read the choice of an agent for a call."""
    said = line["decision"]
    return DecisionFact(
        FactId(line["fact"]),
        WorkId(said["work"]),
        CallId(line["call"]) if line["call"] else None,
        datetime.fromisoformat(line["at"]),
        QueueKey(said["queue"]),
        AgentId(said["agent"]),
        Rule(said["rule"]),
        float(said["waited_seconds"]),
        tuple(considered(one) for one in said["considered"]),
        tuple(considered_work(one) for one in said.get("works", ())),
        int(said.get("step", 0)),
        int(said.get("version", 1)),
        said.get("level"),
    )


def agent_event(line: Line) -> AgentEvent:
    """Read a change of an agent's state."""
    return AgentEvent(
        FactId(line["fact"]),
        AgentId(line["agent"]),
        datetime.fromisoformat(line["at"]),
        AgentState(line["state"]),
        line["reason"],
        line["cause"],
        CallId(line["call"]) if line["call"] else None,
        Phone(line["phone"]),
        bool(line.get("inferred")),
        line.get("detail", {}),
    )
