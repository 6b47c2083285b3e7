"""Scores of the demo's past calls: most callers were satisfied, and some gave no score."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from sqlalchemy.orm import Session

from crm.calls.record import CallEvent, CallId, Detail, FactId, Kind
from crm.calls.store import keep_events
from crm.satisfaction.store import keep_scores
from web.ops.demo.past_calls import FinishedCall

QUESTION = "satisfaction"
ASKED_SECONDS = 12.0
_SCORES = (5, 5, 5, 5, 4, 4, 4, 3, 2, 1)


def add_demo_scores(session: Session, made: Sequence[FinishedCall], flow: int) -> None:
    """Add a survey to the calls with a talk, and a score to two of three."""
    facts = list(_facts(made, flow))
    keep_events(session, facts)
    keep_scores(session, facts)


def _facts(made: Sequence[FinishedCall], flow: int) -> Iterator[CallEvent]:
    chance = Random(4008001235)  # noqa: S311 - the demo's past is the same everywhere
    number = 0

    def fact(call: CallId, at: datetime, kind: Kind, detail: Detail) -> CallEvent:
        nonlocal number
        number += 1
        return CallEvent(FactId(f"demo/scores/{number}"), call, at, kind, detail)

    for one in made:
        at = {event.kind: event.at for event in one.timeline}
        if Kind.CONNECTED not in at or Kind.ENDED not in at:
            continue
        call, until = one.timeline[0].call, at[Kind.ENDED]
        begins: Detail = {"flow": flow, "agent": agent_of(one)}
        yield fact(call, until - timedelta(seconds=ASKED_SECONDS), Kind.SURVEY_BEGAN, begins)
        if chance.random() < 2 / 3:
            score = chance.choice(_SCORES)
            said: Detail = {"node": "score", "flow": flow, "question": QUESTION, "score": score}
            yield fact(call, until - timedelta(seconds=1), Kind.SCORED, said)


def agent_of(call: FinishedCall) -> int:
    """Give the agent of a call's talk."""
    talks = (one for one in call.timeline if one.kind is Kind.CONNECTED)
    return int(next(talks).detail["agent"])
