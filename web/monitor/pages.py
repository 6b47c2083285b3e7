"""The live monitor: queues, agents and calls of this moment; and the page of one agent."""

from fastapi import APIRouter, Request, Response

from crm.people.rights import Right
from web.forced_handling.actions import day_night
from web.kit.auth import FloorWatcher
from web.kit.bodies import IdPath
from web.kit.request import context_of, reader_of
from web.monitor.boot import floor_boot
from web.monitor.seat import STRIP, show_seat
from web.monitor.words import STATES, SYSTEM_REASONS

router = APIRouter()


@router.get("/floor")
def floor_page(request: Request, who: FloorWatcher) -> Response:
    """Show the floor, or the user's team's part of it; the page's socket keeps it up to date."""
    context = context_of(request)
    with context.database.begin() as session:
        key = day_night(session, reader_of(request)) if who.may(Right.FORCED_SWITCH) else None
        begin = floor_boot(session, request, who)
    shown = {"boot": context.pages.boot(request, floor=begin), "day_night": key}
    return context.pages.page(request, "floor.html", shown)


@router.get("/floor/agents/{agent}")
def seat_page(request: Request, agent: IdPath, who: FloorWatcher) -> Response:
    """Show an agent's seat: the live state, figures, states of eight hours, and calls."""
    context = context_of(request)
    with context.database.begin() as session:
        seat = show_seat(session, request, who, agent)
        begin = floor_boot(session, request, who)
    reader = reader_of(request)
    named = {key: reader.gettext(name) for key, name in SYSTEM_REASONS.items()}
    sums = {state: sum(one.seconds for one in seat.strip if one.state == state) for state in STATES}
    shown = {
        "boot": context.pages.boot(request, floor=begin),
        "seat": seat,
        "strip": [
            (one, _part((one.begin - seat.strip_since).total_seconds()), _part(one.seconds))
            for one in seat.strip
        ],
        "agent_state": lambda state: reader.gettext(STATES[state]),
        "states": [state for state, seconds in sums.items() if seconds],
        "sums": sums,
        "reason_names": {**named, **begin["reason_names"]},
        "may_see_calls": who.may(Right.CALLS_SEE),
        "may_see_users": who.may(Right.PEOPLE_MANAGE),
    }
    return context.pages.page(request, "seat.html", shown)


def _part(seconds: float) -> float:
    """Give a time as thousandths of the strip."""
    return round(seconds / STRIP.total_seconds() * 1000, 2)
