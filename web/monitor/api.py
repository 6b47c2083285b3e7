"""The live floor at one moment, for supervisors' scripts."""

from collections import defaultdict
from typing import Any

from fastapi import APIRouter, Request

from acd.callbacks.store import open_by_queue
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.callbacks.views import callback_reach
from web.kit.auth import FloorWatcher, reach_of
from web.kit.context import AppContext
from web.kit.errors import EngineAwayError
from web.kit.request import context_of
from web.live.context import live_of
from web.live.mirror import Mirror
from web.live.schema import ItemKind
from web.live.scope import Scope, floor_of
from web.monitor.shapes import LiveShape, OpenCallbacks

router = APIRouter(tags=["Live"])


@router.get("/live")
def read_live(request: Request, who: FloorWatcher) -> LiveShape:
    """Show the live state as far as the user may see it: everything, or their team's part."""
    return show_floor(live_of(request).mirror, floor_scope(context_of(request), who))


@router.get("/floor/callbacks")
def count_callbacks(request: Request, who: FloorWatcher) -> OpenCallbacks:
    """Count the callbacks that wait or are called just now, by queue; queues without one lack."""
    with context_of(request).database.begin() as session:
        reach = callback_reach(session, who, Right.FLOOR_SEE)
        return OpenCallbacks(queues=open_by_queue(session, reach))


def floor_scope(context: AppContext, who: SignedIn) -> Scope:
    """Give the part of the floor that a user sees; RefusedError if none. Called in a thread."""
    with context.database.begin() as session:
        return floor_of(reach_of(session, who, Right.FLOOR_SEE).people)


def show_floor(mirror: Mirror, scope: Scope) -> LiveShape:
    """Read the mirror; EngineAwayError if it may be old."""
    if mirror.away:
        raise EngineAwayError
    number = mirror.number
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for item in sorted(mirror.visible_to(scope), key=lambda item: str(item["id"])):
        found[item["kind"]].append(dict(item["value"]))
    return LiveShape(
        boot=mirror.boot,
        number=number,
        agents=found[ItemKind.AGENT],
        calls=found[ItemKind.CALL],
        queues=found[ItemKind.QUEUE],
        nodes=found[ItemKind.NODE],
        engine=next(iter(found[ItemKind.ENGINE]), None),
    )
