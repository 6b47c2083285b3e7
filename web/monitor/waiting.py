"""Why a caller still waits, for supervisors."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from crm.kernel.errors import MissingError
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.calls.shapes import CallPath
from web.kit.auth import FloorWatcher, reach_of
from web.kit.request import context_of, reader_of
from web.live.context import live_of
from web.live.schema import line_of_call
from web.queues.outlook import waiting_call
from web.queues.outlook_shapes import WaitShape

router = APIRouter(prefix="/floor")


@router.get("/calls/{call}/wait")
async def explain_wait(request: Request, call: CallPath, who: FloorWatcher) -> WaitShape:
    """Say why a caller who waits in a queue is not with an agent yet."""
    await run_in_threadpool(_check_call, request, who, call)
    answer = await live_of(request).link.ask("why waiting", call=call)
    return await run_in_threadpool(_say, request, answer)


def _check_call(request: Request, who: SignedIn, call: str) -> None:
    """Raise MissingError for a call that waits in no queue of an agent within reach."""
    mirror = live_of(request).mirror
    value = mirror.value("call", call)
    queue = line_of_call(value) or (value or {}).get("queue")
    with context_of(request).database.begin() as session:
        reach = reach_of(session, who, Right.FLOOR_SEE)
    theirs = any(queue in one["queues"] for one in mirror.values("agent") if reach.holds(one["id"]))
    if value is None or not (reach.people is None or theirs):
        raise MissingError("There is no call {call}.", call=call)


def _say(request: Request, answer: Mapping[str, Any]) -> WaitShape:
    with context_of(request).database.begin() as session:
        return waiting_call(session, reader_of(request), answer)
