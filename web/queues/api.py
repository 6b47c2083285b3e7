"""The API of queues: their names, agents, times and whether calls are recorded."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from acd.queues import store
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.auth import needs
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.listing.answer import read_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of, reader_of
from web.queues.actions import make_queue, show_queue, write_queue
from web.queues.listing import QUEUES
from web.queues.shapes import QueueBody, QueueChange, QueueShape, QueueShapes

router = APIRouter(prefix="/queues")
QueueManager = Annotated[SignedIn, Depends(needs(Right.QUEUES_MANAGE))]
QueueKeyPath = Annotated[str, Path(max_length=50)]


@router.get("")
def list_queues(
    request: Request, query: Annotated[ListQuery, Depends(asked(QUEUES))]
) -> QueueShapes:
    """List queues by name, the inactive ones too."""
    page = read_page(request, QUEUES, query)
    return QueueShapes(items=list(page.items), next=page.next)


@router.get("/{queue}")
def read_queue(
    request: Request, response: Response, queue: QueueKeyPath, _who: QueueManager
) -> QueueShape:
    """Show a queue; the answer's `ETag` names the version for a later `If-Match`."""
    with context_of(request).database.begin() as session:
        shape = show_queue(session, reader_of(request), queue)
    show_tag(request, response, shape)
    return shape


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
    show_tag(request, response, shape)
    return shape
