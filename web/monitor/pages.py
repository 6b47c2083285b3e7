"""The live floor: queues, agents and calls of this moment."""

from fastapi import APIRouter, Request, Response

from acd.store import pause_reasons
from crm.dictionary.item import one_of_two
from crm.people.rights import Right
from web.desk import actions
from web.kit.auth import FloorWatcher, reach_of
from web.kit.request import context_of, reader_of
from web.live.context import live_of
from web.live.scope import floor_of

router = APIRouter()


@router.get("/floor")
def floor_page(request: Request, who: FloorWatcher) -> Response:
    """Show the floor, or the user's team's part of it; the page's socket keeps it up to date."""
    context, reader = context_of(request), reader_of(request)
    mirror = live_of(request).mirror
    with context.database.begin() as session:
        queue_names = actions.queue_names(session, reader)
        known = pause_reasons(session, disabled_too=True)
        reasons = {one.key: one_of_two(one.name_en, one.name_zh, reader.language) for one in known}
        scope = floor_of(reach_of(session, who, Right.FLOOR_SEE).people)
    # The number first: a change during the reading is then sent again by the socket.
    number = mirror.number
    begin = {
        "away": mirror.away,
        "number": number,
        "boot": mirror.boot,
        "items": mirror.visible_to(scope),
        "queue_names": queue_names,
        "reason_names": reasons,
    }
    shown = {"boot": context.pages.boot(request, floor=begin)}
    return context.pages.page(request, "floor.html", shown)
