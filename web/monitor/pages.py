"""The live floor: queues, agents and calls as they are now."""

from fastapi import APIRouter, Request, Response

from crm.people.rights import Right
from web.desk import actions
from web.kit.auth import FloorWatcher, reach_of
from web.kit.i18n import named
from web.kit.request import house_of, reader_of
from web.kit.words import AGENT_STATES, CALL_STATES
from web.live.scope import floor_of

router = APIRouter()


@router.get("/floor")
def floor_page(request: Request, who: FloorWatcher) -> Response:
    """Show the floor, or one's team's part of it; the page's socket keeps it true."""
    house, reader = house_of(request), reader_of(request)
    mirror = house.mirror
    with house.database.begin() as session:
        queue_names = actions.queue_names(session, reader)
        scope = floor_of(reach_of(session, who, Right.FLOOR_SEE).people)
    # The number first: what changes while we read is told once more by the socket.
    number = mirror.number
    begin = {
        "away": mirror.away,
        "number": number,
        "boot": mirror.boot,
        "items": mirror.seen_by(scope),
        "states": named(reader, AGENT_STATES),
        "call_states": named(reader, CALL_STATES),
        "queue_names": queue_names,
    }
    shown = {"boot": house.pages.boot(request, floor=begin)}
    return house.pages.page(request, "floor.html", shown)
