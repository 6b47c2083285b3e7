"""The real calls through a flow: counted by step and way, and read one by one."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Executable, select, text, tuple_
from sqlalchemy.orm import Session

from crm.calls.models import CallEventRow
from crm.calls.record import CallEvent, CallId, FactId, Kind
from crm.kernel.errors import InvalidError
from ivr.flow import Flow, FlowId, read_flow
from ivr.models import FlowRow, FlowVersionRow
from ivr.simulation.traffic.passage import KINDS, Passage, read_passage, ways_between
from ivr.simulation.ways import FlowWay
from ivr.step import ERROR, StepId

BATCH = 500
_STEPS = """
WITH passed AS (
    SELECT call, at, (detail ->> 'node') AS node,
        lead(detail ->> 'node') OVER turn AS later,
        lead(at) OVER turn AS later_at
    FROM call_events
    WHERE kind = 'step' AND (detail ->> 'flow') = :flow AND at >= :since AND at < :until
        AND (detail ->> 'version') = :version
    WINDOW turn AS (PARTITION BY call ORDER BY at, substring(fact FROM '[0-9]+$')::bigint)
)
"""
_PAIRS = text(
    _STEPS  # noqa: S608 - constants
    + """
SELECT node, later, count(*),
    count(*) FILTER (WHERE later IS NULL AND call IN (
        SELECT id FROM calls
        WHERE result = 'left' AND started_at >= :began AND started_at < :until
    ))
FROM passed GROUP BY node, later
"""
)
_KEYS = text(
    _STEPS  # noqa: S608 - constants
    + """
SELECT node, later, coalesce(key.digit, ''), count(*)
FROM passed LEFT JOIN LATERAL (
    SELECT pressed.detail ->> 'digit' AS digit FROM call_events pressed
    WHERE pressed.call = passed.call AND pressed.at = passed.later_at
        AND pressed.kind = 'digit' AND (pressed.detail ->> 'node') = passed.node
    LIMIT 1
) key ON true
WHERE node = ANY(:nodes) AND later = ANY(:laters)
GROUP BY 1, 2, 3
"""
)
_VERSIONS = text(
    """
SELECT DISTINCT (detail ->> 'version')::int FROM call_events
WHERE kind = 'step' AND (detail ->> 'flow') = :flow AND at >= :since AND at < :until
    AND (detail ->> 'version') IS NOT NULL
"""
)
_CALLS = text(
    """
SELECT call FROM call_events
WHERE kind = 'step' AND (detail ->> 'flow') = :flow AND at >= :since AND at < :until
GROUP BY call ORDER BY min(at) DESC LIMIT :most
"""
)


@dataclass(frozen=True, slots=True)
class StepHeat:
    """How often a step was entered, and how many callers hung up there."""

    step: StepId
    entered: int
    gave_up: int


@dataclass(frozen=True, slots=True)
class Heat:
    """The calls through a version of a flow, by step and by way."""

    version: int
    calls: int
    steps: tuple[StepHeat, ...]
    ways: tuple[tuple[FlowWay, int], ...]


def versions_used(session: Session, flow: int, since: datetime, until: datetime) -> list[int]:
    """Give the versions on which calls were in a period, the newest first."""
    times = {"flow": str(flow), "since": since, "until": until}
    return sorted(session.scalars(_VERSIONS, times), reverse=True)


def heat(session: Session, flow: Flow, since: datetime, until: datetime) -> Heat:
    """Count the calls through a version in a period."""
    values: dict[str, Any] = {
        "flow": str(flow.id),
        "version": str(flow.version),
        "since": since,
        "until": until,
        "began": since,
    }
    entered: dict[StepId, int] = {}
    gave_up: dict[StepId, int] = {}
    calls, pairs = 0, {}
    for node, later, count, left in session.execute(_PAIRS, values):
        step = StepId(node)
        entered[step] = entered.get(step, 0) + count
        if later is None:
            calls += count
            if _stays(flow, step):
                gave_up[step] = left
        else:
            pairs[step, StepId(later)] = count
    steps = (StepHeat(step, count, gave_up.get(step, 0)) for step, count in entered.items())
    ways = _ways(session, flow, pairs, values)
    return Heat(flow.version, calls, tuple(steps), tuple(ways.items()))


def _stays(flow: Flow, step: StepId) -> bool:
    """Whether calls that ended after this step ended in it: the step has ways on in the flow."""
    found = flow.steps.get(step)
    return found is not None and bool(found.outputs.keys() - {ERROR})


def _ways(
    session: Session,
    flow: Flow,
    pairs: Mapping[tuple[StepId, StepId], int],
    values: Mapping[str, Any],
) -> dict[FlowWay, int]:
    """Count ways; where several lead to the same step, the key that was pressed decides."""
    found: dict[FlowWay, int] = {}
    unclear: set[tuple[StepId, StepId]] = set()
    for (step, later), count in pairs.items():
        there = flow.steps.get(step)
        outputs = there.outputs.values() if there is not None else ()
        if list(outputs).count(later) == 1:
            _add(found, ways_between(flow, step, later), count)
        elif there is not None:
            unclear.add((step, later))
    if unclear:
        nodes, laters = (sorted({one[at] for one in unclear}) for at in (0, 1))
        keys = session.execute(_KEYS, {**values, "nodes": nodes, "laters": laters})
        for step, later, digit, count in keys:
            if (step, later) in unclear:
                _add(found, ways_between(flow, step, later, digit), count)
    return found


def _add(found: dict[FlowWay, int], ways: list[FlowWay], count: int) -> None:
    for way in ways:
        found[way] = found.get(way, 0) + count


# ---- single calls


def calls_through(
    session: Session, flow: int, since: datetime, until: datetime, most: int
) -> list[CallId]:
    """Give the newest calls that came to a flow in a period."""
    times = {"flow": str(flow), "since": since, "until": until, "most": most}
    return [CallId(call) for call in session.scalars(_CALLS, times)]


def passages(session: Session, flow: int, calls: list[CallId]) -> Iterator[Passage]:
    """Read the passages of calls through a flow, in their order, some hundred at a time."""
    left = iter(calls)
    while some := list(islice(left, BATCH)):
        facts: dict[str, list[CallEvent]] = {}
        for row in session.execute(_facts_of(some)):
            kind, detail = Kind(row.kind), row.detail
            fact = CallEvent(FactId(row.fact), CallId(row.call), row.at, kind, detail)
            facts.setdefault(row.call, []).append(fact)
        for call in some:
            if (found := read_passage(facts.get(call, ()), flow)) is not None:
                yield found


def _facts_of(calls: Collection[CallId]) -> Executable:
    row = CallEventRow
    return select(row.fact, row.call, row.at, row.kind, row.detail).where(
        row.call.in_(calls), row.kind.in_([kind.value for kind in KINDS])
    )


def flow_versions(
    session: Session, keys: Collection[tuple[FlowId, int]]
) -> dict[tuple[FlowId, int], Flow]:
    """Read versions of flows; one that can no longer be read is left out."""
    if not keys:
        return {}
    query = (
        select(FlowVersionRow, FlowRow.name)
        .join(FlowRow, FlowRow.id == FlowVersionRow.flow_id)
        .where(tuple_(FlowVersionRow.flow_id, FlowVersionRow.version).in_(list(keys)))
    )
    found = {}
    for row, name in session.execute(query):
        try:
            flow = read_flow(row.flow_id, row.version, name, row.document)
        except InvalidError:
            continue
        found[flow.key] = flow
    return found
