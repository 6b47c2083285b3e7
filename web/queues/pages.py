"""The pages of queues: the list, the form with its check, and deleting."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError
from sqlalchemy.orm import Session

from acd.queue import NO_QUEUE, Queue
from acd.queues import store
from acd.queues.store import QueueSettings
from crm.kernel.errors import HotlineError
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.editing import NotSaved, save, saved
from web.kit.forms import Field, Form
from web.kit.i18n import N_
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.kit.toast import done
from web.queues.actions import (
    delete_queue,
    make_queue,
    queue_choices,
    show_queue,
    wanted,
    write_queue,
)
from web.queues.api import QueueKeyPath, QueueManager, QueueReader, ask_next
from web.queues.checking import remarks
from web.queues.estimates import estimate_card
from web.queues.forms import TITLES, QueueForm, queue_form, strategy_help
from web.queues.listing import QUEUE_ESTIMATES, QUEUES
from web.queues.outlook import SIGNED_OUT
from web.queues.outlook_shapes import PreviewBody
from web.queues.reading import StepRow, read_queue, read_rows, typed_seconds
from web.queues.row_shapes import NeedBody
from web.queues.shapes import QueueChange, QueueShape
from web.queues.usage import uses_of
from web.queues.words import ALL_WELL, UNREADABLE, USES

router = APIRouter(prefix="/queues")
MOST_LEVEL = 10


add_export(router, QUEUES)
add_export(router, QUEUE_ESTIMATES, "/{queue}/estimates/export")


@router.get("")
def queues_page(request: Request, who: QueueReader) -> Response:
    """List the queues."""
    return list_page(request, who, QUEUES)


@router.get("/new")
def new_queue(request: Request, who: QueueManager) -> Response:
    """Show the form for a new queue."""
    with context_of(request).database.begin() as session:
        form = queue_form(session, reader_of(request), None)
        return _show(session, request, who, None, form)


@router.post("")
def add_queue(request: Request, who: QueueManager, sent: SentForm) -> Response:
    """Add a queue."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        form = queue_form(session, reader, None)
        form.fill_rows(sent)

        def write() -> str:
            return make_queue(session, request, who, read_queue(sent))

        made = save(session, reader, form.form, sent, write)
        if isinstance(made, NotSaved):
            return _show(session, request, who, None, form, made.status)
    return saved(f"/queues/{made}")


@router.post("/check")
def check_queue(
    request: Request,
    _who: QueueManager,
    sent: SentForm,
    queue: Annotated[str, Query(max_length=50)] = "",
) -> Response:
    """Check what is typed in the form, without storing anything."""
    with context_of(request).database.begin() as session:
        known = store.queue_of(session, queue) if queue else _NEW
        shape = show_queue(session, reader_of(request), queue) if queue else None
        try:
            body = read_queue(sent)
            if not (body.name_en.strip() or body.name_zh.strip()):
                body = body.model_copy(update={"name_en": "-"})
            typed = wanted(session, request, known, body)
        except (HotlineError, ValidationError):
            found = None
        else:
            seconds = typed_seconds(read_rows(sent))
            found = remarks(session, request, reader_of(request), typed, seconds)
    shown = {"queue": shape, "remarks": found, "check_words": _check_words(request)}
    return context_of(request).pages.page(request, "queue-check.html", shown)


@router.get("/{queue}")
def queue_page(request: Request, queue: QueueKeyPath, who: QueueReader) -> Response:
    """Show a queue's form; without the right to change it, its fields are only shown."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        shape = show_queue(session, reader, queue)
        form = queue_form(session, reader, shape)
        return _show(session, request, who, shape, form)


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
        form.fill_rows(sent)

        def write() -> None:
            body = QueueChange(**dict(read_queue(sent)))
            write_queue(session, request, who, queue, body)

        outcome = save(session, reader, form.form, sent, write)
        if isinstance(outcome, NotSaved):
            return _show(session, request, who, before, form, outcome.status)
    return saved(f"/queues/{queue}")


@router.post("/{queue}/preview")
async def preview_queue(
    request: Request, queue: QueueKeyPath, _who: QueueReader, sent: SentForm
) -> Response:
    """Say who would get the next call; a part of the queue's page."""
    reader, level = reader_of(request), sent.one("level").strip()
    fits = level.isascii() and level.isdigit() and 1 <= int(level[:3]) <= MOST_LEVEL
    skill = sent.one("skill")[:40]
    needs = [NeedBody(skill=skill, level=int(level) if fits else 1)] if skill else []
    body = PreviewBody(needs=needs, vip=bool(sent.one("vip")))
    shown: dict[str, object] = {"outlook": None, "problem": "", "signed_out": ""}
    try:
        outlook = await ask_next(request, queue, body)
    except HotlineError as error:
        shown["problem"] = reader.error(error)
    else:
        shown["outlook"] = outlook
        shown["signed_out"] = reader.say(SIGNED_OUT, count=outlook.signed_out)
    return context_of(request).pages.page(request, "queue-next.html", shown)


