"""The list of the agents' logs: states and reasons of all agents, newest first."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from acd.agent import AgentEvent, AgentState, Phone
from acd.agent_log.lines.line import LogFilter, LogLine
from acd.queue import AgentId
from crm.calls.record import CallId, FactId
from crm.kernel.text import clean
from crm.sql.page import Page, cursor_after, read_numbered, rows

COUNTED = 10_000
# What an agent was in when the period began belongs to it, except that they were away.
_BEFORE = text("""
SELECT b.number, b.at FROM unnest(CAST(:agents AS bigint[])) AS a(agent) CROSS JOIN LATERAL (
  SELECT number, at, state FROM agent_events e WHERE e.agent = a.agent AND e.at < :since
  ORDER BY e.at DESC, e.number DESC LIMIT 1
) b WHERE b.state <> 'signed out'
""")
_WANTED = """
FROM agent_events e
WHERE e.agent = ANY(:agents)
  AND (CAST(:lowest AS timestamptz) IS NULL OR e.at >= :lowest)
  AND (CAST(:since AS timestamptz) IS NULL OR e.at >= :since OR e.number = ANY(:before))
  AND (CAST(:until AS timestamptz) IS NULL OR e.at < :until)
  AND (:state = '' OR e.state = :state) AND (:reason = '' OR e.reason = :reason)
  AND (:queue = '' OR e.detail->>'queue' = :queue)
"""
_LINES = f"""
SELECT e.*, (
  SELECT n.at FROM agent_events n
  WHERE n.agent = e.agent AND (n.at, n.number) > (e.at, e.number)
  ORDER BY n.at, n.number LIMIT 1
) AS ended
{_WANTED}
"""  # noqa: S608 - no part of it comes from outside
_NEWEST = text(f"""{_LINES}
  AND (CAST(:at AS timestamptz) IS NULL OR (e.at, e.number) < (:at, :number))
ORDER BY e.at DESC, e.number DESC LIMIT :most
""")
_OLDEST = text(f"""{_LINES}
  AND (CAST(:at AS timestamptz) IS NULL OR (e.at, e.number) > (:at, :number))
ORDER BY e.at, e.number LIMIT :most
""")
_HOW_MANY = text(f"SELECT count(*) FROM (SELECT {_WANTED} LIMIT :most) found")  # noqa: S608


def log_lines(
    session: Session,
    wanted: LogFilter,
    *,
    oldest_first: bool = False,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[LogLine]:
    """Page through the agents' logs, with the line that each was in at the beginning."""
    at, number = read_numbered(cursor) if cursor else (None, 0)
    asked = {**_asked(session, wanted), "at": at, "number": number, "most": rows(limit) + 1}
    query = _OLDEST if oldest_first else _NEWEST
    found = [_line(dict(one._mapping)) for one in session.execute(query, asked)]  # noqa: SLF001
    shown = tuple(found[: rows(limit)])
    more = len(found) > len(shown)
    return Page(shown, cursor_after(shown[-1].event.at, shown[-1].number) if more else None)


def how_many(session: Session, wanted: LogFilter) -> int:
    """Count the lines that match, up to one more than `COUNTED`."""
    asked = {**_asked(session, wanted), "most": COUNTED + 1}
    return int(session.scalars(_HOW_MANY, asked).one())


def _asked(session: Session, wanted: LogFilter) -> dict[str, object]:
    agents = {"agents": list(wanted.agents)}
    found = (
        session.execute(_BEFORE, {**agents, "since": wanted.since}).all() if wanted.since else []
    )
    return {
        **agents,
        "since": wanted.since,
        "until": wanted.until,
        "before": [one.number for one in found],
        "lowest": min([one.at for one in found] + [wanted.since]) if wanted.since else None,
        "state": wanted.state.value if wanted.state else "",
        "reason": clean(wanted.reason, 200),
        "queue": clean(wanted.queue, 200),
    }


def _line(row: dict[str, object]) -> LogLine:
    event = AgentEvent(
        fact=FactId(str(row["fact"])),
        agent=AgentId(int(str(row["agent"]))),
        at=row["at"],  # type: ignore[arg-type]
        state=AgentState(str(row["state"])),
        reason=str(row["reason"]),
        cause=str(row["cause"]),
        call=None if row["call"] is None else CallId(str(row["call"])),
        phone=None if row["phone"] is None else Phone(str(row["phone"])),
        inferred=bool(row["inferred"]),
        detail=row["detail"],  # type: ignore[arg-type]
    )
    return LogLine(int(str(row["number"])), event, row["ended"])  # type: ignore[arg-type]
