"""The real calls through a flow: counted by step and way, and read one by one."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
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
# Where more than one way leads from a step to the next, the key decides that was pressed then.
_PATHS = text(
    """
WITH passed AS (
    SELECT call, at, (detail ->> 'node') AS node, substring(fact FROM '[0-9]+$')::bigint AS number,
        lead(detail ->> 'node') OVER turn AS later,
        lead(at) OVER turn AS later_at
    FROM call_events
    WHERE kind = 'step' AND (detail ->> 'flow') = :flow AND at >= :since AND at < :until
        AND (detail ->> 'version') = :version
    WINDOW turn AS (PARTITION BY call ORDER BY at, substring(fact FROM '[0-9]+$')::bigint)
), paths AS (
    SELECT call, array_agg(node ORDER BY at, number) AS nodes,
        array_agg(CASE WHEN later IS NULL OR (node, later) IN (
            SELECT * FROM unnest(CAST(:clear AS text[]), CAST(:clear_to AS text[]))
        ) THEN '' ELSE coalesce((
            SELECT max(pressed.detail ->> 'digit') FROM call_events pressed
            WHERE pressed.call = passed.call AND pressed.at = passed.later_at
                AND pressed.kind = 'digit' AND (pressed.detail ->> 'node') = passed.node
        ), '') END ORDER BY at, number) AS keys
    FROM passed GROUP BY call
)
SELECT nodes, keys, count(*), count(*) FILTER (WHERE calls.result = 'left')
FROM paths JOIN calls ON calls.id = paths.call
    AND calls.started_at >= :since AND calls.started_at < :until
GROUP BY nodes, keys
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
    """The calls through a version of a flow, by step and by way; a way counts a call once."""

    version: int
    calls: int
    steps: tuple[StepHeat, ...]
    ways: tuple[tuple[FlowWay, int], ...]


def versions_used(session: Session, flow: int, since: datetime, until: datetime) -> list[int]:
    """Give the versions on which calls were in a period, the newest first."""
    times = {"flow": str(flow), "since": since, "until": until}
    return sorted(session.scalars(_VERSIONS, times), reverse=True)


def heat(session: Session, flow: Flow, since: datetime, until: datetime) -> Heat:
    """Count the calls that began in a period and came through a version in it."""
    clear = [
        (step, target)
        for step, there in flow.steps.items()
        for target, ways in Counter(there.outputs.values()).items()
        if ways == 1
    ]
    values: dict[str, Any] = {
        "flow": str(flow.id),
        "version": str(flow.version),
        "since": since,
        "until": until,
        "clear": [step for step, _ in clear],
        "clear_to": [target for _, target in clear],
    }
    calls = 0
    entered, gave_up = Counter[StepId](), Counter[StepId]()
    ways = Counter[FlowWay]()
    between = cache(partial(ways_between, flow))
    for nodes, keys, count, left in session.execute(_PATHS, values):
        calls += count
        for step in nodes:
            entered[step] += count
        taken = zip(nodes, nodes[1:], keys, strict=False)
        for way in {way for one in taken for way in between(*one)}:
            ways[way] += count
        if _stays(flow, nodes[-1]):
            gave_up[nodes[-1]] += left
    steps = (StepHeat(step, count, gave_up[step]) for step, count in entered.items())
    return Heat(flow.version, calls, tuple(steps), tuple(ways.items()))


def _stays(flow: Flow, step: StepId) -> bool:
    """Whether calls that ended after this step ended in it: the step has ways on in the flow."""
    found = flow.steps.get(step)
    return found is not None and bool(found.outputs.keys() - {ERROR})


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
