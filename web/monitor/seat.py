"""An agent's seat as supervisors see it: state, queues, the day's figures and calls."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from fastapi import Request
from sqlalchemy.orm import Session

from acd.agent import AgentState
from acd.agent_log.store import agent_log
from acd.store import agents_among, queues_of
from crm.calls.legs.store import agent_day
from crm.calls.question import CallFilter
from crm.calls.search.store import calls
from crm.kernel.errors import MissingError
from crm.people.person import SignedIn
from crm.people.rights import Right
from crm.people.store import names
from crm.queue_changes.store import queue_change
from web.calls.shapes import CallShape
from web.calls.views import show_call, words
from web.desk.side import midnight
from web.kit.auth import reach_of
from web.kit.clock import now
from web.kit.i18n import Reader
from web.kit.request import reader_of
from web.kit.settings_cache import vocabulary
from web.kit.shapes import Choice, Named
from web.live.context import live_of
from web.live.schema import ItemKind
from web.monitor.checks import reaches
from web.monitor.shapes import AgentFigures, QueuesOfToday, SeatShape, StretchShape
from web.monitor.strip import Stretch, seconds_in, stretches

STRIP = timedelta(hours=8)
LOOK_BACK = timedelta(hours=24)
"""A state that began longer ago, without any change since, is not known to the strip."""

CALLS_SHOWN = 50


def show_seat(session: Session, request: Request, who: SignedIn, agent: int) -> SeatShape:
    """Show an agent's seat; MissingError for an agent outside of the user's reach."""
    reader, at = reader_of(request), now()
    reaches(session, who, Right.FLOOR_SEE, agent)
    known = agents_among(session, [agent]).get(agent)
    if known is None:
        raise MissingError("There is no agent {agent}.", agent=agent)
    began = midnight(at, reader)
    since = at - STRIP
    log = agent_log(session, agent, min(since, began) - LOOK_BACK, at)
    mirror = live_of(request).mirror
    value = None if mirror.away else mirror.value(ItemKind.AGENT, agent)
    served = vocabulary(session).queue_names(reader.language)
    return SeatShape(
        agent=Named(id=known.id, name=known.name),
        extension=known.extension,
        live=dict(value) if value is not None else None,
        queues=_choices(map(str, queues_of(session, [agent]).get(agent, ())), served),
        today=_today(session, agent, served),
        figures=_figures(session, agent, began, stretches(log, began, at)),
        strip_since=since,
        strip=[_stretch(one) for one in stretches(log, since, at)],
        calls=_calls(session, reader, who, agent, began),
    )


def _today(session: Session, agent: int, served: dict[str, str]) -> QueuesOfToday | None:
    change = queue_change(session, agent)
    if change is None:
        return None
    people = names(session, [change.by] if change.by else [])
    return QueuesOfToday(
        added=_choices(sorted(change.added), served),
        removed=_choices(sorted(change.removed), served),
        reason=change.reason,
        by=Named(id=change.by, name=people.get(change.by, "")) if change.by else None,
        until=change.until,
    )


def _choices(keys: Iterable[str], served: dict[str, str]) -> list[Choice]:
    return [Choice(key=key, name=served.get(key, key)) for key in keys]


def _figures(session: Session, agent: int, began: datetime, states: list[Stretch]) -> AgentFigures:
    day = agent_day(session, agent, began)
    out = seconds_in(states, AgentState.SIGNED_OUT)
    return AgentFigures(
        calls=day.calls,
        talk_seconds=day.talk_seconds,
        hold_seconds=day.hold_seconds,
        longest_seconds=day.longest_seconds,
        wrapup_seconds=seconds_in(states, AgentState.WRAP_UP),
        not_ready_seconds=seconds_in(states, AgentState.PAUSED),
        signed_in_seconds=sum((one.seconds for one in states), 0.0) - out,
    )


def _calls(
    session: Session, reader: Reader, who: SignedIn, agent: int, began: datetime
) -> list[CallShape]:
    if not who.may(Right.CALLS_SEE) or not reach_of(session, who, Right.CALLS_SEE).holds(agent):
        return []
    wanted = CallFilter(agent=agent, since=began)
    found = calls(session, wanted, limit=CALLS_SHOWN).items
    known = words(session, reader, found)
    return [show_call(one, known) for one in found]


def _stretch(one: Stretch) -> StretchShape:
    return StretchShape(
        state=one.state, reason=one.reason, begin=one.begin, end=one.end, seconds=one.seconds
    )
