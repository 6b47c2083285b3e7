"""Actions on callbacks that pages and API share: show one, add, change, cancel one."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from acd.callback import OPEN, CallbackRecord, CallbackState
from acd.callbacks.store import callback
from acd.store import queue_names
from crm.customers.store import customer_by_phone
from crm.kernel.errors import ConflictError, InvalidError, MissingError
from crm.kernel.typed_phone import typed_number
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.callbacks.shapes import CallbackBody, CallbackChange, CallbackShape
from web.callbacks.views import callback_reach, show_callbacks, version_of
from web.kit.audit import note
from web.kit.date_input import when
from web.kit.etag import check_match
from web.kit.i18n import N_, Reader
from web.kit.request import context_of, reader_of
from web.kit.settings_cache import vocabulary
from web.kit.shapes import Choice
from web.live.context import live_of

BEING_CALLED = N_("The customer is being called just now.")
NOT_WAITING = N_("This callback no longer waits.")
NO_NUMBER = N_("Enter the number to be called.")
ADDED = "added-"
"""How the id of a callback begins that a user added."""

STORED_LOOKS, STORED_SECONDS = 10, 0.15
"""Looks for a change in the database, and the time between two of them."""


def show_one(session: Session, request: Request, who: SignedIn, id_: str) -> CallbackShape:
    """Show a callback that the user sees; MissingError otherwise."""
    found = callback(session, id_, callback_reach(session, who, Right.CALLS_SEE))
    return show_record(session, request, who, found)


def show_record(
    session: Session, request: Request, who: SignedIn, found: CallbackRecord
) -> CallbackShape:
    """Show a callback."""
    (shape,) = show_callbacks(session, reader_of(request), who, [found])
    return shape


def queue_choices(session: Session, reader: Reader, who: SignedIn) -> Sequence[Choice]:
    """Give the active queues to which a user may add callbacks."""
    reach = callback_reach(session, who, Right.MONITOR_CONTROL)
    names = vocabulary(session).queue_names(reader.language)
    return [
        Choice(key=key, name=names.get(key, one.en))
        for key, one in queue_names(session).items()
        if one.enabled and (reach.people is None or key in reach.queues)
    ]


# ---- adding


async def add(request: Request, who: SignedIn, body: CallbackBody) -> str:
    """Let the engine take a callback, and note it; give its id.

    InvalidError names the field that is wrong; ConflictError: this number waits already.
    """
    id_ = f"{ADDED}{secrets.token_hex(8)}"
    asked = await run_in_threadpool(_checked, request, who, body)
    await live_of(request).link.ask("add callback", callback=id_, **asked)
    await run_in_threadpool(_note_added, request, who, id_, asked)
    await _stored(request, id_, lambda _: True)
    return id_


def _checked(request: Request, who: SignedIn, body: CallbackBody) -> dict[str, Any]:
    with context_of(request).database.begin() as session:
        known = {one.key for one in queue_choices(session, reader_of(request), who)}
        if body.queue not in known:
            sentence = "“{key}” is not one of the options."
            raise InvalidError(sentence, field="queue", key=body.queue)
        number = _number(request, body.number)
        customer = customer_by_phone(session, number)
    return {
        "number": number,
        "queue": body.queue,
        "at": _seconds(request, body.at),
        "note": body.note,
        "by": who.user.id,
        "customer": customer.id if customer is not None else 0,
    }


def _note_added(request: Request, who: SignedIn, id_: str, asked: dict[str, Any]) -> None:
    after = {name: asked[name] for name in ("number", "queue", "note")}
    after["at"] = _told(asked["at"])
    with context_of(request).database.begin() as session:
        note(session, request, who, "callback.added", "callbacks", id_, {}, after)


# ---- changing


async def change(request: Request, who: SignedIn, id_: str, body: CallbackChange) -> None:
    """Change the number or the time of a callback that waits, in the engine, and note it."""
    before = await run_in_threadpool(_check, request, who, id_)
    asked: dict[str, Any] = {}
    if body.number is not None:
        asked["number"] = _number(request, body.number)
    if body.at is not None:
        asked["at"] = _seconds(request, body.at)
    due = None if before.due is None else before.due.timestamp()
    same = asked.get("number", before.number) == before.number and asked.get("at", due) == due
    if same:
        return
    try:
        await live_of(request).link.ask("change callback", callback=id_, **asked)
    except MissingError:
        raise ConflictError(NOT_WAITING) from None
    await run_in_threadpool(_note_changed, request, who, before, asked)
    await _stored(request, id_, lambda one: (one.number, one.due) != (before.number, before.due))


def _note_changed(
    request: Request, who: SignedIn, known: CallbackRecord, asked: dict[str, Any]
) -> None:
    before: dict[str, Any] = {"number": known.number}
    after: dict[str, Any] = {"number": asked.get("number", known.number)}
    if "at" in asked:
        before["at"] = _told(known.due.timestamp() if known.due else None)
        after["at"] = _told(asked["at"])
    with context_of(request).database.begin() as session:
        note(session, request, who, "callback.changed", "callbacks", known.id, before, after)


def _number(request: Request, text: str) -> str:
    number = typed_number(text, context_of(request).settings.region, "number")
    if not number:
        raise InvalidError(NO_NUMBER, field="number")
    return number


def _seconds(request: Request, text: str) -> float | None:
    at = when(text, reader_of(request), "at")
    return None if at is None else at.timestamp()


def _told(at: float | None) -> str:
    return "" if at is None else datetime.fromtimestamp(at, UTC).isoformat()


# ---- canceling


async def cancel(request: Request, who: SignedIn, id_: str) -> None:
    """Cancel a callback that waits, in the engine, and note it.

    MissingError out of reach; ConflictError for one that is called just now or is over. The fact
    comes to the database a moment after the engine's answer: the page that follows shows it.
    """
    await run_in_threadpool(_check, request, who, id_)
    try:
        await live_of(request).link.ask("cancel callback", callback=id_)
    except MissingError:
        raise ConflictError(NOT_WAITING) from None
    await run_in_threadpool(_note_canceled, request, who, id_)
    await _stored(request, id_, lambda one: one.state not in OPEN)


def _note_canceled(request: Request, who: SignedIn, id_: str) -> None:
    before = {"state": CallbackState.WAITING.value}
    after = {"state": CallbackState.CANCELED.value}
    with context_of(request).database.begin() as session:
        note(session, request, who, "callback.canceled", "callbacks", id_, before, after)


# ---- both


def _check(request: Request, who: SignedIn, id_: str) -> CallbackRecord:
    """Find a callback that waits and is within reach, in the version that the asker names."""
    with context_of(request).database.begin() as session:
        found = callback(session, id_, callback_reach(session, who, Right.MONITOR_CONTROL))
        check_match(request, version_of(show_record(session, request, who, found)))
    if found.state is not CallbackState.WAITING:
        calling = found.state is CallbackState.CALLING
        raise ConflictError(BEING_CALLED if calling else NOT_WAITING)
    return found


async def _stored(request: Request, id_: str, is_there: Callable[[CallbackRecord], bool]) -> None:
    """Wait a moment until the database has what the engine has noted."""
    for _ in range(STORED_LOOKS):
        if await run_in_threadpool(_look, request, id_, is_there):
            return
        await asyncio.sleep(STORED_SECONDS)


def _look(request: Request, id_: str, is_there: Callable[[CallbackRecord], bool]) -> bool:
    with context_of(request).database.begin() as session:
        try:
            return is_there(callback(session, id_))
        except MissingError:
            return False
