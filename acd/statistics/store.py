"""The key figures of seats, folded from the agents' log and from calls."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from acd.agent import AgentState
from acd.statistics.calls.part import DIALLED, OFFERED, PartKind
from acd.statistics.calls.store import PartCount, TransferCount, count_parts, count_transfers
from acd.statistics.figures import SeatFigures

# A line of the log lasts until the next one of its agent, the last one until now. It is cut at the
# edges of the intervals; nearly all lines lie within one. Each agent's lines come from the index in
# their order: sorting a year of them would take longer than all the rest.
_TIMES = text("""
WITH spans AS (
  SELECT a.agent, one.* FROM unnest(CAST(:agents AS bigint[])) AS a(agent) CROSS JOIN LATERAL (
    SELECT state, reason, CASE WHEN :with_queue THEN coalesce(detail->>'queue', '') ELSE '' END
        AS queue, at AS began,
      lead(at, 1, CAST(:until AS timestamptz)) OVER (ORDER BY at, number) AS ended
    FROM agent_events e
    WHERE e.agent = a.agent AND e.at < :until AND e.at >= coalesce(
      (SELECT max(b.at) FROM agent_events b WHERE b.agent = a.agent AND b.at < :since), :since)
  ) one
), placed AS (
  SELECT agent, state, reason, queue, greatest(began, :since) AS began, ended,
    width_bucket(greatest(began, :since), CAST(:edges AS timestamptz[])) AS first_place,
    width_bucket(ended - interval '1 microsecond', CAST(:edges AS timestamptz[])) AS last_place
  FROM spans
  WHERE ended > greatest(began, :since) AND state <> 'signed out'
    AND (:queue = '' OR queue = :queue) AND (NOT :by_queue OR queue <> '')
), pieces AS (
  SELECT agent, state, reason, queue, first_place AS place, began, ended
  FROM placed WHERE first_place = last_place
  UNION ALL
  SELECT agent, state, reason, queue, place,
    greatest(began, (CAST(:edges AS timestamptz[]))[place]),
    least(ended, (CAST(:edges AS timestamptz[]))[place + 1])
  FROM placed CROSS JOIN LATERAL generate_series(first_place, last_place) AS place
  WHERE first_place < last_place
)
SELECT CASE WHEN :by_queue THEN NULL ELSE agent END AS agent, queue, place, state, reason,
  date_part('epoch', sum(ended - began)) AS seconds, min(began) AS began, max(ended) AS ended
FROM (SELECT agent, state, reason, CASE WHEN :by_queue THEN queue ELSE '' END AS queue,
  place, began, ended FROM pieces) told
GROUP BY 1, 2, 3, 4, 5
""")


@dataclass(frozen=True, slots=True)
class SeatQuestion:
    """Which figures are wanted: of which agents, in which intervals, and by queue or by agent."""

    agents: Sequence[int]
    edges: Sequence[datetime]  # UTC, ascending
    now: datetime
    by_queue: bool = False
    queue: str = ""  # only this one's calls, and the times that belong to it
    unpaid: frozenset[str] = field(default_factory=frozenset[str])  # reasons


Key = tuple[int | str, int]
"""An agent's id or a queue's key, and the place of the interval from 0."""


@dataclass(frozen=True, slots=True)
class _Time:
    key: Key
    state: AgentState
    reason: str
    seconds: float
    began: datetime
    ended: datetime


def seat_figures(session: Session, asked: SeatQuestion) -> dict[Key, SeatFigures]:
    """Fold the figures; what an agent did not do has no entry.

    Nothing is counted after `now`. By queue there are only the times that belong to one: ringing,
    calls and wrap-up.
    """
    times = _times(session, asked)
    place = {"by_queue": asked.by_queue, "queue": asked.queue}
    counted = count_parts(session, asked.agents, asked.edges, **place)  # type: ignore[arg-type]
    handed = count_transfers(session, asked.agents, asked.edges, **place)  # type: ignore[arg-type]
    found: dict[Key, SeatFigures] = dict(_with_times(times, asked))
    _add_parts(found, counted)
    for one in handed:
        key = _key(one)
        known = found.get(key, SeatFigures())
        found[key] = replace(known, transferred=one.transferred, consulted=one.consulted)
    return {key: one for key, one in found.items() if not (asked.by_queue and key[0] == "")}


def _times(session: Session, asked: SeatQuestion) -> list[_Time]:
    until = min(asked.edges[-1], asked.now)
    if until <= asked.edges[0]:
        return []
    found = session.execute(
        _TIMES,
        {
            "agents": list(asked.agents),
            "edges": list(asked.edges),
            "since": asked.edges[0],
            "until": until,
            "by_queue": asked.by_queue,
            "queue": asked.queue,
            "with_queue": asked.by_queue or bool(asked.queue),
        },
    )
    return [
        _Time(
            (one.queue if asked.by_queue else one.agent, one.place - 1),
            AgentState(one.state),
            one.reason,
            one.seconds,
            one.began,
            one.ended,
        )
        for one in found
    ]


def _with_times(times: Iterable[_Time], asked: SeatQuestion) -> Iterable[tuple[Key, SeatFigures]]:
    by_key: Mapping[Key, list[_Time]] = defaultdict(list)
    for one in times:
        by_key[one.key].append(one)
    for key, its in by_key.items():
        seconds = dict.fromkeys(AgentState, 0.0)
        paused: dict[str, float] = defaultdict(float)
        for one in its:
            seconds[one.state] += one.seconds
            if one.state is AgentState.PAUSED:
                paused[one.reason] += one.seconds
        ended = max(one.ended for one in its)
        yield (
            key,
            SeatFigures(
                ready=seconds[AgentState.READY],
                ringing=seconds[AgentState.OFFERED],
                on_call=seconds[AgentState.TALKING],
                wrap_up=seconds[AgentState.WRAP_UP],
                paused=dict(paused),
                unpaid=sum(paused[reason] for reason in asked.unpaid & paused.keys()),
                first_in=min(one.began for one in its),
                last_out=ended if ended < asked.now else None,
            ),
        )


def _add_parts(found: dict[Key, SeatFigures], counted: Iterable[PartCount]) -> None:
    for one in counted:
        key = _key(one)
        known = found.get(key, SeatFigures())
        more = replace(
            known,
            handled=known.handled + one.handled,
            talk=known.talk + one.talk_seconds,
            hold=known.hold + one.hold_seconds,
            longest=max(known.longest, one.longest_seconds),
        )
        if one.kind in OFFERED:
            more = replace(more, offered=known.offered + one.count)
        if one.kind in DIALLED:
            more = replace(more, dialled=known.dialled + one.count)
        found[key] = _with_kind(more, one)


_COUNTED: Mapping[PartKind, str] = {
    PartKind.ANSWERED: "answered",
    PartKind.MISSED: "missed",
    PartKind.DECLINED: "declined",
    PartKind.WITHDRAWN: "withdrawn",
    PartKind.REACHED: "reached",
    PartKind.INTERNAL: "internal",
}


def _with_kind(known: SeatFigures, one: PartCount) -> SeatFigures:
    name = _COUNTED.get(one.kind)
    if name is None:
        return known
    counted: dict[str, Any] = {name: getattr(known, name) + one.count}
    return replace(known, **counted)


def _key(one: PartCount | TransferCount) -> Key:
    return (one.queue if one.agent is None else one.agent), one.place
