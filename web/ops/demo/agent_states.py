"""The states of the demo's agents on the days of its past calls, for the statistics."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy.orm import Session

from acd.agent import AgentEvent, AgentState, Phone
from acd.agent_log.store import keep_agent_events
from acd.queue import AgentId
from acd.seats import SIGNED_IN
from acd.statistics.calls.part import CallPart, PartFilter
from acd.statistics.calls.store import parts
from crm.calls.record import CallId, FactId
from crm.people.person import User
from web.ops.demo.content import PEOPLE
from web.ops.demo.past_calls import DAYS, ZONE

STATES_NAMED = "demo/state/"
WRAP_UP = timedelta(seconds=25)
MOST_CALLS = 500
# Reason, about when it begins, and how long it lasts, in minutes.
BREAKS = (("break", time(10, 20), 12), ("lunch", time(12), 45), ("break", time(15, 40), 14))
MEETING = ("meeting", time(16, 30), 30)


@dataclass(frozen=True, slots=True)
class Span:
    """Something that an agent does besides being ready."""

    began: datetime
    ended: datetime
    states: tuple[tuple[datetime, AgentState, str], ...]
    call: CallId | None = None
    queue: str = ""


def add_agent_states(session: Session, users: Mapping[str, User], now: datetime) -> None:
    """Give each agent whole working days; today is left to the agents themselves."""
    today = now.astimezone(ZONE).date()
    for person in PEOPLE:
        if not person.extension:
            continue
        agent = users[person.login].id
        chance = Random(person.login)  # noqa: S311 - the demo's past is the same everywhere
        for back in range(DAYS, 0, -1):
            day = today - timedelta(days=back)
            if day.weekday() < 5 or _calls(session, agent, day):  # noqa: PLR2004 - or who worked
                events = list(_day(agent, day, _calls(session, agent, day), chance))
                keep_agent_events(session, events)


def _calls(session: Session, agent: int, day: date) -> list[CallPart]:
    since = datetime.combine(day, time(0), ZONE)
    wanted = PartFilter(since, since + timedelta(days=1))
    return list(parts(session, [agent], wanted, oldest_first=True, limit=MOST_CALLS).items)


def _day(agent: int, day: date, calls: list[CallPart], chance: Random) -> Iterator[AgentEvent]:
    begin = datetime.combine(day, time(8, 50), ZONE) + timedelta(minutes=chance.uniform(-8, 8))
    end = datetime.combine(day, time(18, 5), ZONE) + timedelta(minutes=chance.uniform(0, 20))
    breaks = [*BREAKS, MEETING] if day.weekday() == 0 else BREAKS
    spans = sorted(
        [*(_of_call(one) for one in calls), *(_of_break(day, one, chance) for one in breaks)],
        key=lambda one: one.began,
    )
    lines: list[tuple[datetime, AgentState, str, Span | None]] = [
        (begin, AgentState.PAUSED, SIGNED_IN, None),
        (begin + timedelta(minutes=chance.uniform(1, 6)), AgentState.READY, "", None),
    ]
    for span in spans:
        if span.began <= lines[-1][0] or span.ended >= end:
            continue
        lines += [(at, state, reason, span) for at, state, reason in span.states]
        lines.append((span.ended, AgentState.READY, "", None))
    lines.append((end, AgentState.SIGNED_OUT, "", None))
    for number, (at, state, reason, known) in enumerate(lines):
        yield AgentEvent(
            FactId(f"{STATES_NAMED}{agent}/{day:%Y%m%d}/{number}"),
            AgentId(agent),
            at,
            state,
            reason,
            "call" if known is not None and known.call else "desk",
            known.call if known is not None else None,
            Phone.BROWSER,
            detail={"queue": known.queue} if known is not None and known.queue else {},
        )


def _of_call(one: CallPart) -> Span:
    began = one.began_at
    answered = began + timedelta(seconds=max(1.0, one.ring_seconds))
    over = answered + timedelta(seconds=one.talk_seconds + one.hold_seconds)
    call = CallId(one.call)
    if over == answered:
        return Span(began, answered, ((began, AgentState.OFFERED, ""),), call, one.queue)
    steps = (
        (began, AgentState.OFFERED, ""),
        (answered, AgentState.TALKING, ""),
        (over, AgentState.WRAP_UP, ""),
    )
    return Span(began, over + WRAP_UP, steps, call, one.queue)


def _of_break(day: date, one: tuple[str, time, int], chance: Random) -> Span:
    reason, at, minutes = one
    began = datetime.combine(day, at, ZONE) + timedelta(minutes=chance.uniform(0, 50))
    ended = began + timedelta(minutes=minutes * chance.uniform(0.8, 1.2))
    return Span(began, ended, ((began, AgentState.PAUSED, reason),))
