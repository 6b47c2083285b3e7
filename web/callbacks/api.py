"""The API of callbacks: listed, shown, added, changed, canceled."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from starlette.concurrency import run_in_threadpool

from acd.callbacks.store import callback as stored
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.callbacks import actions
from web.callbacks.listing import CALLBACKS
from web.callbacks.shapes import (
    CallbackBody,
    CallbackChange,
    CallbackId,
    CallbackPath,
    CallbackShape,
    CallbackShapes,
)
from web.callbacks.views import callback_reach, version_of
from web.kit.auth import CallReader, needs
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of
from web.kit.shapes import Done

router = APIRouter(prefix="/callbacks")
Controller = Annotated[SignedIn, Depends(needs(Right.MONITOR_CONTROL))]


@router.get("")
def list_callbacks(
    request: Request, query: Annotated[ListQuery, Depends(asked(CALLBACKS))]
) -> CallbackShapes:
    """List the customers who hung up to be called back, those who wait first.

    `state=open` are those that wait or are called just now.
    """
    return answer_page(request, CALLBACKS, query, CallbackShapes)


@router.post("", status_code=201)
async def add_callback(request: Request, body: CallbackBody, who: Controller) -> CallbackId:
    """Add a customer to be called back by a queue that is within reach."""
    return CallbackId(id=await actions.add(request, who, body))


@router.get("/{callback}")
def read_callback(
    request: Request, response: Response, callback: CallbackPath, who: CallReader
) -> CallbackShape:
    """Show a callback; the answer's `ETag` names the version for an `If-Match`."""
    with context_of(request).database.begin() as session:
        shape = actions.show_one(session, request, who, callback)
    response.headers["ETag"] = version_of(shape)
    return shape


@router.patch("/{callback}")
async def change_callback(
    request: Request,
    response: Response,
    callback: CallbackPath,
    body: CallbackChange,
    who: Controller,
) -> CallbackShape:
    """Change the number or the time of a callback that waits; the time waited counts on.

    With `If-Match` only if it has not changed. The engine checks the number by the outbound rules
    and the number lists, and the time by the queue's opening hours.
    """
    await actions.change(request, who, callback, body)
    shape = await run_in_threadpool(_show, request, callback, who)
    response.headers["ETag"] = version_of(shape)
    return shape


def _show(request: Request, callback: str, who: SignedIn) -> CallbackShape:
    with context_of(request).database.begin() as session:
        found = stored(session, callback, callback_reach(session, who, Right.MONITOR_CONTROL))
        return actions.show_record(session, request, who, found)


@router.post("/{callback}/cancel")
async def cancel_callback(request: Request, callback: CallbackPath, who: Controller) -> Done:
    """Cancel a callback that waits: the customer is not called. One being called goes on."""
    await actions.cancel(request, who, callback)
    return Done()
