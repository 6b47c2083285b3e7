"""The live floor: queues, agents and calls as they are now."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response

from web import desk
from web.auth import Overseer
from web.i18n import named
from web.mirror import Value
from web.names import AGENT_STATES, CALL_STATES
from web.request import house_of, reader_of

router = APIRouter()


@router.get("/floor")
def floor_page(request: Request, _who: Overseer) -> Response:
    """Show the floor; the page's socket keeps it true."""
    house, reader = house_of(request), reader_of(request)
    mirror = house.mirror
    states, call_states = named(reader, AGENT_STATES), named(reader, CALL_STATES)
    with house.database.begin() as session:
        queue_names = desk.queue_names(session, reader)
    # The number first: what changes while we read is told once more by the socket.
    number = mirror.number
    items = list(mirror.items())
    begin = {
        "away": mirror.away,
        "number": number,
        "boot": mirror.boot,
        "items": items,
        "states": states,
        "call_states": call_states,
        "queue_names": queue_names,
    }
    shown = {
        "away": mirror.away,
        "queues": mirror.values("queue"),
        "agents": [_named(one, states) for one in mirror.values("agent")],
        "calls": [_named(one, call_states) for one in mirror.values("call")],
        "nodes": mirror.values("node"),
        "engine": mirror.value("engine", "engine"),
        "states": states,
        "call_states": call_states,
        "queue_names": queue_names,
        "boot": house.pages.boot(request, floor=begin),
    }
    return house.pages.page(request, "floor.html", shown)


def _named(value: Value, names: Mapping[str, str]) -> dict[str, Any]:
    """Put the shown name of its state beside a value."""
    return {**value, "state_name": names.get(value.get("state", ""), "")}
