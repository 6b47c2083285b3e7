"""Agents' parts in calls, read from the legs: counted by interval, and listed one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from acd.statistics.calls.part import CallPart, PartFilter, PartKind
from crm.sql.page import Page, cursor_after, read_cursor, rows

# Who dialed has the first of the agents' legs in a call of ours; the others were offered it.
_KIND = """
CASE
  WHEN c.direction = 'internal' THEN 'internal'
  WHEN c.direction = 'out' AND NOT EXISTS (
    SELECT FROM call_legs o WHERE o.call = l.call AND o.role = 'agent'
    AND (o.began_at, o.leg) < (l.began_at, l.leg)
  ) THEN CASE WHEN l.talk_seconds + l.hold_seconds > 0 THEN 'reached' ELSE 'unreached' END
  WHEN l.answered_at IS NOT NULL THEN 'answered'
  WHEN l.ended_at IS NULL THEN 'ringing'
  WHEN l.reason = 'declined' THEN 'declined'
  WHEN l.reason IN ('no answer', 'no_answer', 'unreachable') THEN 'missed'
  ELSE 'withdrawn'
END
"""
_PARTS = f"""
SELECT l.call, l.leg, l.agent, l.began_at, {_KIND} AS kind, c.direction, c.customer_number,
  coalesce(c.queue, '') AS queue, l.rang_at, l.answered_at, l.ended_at,
  l.talk_seconds, l.hold_seconds
FROM call_legs l JOIN calls c ON c.id = l.call
WHERE l.agent = ANY(:agents) AND l.role = 'agent'
  AND l.began_at >= :since AND l.began_at < :until
"""  # noqa: S608 - no part of it comes from outside
_HANDLED = "answered_at IS NOT NULL AND talk_seconds + hold_seconds > 0"
_COUNTED = text(f"""
SELECT CASE WHEN :by_queue THEN NULL ELSE agent END AS agent,
  CASE WHEN :by_queue THEN queue ELSE '' END AS queue,
  width_bucket(began_at, CAST(:edges AS timestamptz[])) AS place, kind,
  count(*) AS calls, count(*) FILTER (WHERE {_HANDLED}) AS handled,
  coalesce(sum(talk_seconds) FILTER (WHERE {_HANDLED}), 0) AS talk,
  coalesce(sum(hold_seconds) FILTER (WHERE {_HANDLED}), 0) AS hold,
  coalesce(max(talk_seconds + hold_seconds) FILTER (WHERE {_HANDLED}), 0) AS longest
FROM ({_PARTS}) parts
WHERE (:queue = '' OR queue = :queue)
GROUP BY 1, 2, 3, 4
""")  # noqa: S608
_LISTED = f"""
SELECT * FROM ({_PARTS}) parts
WHERE (:queue = '' OR queue = :queue)
  AND (CAST(:kinds AS text[]) = '{{}}' OR kind = ANY(:kinds))
  AND (NOT :handled OR ({_HANDLED}))
"""  # noqa: S608
_NEWEST = text(f"""{_LISTED}
  AND (CAST(:at AS timestamptz) IS NULL OR (began_at, leg) < (:at, :leg))
ORDER BY began_at DESC, leg DESC LIMIT :most
""")
_OLDEST = text(f"""{_LISTED}
  AND (CAST(:at AS timestamptz) IS NULL OR (began_at, leg) > (:at, :leg))
ORDER BY began_at, leg LIMIT :most
""")
_HOW_MANY = text(f"""
SELECT count(*) FROM (
  SELECT FROM ({_PARTS}) parts
  WHERE (:queue = '' OR queue = :queue)
    AND (CAST(:kinds AS text[]) = '{{}}' OR kind = ANY(:kinds))
    AND (NOT :handled OR ({_HANDLED}))
  LIMIT :most
) found
""")  # noqa: S608
_TRANSFERS = text("""
SELECT CASE WHEN :by_queue THEN NULL ELSE CAST(e.detail->>'agent' AS bigint) END AS agent,
  CASE WHEN :by_queue THEN coalesce(c.queue, '') ELSE '' END AS queue,
  width_bucket(e.at, CAST(:edges AS timestamptz[])) AS place,
  count(*) FILTER (WHERE e.detail->>'state' = 'completed') AS transferred,
  count(*) FILTER (WHERE e.detail->>'state' = 'consulting') AS consulted
