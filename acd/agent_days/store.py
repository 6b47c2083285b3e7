"""What each agent has done today, from the log of their states."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from acd.queue import AgentId, QueueKey
from acd.today import Today

# The lines of the day, and for each agent the one in which midnight found them. A line that was
# told late, of a talk that was over by then, says nothing about the state of now.
_LINES = """
    SELECT agents.user_id AS agent, line.*
    FROM agents CROSS JOIN LATERAL (
        (SELECT number, at, state, cause, detail FROM agent_events
         WHERE agent = agents.user_id AND at >= :midnight AND at < :until)
        UNION ALL
        (SELECT number, at, state, cause, detail FROM agent_events
         WHERE agent = agents.user_id AND at < :midnight
         ORDER BY at DESC, number DESC LIMIT 1)
    ) AS line
    WHERE NOT jsonb_exists(line.detail, 'past')
"""
_DAYS = text(f"""
    WITH lines AS ({_LINES}),
    spans AS (
        SELECT agent, state, cause, at >= :midnight AS today,
               extract(epoch FROM lead(at, 1, :until) OVER (PARTITION BY agent ORDER BY at, number)
                                  - greatest(at, :midnight)) AS seconds
        FROM lines
    )
    SELECT agent,
           count(*) FILTER (WHERE state = 'talking' AND cause = 'call' AND today) AS calls,
           coalesce(sum(seconds) FILTER (WHERE state = 'talking'), 0) AS talked,
           coalesce(sum(seconds) FILTER (WHERE state = 'ready'), 0) AS idle,
           coalesce(sum(seconds) FILTER (WHERE state <> 'signed out'), 0) AS present
    FROM spans GROUP BY agent
""")  # noqa: S608 - no value from outside stands in it
_OFFERED = text(f"""
    SELECT agent, detail ->> 'queue' AS queue, max(at) AS at FROM ({_LINES}) AS lines
    WHERE state = 'offered' AND detail ->> 'queue' <> '' GROUP BY 1, 2
""")  # noqa: S608 - no value from outside stands in it


@dataclass(frozen=True, slots=True)
class DaySoFar:
    """An agent's day so far, and when each queue offered them a work last."""

    today: Today
    offered_at: Mapping[QueueKey, float] = field(default_factory=dict)  # seconds since the epoch


def agent_days(session: Session, midnight: datetime, until: datetime) -> dict[AgentId, DaySoFar]:
    """Give the days of all agents who were signed in at any time since midnight."""
    asked = {"midnight": midnight, "until": until}
    offered: dict[AgentId, dict[QueueKey, float]] = defaultdict(dict)
    for row in session.execute(_OFFERED, asked):
        offered[AgentId(row.agent)][QueueKey(row.queue)] = row.at.timestamp()
    return {
        AgentId(row.agent): DaySoFar(
            Today(row.calls, float(row.talked), float(row.idle), float(row.present)),
            offered.get(AgentId(row.agent), {}),
        )
        for row in session.execute(_DAYS, asked)
    }