@router.get("/{queue}/estimates")
def estimates_page(request: Request, queue: QueueKeyPath, who: QueueReader) -> Response:
    """Show by day how often the estimates of a queue were true."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        shape = show_queue(session, reader, queue)
    here = f"/queues/{shape.key}"
    estimates = reader.gettext(N_("Estimates"))
    tabs = (
        {"url": here, "label": shape.name},
        {"url": f"{here}/estimates", "label": estimates, "current": True},
    )
    return list_page(request, who, QUEUE_ESTIMATES, shown={"tabs": tabs})


@router.get("/{queue}/delete")
def ask_to_delete(request: Request, queue: QueueKeyPath, _who: QueueManager) -> Response:
    """Show what leads to a queue, and ask for its successor."""
    with context_of(request).database.begin() as session:
        shape = show_queue(session, reader_of(request), queue)
        form = _delete_form(session, request, shape)
        return _show_delete(session, request, shape, form)


@router.post("/{queue}/delete")
def remove_queue(
    request: Request, queue: QueueKeyPath, who: QueueManager, sent: SentForm
) -> Response:
    """Delete a queue; what leads to it leads to the successor from now on."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        store.queue_to_change(session, queue)
        shape = show_queue(session, reader, queue)
        form = _delete_form(session, request, shape)

        def write() -> None:
            delete_queue(session, request, who, queue, sent.one("successor").strip())

        outcome = save(session, reader, form, sent, write)
        if isinstance(outcome, NotSaved):
            return _show_delete(session, request, shape, form, outcome.status)
    return done("/queues", N_("Queue deleted."))


_NEW = QueueSettings(Queue(NO_QUEUE, ""), "", enabled=True)


def _show(  # noqa: PLR0913, PLR0917 - what the page is made of
    session: Session,
    request: Request,
    who: SignedIn,
    shape: QueueShape | None,
    form: QueueForm,
    status: int = 200,
) -> Response:
    reader = reader_of(request)
    known = store.queue_of(session, shape.key) if shape else _NEW
    found = remarks(session, request, reader, known) if shape else []
    shown = {
        "queue": shape,
        "parts": form,
        "titles": [(key, reader.gettext(title)) for key, title in TITLES],
        "strategy_help": strategy_help(reader),
        "new_step": StepRow(after="60"),
        "may_change": who.may(Right.QUEUES_MANAGE),
        "remarks": found,
        "check_words": _check_words(request),
        "uses": _uses(session, request, shape) if shape else (),
        "estimates": estimate_card(session, reader, shape.key) if shape else None,
    }
    return context_of(request).pages.page(request, "queue.html", shown, status=status)


def _uses(session: Session, request: Request, shape: QueueShape) -> list[tuple[str, str]]:
    reader, known = reader_of(request), store.queue_of(session, shape.key)
    shown: list[tuple[str, str]] = []
    for one in uses_of(session, known.queue.key):
        names = list(map(reader.phone, one.names)) if one.kind == "numbers" else one.names
        shown.append((reader.gettext(USES[one.kind]), reader.joined(names)))
    return shown


def _check_words(request: Request) -> dict[str, str]:
    reader = reader_of(request)
    return {"well": reader.gettext(ALL_WELL), "unreadable": reader.gettext(UNREADABLE)}


def _delete_form(session: Session, request: Request, shape: QueueShape) -> Form:
    reader = reader_of(request)
    known = store.queue_of(session, shape.key)
    used = bool(uses_of(session, known.queue.key))
    others = [one for one in queue_choices(session, reader) if one.key != shape.key]
    field = Field(
        "successor",
        reader.gettext(N_("Successor")),
        "select",
        required=used,
        options=others,
        placeholder=reader.gettext(N_("Select…")),
        help=reader.gettext(N_("The queue that callers come into from now on.")),
    )
    return Form(
        f"/queues/{shape.key}/delete",
        [field] if used else [],
        submit=reader.gettext(N_("Delete queue")),
        cancel_url=f"/queues/{shape.key}",
        name="delete-queue",
        columns=1,
    )


def _show_delete(
    session: Session, request: Request, shape: QueueShape, form: Form, status: int = 200
) -> Response:
    shown = {"queue": shape, "form": form, "uses": _uses(session, request, shape)}
    return context_of(request).pages.page(request, "queue-delete.html", shown, status=status)