FROM call_events e JOIN calls c ON c.id = e.call
WHERE e.kind = 'transfer' AND e.at >= :since AND e.at < :until
  AND CAST(e.detail->>'agent' AS bigint) = ANY(:agents)
  AND (:queue = '' OR c.queue = :queue)
GROUP BY 1, 2, 3
""")
COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class PartCount:
    """How many parts of one kind an agent or a queue had in an interval."""

    agent: int | None
    queue: str
    place: int  # of the interval, from 0
    kind: PartKind
    count: int
    handled: int
    talk_seconds: float
    hold_seconds: float
    longest_seconds: float


@dataclass(frozen=True, slots=True)
class TransferCount:
    """How many calls an agent or a queue handed over, and asked a colleague about."""

    agent: int | None
    queue: str
    place: int
    transferred: int
    consulted: int


def count_parts(
    session: Session,
    agents: Sequence[int],
    edges: Sequence[datetime],
    *,
    by_queue: bool = False,
    queue: str = "",
) -> list[PartCount]:
    """Count the agents' parts in calls by interval; only those that began in one of them."""
    found = session.execute(_COUNTED, _asked(agents, edges, by_queue=by_queue, queue=queue))
    return [
        PartCount(
            one.agent,
            one.queue,
            one.place - 1,
            PartKind(one.kind),
            one.calls,
            one.handled,
            one.talk,
            one.hold,
            one.longest,
        )
        for one in found
    ]


def count_transfers(
    session: Session,
    agents: Sequence[int],
    edges: Sequence[datetime],
    *,
    by_queue: bool = False,
    queue: str = "",
) -> list[TransferCount]:
    """Count the transfers and consultations of agents by interval."""
    found = session.execute(_TRANSFERS, _asked(agents, edges, by_queue=by_queue, queue=queue))
    return [
        TransferCount(one.agent, one.queue, one.place - 1, one.transferred, one.consulted)
        for one in found
    ]


def parts(  # noqa: PLR0913 - what a list is asked for
    session: Session,
    agents: Sequence[int],
    wanted: PartFilter,
    *,
    oldest_first: bool = False,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[CallPart]:
    """Page through the agents' parts in calls, newest first unless it is turned round."""
    at, leg = read_cursor(cursor) if cursor else (None, "")
    asked = {**_wanted(agents, wanted), "at": at, "leg": leg, "most": rows(limit) + 1}
    query = _OLDEST if oldest_first else _NEWEST
    found = [_part(one) for one in session.execute(query, asked)]
    shown = tuple(found[: rows(limit)])
    more = len(found) > len(shown)
    return Page(shown, cursor_after(shown[-1].began_at, shown[-1].leg) if more else None)


def how_many(session: Session, agents: Sequence[int], wanted: PartFilter) -> int:
    """Count the parts that match, up to one more than `COUNTED`."""
    asked = {**_wanted(agents, wanted), "most": COUNTED + 1}
    return int(session.scalars(_HOW_MANY, asked).one())


def _asked(
    agents: Sequence[int], edges: Sequence[datetime], *, by_queue: bool, queue: str
) -> dict[str, object]:
    return {
        "agents": list(agents),
        "edges": list(edges),
        "since": edges[0],
        "until": edges[-1],
        "by_queue": by_queue,
        "queue": queue,
    }


def _wanted(agents: Sequence[int], wanted: PartFilter) -> dict[str, object]:
    return {
        "agents": list(agents),
        "since": wanted.since,
        "until": wanted.until,
        "kinds": [one.value for one in wanted.kinds],
        "handled": wanted.handled,
        "queue": wanted.queue,
    }


def _part(one: object) -> CallPart:
    row = one._mapping  # type: ignore[attr-defined]  # noqa: SLF001 - a row by names
    rang, ended = row["rang_at"], row["answered_at"] or row["ended_at"]
    return CallPart(
        row["call"],
        row["leg"],
        row["agent"],
        row["began_at"],
        PartKind(row["kind"]),
        row["direction"],
        row["customer_number"],
        row["queue"],
        max(0.0, (ended - rang).total_seconds()) if rang and ended else 0.0,
        row["talk_seconds"],
        row["hold_seconds"],
    )
