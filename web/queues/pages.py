"""The pages of queues: the list and the form."""

from fastapi import APIRouter, Request, Response

from acd.queues import store
from web.kit.body_form import read_body
from web.kit.editing import NotSaved, save, saved
from web.kit.forms import Form
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.queues.actions import make_queue, show_queue, write_queue
from web.queues.api import QueueKeyPath, QueueManager
from web.queues.forms import queue_form
from web.queues.listing import QUEUES
from web.queues.shapes import QueueBody, QueueChange, QueueShape

router = APIRouter(prefix="/queues")


add_export(router, QUEUES)


@router.get("")
def queues_page(request: Request, who: QueueManager) -> Response:
    """List the queues."""
    return list_page(request, who, QUEUES)


@router.get("/new")
def new_queue(request: Request, _who: QueueManager) -> Response:
    """Show the form for a new queue."""
    with context_of(request).database.begin() as session:
        form = queue_form(session, reader_of(request), None)
    return _show(request, None, form)


@router.post("")
def add_queue(request: Request, who: QueueManager, sent: SentForm) -> Response:
    """Add a queue."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        form = queue_form(session, reader, None)

        def write() -> str:
            return make_queue(session, request, who, read_body(QueueBody, sent))

        made = save(session, reader, form, sent, write)
        if isinstance(made, NotSaved):
            return _show(request, None, form, made.status)
    return saved(f"/queues/{made}")


@router.get("/{queue}")
def queue_page(request: Request, queue: QueueKeyPath, _who: QueueManager) -> Response:
    """Show a queue's form."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        shape = show_queue(session, reader, queue)
        form = queue_form(session, reader, shape)
    return _show(request, shape, form)


@router.post("/{queue}")
def change_queue(
    request: Request, queue: QueueKeyPath, who: QueueManager, sent: SentForm
) -> Response:
    """Change a queue, unless another user changed it in the meantime."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        store.queue_to_change(session, queue)
        before = show_queue(session, reader, queue)
        form = queue_form(session, reader, before)

        def write() -> None:
            body = QueueChange(**dict(read_body(QueueBody, sent)))
            write_queue(session, request, who, queue, body)

        outcome = save(session, reader, form, sent, write)
        if isinstance(outcome, NotSaved):
            return _show(request, before, form, outcome.status)
    return saved(f"/queues/{queue}")


def _show(request: Request, shape: QueueShape | None, form: Form, status: int = 200) -> Response:
    pages = context_of(request).pages
    return pages.page(request, "queue.html", {"queue": shape, "form": form}, status=status)
