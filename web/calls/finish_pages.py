"""The form that finishes a call, as a part of the workspace, of a drawer and of the call's page."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from crm.kernel.errors import HotlineError
from crm.people.person import SignedIn
from web.calls.finish import (
    FinishBody,
    call_to_finish,
    finish_form,
    forget_draft,
    keep_finish,
)
from web.calls.finish_view import FinishView, finish_view, name_of
from web.calls.shapes import CallPath
from web.kit.auth import CallReader
from web.kit.body_form import read_body
from web.kit.editing import NotSaved, submit
from web.kit.posted import Posted, SentForm
from web.kit.request import context_of, reader_of
from web.live.context import live_of

router = APIRouter(prefix="/calls")


@router.get("/{call}/finish")
def finish_part(
    request: Request, call: CallPath, who: CallReader, edit: str = "", given: str = ""
) -> Response:
    """Give the form of a call that you may finish."""
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        found = call_to_finish(session, live_of(request).mirror, who, call)
        view = finish_view(session, reader, who, found, edit=bool(edit), given=given[:50])
    return _page(request, view)


@router.post("/{call}/finish")
async def finish(request: Request, call: CallPath, who: CallReader, sent: SentForm) -> Response:
    """Save the disposition and the interaction record of a call."""
    view, body = await run_in_threadpool(_keep, request, who, call, sent)
    if body is None:
        return _page(request, view, status=422)
    try:
        fields = {"call": call, "outcome": body.outcome, "note": body.note}
        await live_of(request).link.ask("outcome", agent=who.user.id, **fields)
    except HotlineError as error:
        view.saved, view.form.error = "", reader_of(request).error(error)
        return _page(request, view, status=503)
    await run_in_threadpool(_forget, request, who, call)
    return _page(request, view)


def _keep(
    request: Request, who: SignedIn, call: str, sent: Posted
) -> tuple[FinishView, FinishBody | None]:
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        found = call_to_finish(session, live_of(request).mirror, who, call)
        form = finish_form(session, reader, found, {})
        view = FinishView(found.id, form)

        def write() -> FinishBody:
            body = read_body(FinishBody, sent)
            with session.begin_nested():
                keep_finish(session, request, who, found, body)
            return body

        body = submit(reader, form, sent, write)
        if isinstance(body, NotSaved):
            return view, None
        view.saved, view.note = name_of(session, reader, body.outcome), body.note
        view.given, view.just_saved = body.outcome, True
        return view, body


def _forget(request: Request, who: SignedIn, call: str) -> None:
    with context_of(request).database.begin() as session:
        forget_draft(session, who, call)


def _page(request: Request, view: FinishView, *, status: int = 200) -> Response:
    shown: dict[str, Any] = {"finish": view}
    return context_of(request).pages.page(request, "fragments/finish.html", shown, status=status)
