"""The API of queues: all their settings, their members, and who would get the next call."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from acd.queues import store
from crm.parameters.store import parameters
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.auth import needs
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.i18n import Reader
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of, reader_of
from web.live.context import live_of
from web.queues.actions import delete_queue, make_queue, show_queue, write_members, write_queue
from web.queues.estimates import EstimateDays
from web.queues.listing import QUEUE_ESTIMATES, QUEUES, READERS
from web.queues.outlook import next_call
from web.queues.outlook_shapes import OutlookShape, PreviewBody
from web.queues.row_shapes import MembersShape
from web.queues.shapes import MembersBody, QueueBody, QueueChange, QueueShape, QueueShapes

router = APIRouter(prefix="/queues")
QueueManager = Annotated[SignedIn, Depends(needs(Right.QUEUES_MANAGE))]
QueueReader = Annotated[SignedIn, Depends(needs(*READERS))]
QueueKeyPath = Annotated[str, Path(max_length=50)]


@router.get("")
def list_queues(
    request: Request, query: Annotated[ListQuery, Depends(asked(QUEUES))]
) -> QueueShapes:
    """List queues by name, the inactive ones too."""
    return answer_page(request, QUEUES, query, QueueShapes)


@router.get("/{queue}")
def read_queue(
    request: Request, response: Response, queue: QueueKeyPath, _who: QueueReader
) -> QueueShape:
    """Show a queue; the answer's `ETag` names the version for a later `If-Match`."""
    with context_of(request).database.begin() as session:
        return show_tag(request, response, show_queue(session, reader_of(request), queue))


@router.post("", status_code=201)
def add_queue(request: Request, body: QueueBody, who: QueueManager) -> QueueShape:
    """Add a queue."""
    with context_of(request).database.begin() as session:
        return show_queue(session, reader_of(request), make_queue(session, request, who, body))


@router.patch("/{queue}")
def change_queue(
    request: Request, response: Response, queue: QueueKeyPath, body: QueueChange, who: QueueManager
) -> QueueShape:
    """Change the given fields of a queue; with `If-Match` only if it has not changed."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        store.queue_to_change(session, queue)
        check_match(request, etag_of(show_queue(session, reader, queue)))
        write_queue(session, request, who, queue, body)
        shape = show_queue(session, reader, queue)
    return show_tag(request, response, shape)


@router.delete("/{queue}", status_code=204)
def remove_queue(
    request: Request,
    queue: QueueKeyPath,
    who: QueueManager,
    successor: Annotated[str, Query(max_length=50)] = "",
) -> None:
    """Delete a queue; whatever leads to it leads to its `successor` from now on.

    A queue that nothing leads to needs no successor.
    """
    with context_of(request).database.begin() as session:
        delete_queue(session, request, who, queue, successor.strip())


@router.get("/{queue}/members")
def read_members(
    request: Request, response: Response, queue: QueueKeyPath, _who: QueueReader
) -> MembersShape:
    """Show the agents and skill groups of a queue, by rank."""
    with context_of(request).database.begin() as session:
        return show_tag(request, response, _members(show_queue(session, reader_of(request), queue)))


@router.put("/{queue}/members")
def set_members(
    request: Request, response: Response, queue: QueueKeyPath, body: MembersBody, who: QueueManager
) -> MembersShape:
    """Set the agents and skill groups of a queue; with `If-Match` only if they have not changed."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        store.queue_to_change(session, queue)
        check_match(request, etag_of(_members(show_queue(session, reader, queue))))
        write_members(session, request, who, queue, body)
        shape = _members(show_queue(session, reader, queue))
    return show_tag(request, response, shape)


@router.get("/{queue}/estimates")
def read_estimates(
    request: Request,
    queue: QueueKeyPath,  # noqa: ARG001 - the list reads it from the address
    query: Annotated[ListQuery, Depends(asked(QUEUE_ESTIMATES))],
) -> EstimateDays:
    """List by day how often the estimates of the wait were true: of the last 30 days by default.

    Empty while the queue has fewer than 20 estimates in that time.
    """
    return answer_page(request, QUEUE_ESTIMATES, query, EstimateDays)


@router.post("/{queue}/preview")
async def preview(
    request: Request, queue: QueueKeyPath, body: PreviewBody, _who: QueueReader
) -> OutlookShape:
    """Say who would get the next call of a queue now, and why; nobody is called."""
    return await ask_next(request, queue, body)


async def ask_next(request: Request, queue: str, body: PreviewBody) -> OutlookShape:
    """Ask the engine who would get the next call."""
    key, priority = await run_in_threadpool(_known, request, queue, vip=body.vip)
    needed = [[one.skill, one.level] for one in body.needs]
    asked_for = {"queue": key, "needs": needed, "priority": priority}
    answer = await live_of(request).link.ask("who next", **asked_for)
    return await run_in_threadpool(_say, request, reader_of(request), key, dict(answer))


def _known(request: Request, queue: str, *, vip: bool) -> tuple[str, int]:
    with context_of(request).database.begin() as session:
        known = store.queue_of(session, queue)
        boost = parameters(session).number("vip_priority") if vip else 0
    return known.queue.key, int(boost)


def _say(request: Request, reader: Reader, key: str, answer: dict[str, object]) -> OutlookShape:
    with context_of(request).database.begin() as session:
        return next_call(session, reader, key, answer)


def _members(shape: QueueShape) -> MembersShape:
    return MembersShape(members=shape.members, groups=shape.groups)
