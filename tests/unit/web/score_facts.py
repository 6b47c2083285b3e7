"""Calls with a survey and a score for each of some agents."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from crm.calls.record import CallEvent, CallId, Detail, FactId, Kind
from crm.calls.store import keep_events
from crm.satisfaction.store import keep_scores
from web.kit.clock import now

QUESTION = "Are you satisfied?"
CALLER = "+8613800138077"
NO_SCORES = (
    "DELETE FROM scores",
    "DELETE FROM surveys",
    "DELETE FROM call_agents WHERE starts_with(call, 'score-')",
    "DELETE FROM call_events WHERE starts_with(call, 'score-')",
    "DELETE FROM calls WHERE starts_with(id, 'score-')",
)


def add_scores(
    session: Session, agents: Sequence[int], scores: Sequence[int | None] = (1, 4, 5)
) -> None:
    """Add a call an hour ago for each agent; None: the caller was asked and gave no score."""
    for number, (agent, score) in enumerate(zip(agents, scores, strict=True)):
        lines: list[tuple[Kind, Detail]] = [
            (Kind.ARRIVED, {"caller": CALLER, "called": "+864008001234", "direction": "in"}),
            (Kind.SURVEY_BEGAN, {"flow": 1}),
            (Kind.QUEUED, {"queue": "support", "priority": 0}),
            (Kind.CONNECTED, {"agent": agent, "name": "", "leg": f"score-{number}-a"}),
        ]
        if score is not None:
            said = {"node": "ask", "flow": 1, "question": QUESTION, "score": score}
            lines.append((Kind.SCORED, said))
        lines.append((Kind.ENDED, {"by": "caller", "cause": 16}))
        call = CallId(f"score-{number}")
        events = [
            CallEvent(
                FactId(f"{call}/{place}"),
                call,
                now() - timedelta(hours=1, seconds=-place),
                kind,
                detail,
            )
            for place, (kind, detail) in enumerate(lines)
        ]
        keep_events(session, events)
        keep_scores(session, events)
