"""Actions of forced handling that pages and API share: what is on, on, off."""

import math
from datetime import datetime
from typing import Any

from fastapi import Request
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection

from crm.kernel.destination import Destination
from crm.kernel.errors import InvalidError
from crm.people.person import SignedIn
from crm.people.store import names
from cti.routes import store
from cti.routes.rule import Forced
from cti.routes.store import ForcedHandling
from ivr.store import numbers
from web.destinations.actions import describe, read
from web.destinations.targets import DestinationTargets, targets_of
from web.forced_handling.shapes import ForcedBody, ForcedShape
from web.kit.audit import note
from web.kit.cached import Cached
from web.kit.clock import now
from web.kit.i18n import N_, Reader
from web.kit.request import context_of, reader_of
from web.kit.shapes import Named

THING = "forced_handling"
LAST_YEAR = 2199


class ForcedNow:
    """What is on, with the names for it, for the bar on every page.

    The database tells of each change, so that a page almost never waits for it.
    """

    def __init__(self) -> None:
        """Begin empty; the first page asks the database."""
        self._known = Cached(_read, seconds=math.inf)

    def forget(self) -> None:
        """Read again, after a change."""
        self._known.forget()

    def forget_after(self, session: Session) -> None:
        """Read again as soon as the session has committed."""
        event.listen(session, "after_commit", lambda _session: self.forget())

    def show(self, connection: HTTPConnection) -> list[ForcedShape]:
        """Show what is on to the reader; with the database away, what was on before."""
        context, reader = context_of(connection), reader_of(connection)
        known = self._known.fresh()
        if known is None:
            try:
                with context.database.begin() as session:
                    known = self._known.read(session)
            except SQLAlchemyError:
                known = self._known.value
        if known is None:
            return []
        at = now()
        found, targets, people = known
        return [
            _show(one, targets, people, reader)
            for one in found
            if one.until is None or one.until > at
        ]


def forced_now(connection: HTTPConnection) -> ForcedNow:
    """Give the cache of this process."""
    found: ForcedNow = connection.app.state.forced_now
    return found


def show_forced(session: Session, reader: Reader) -> list[ForcedShape]:
    """Show what is on now, that of all numbers first."""
    found, targets, people = _read(session)
    return [_show(one, targets, people, reader) for one in found]


def set_forced(session: Session, request: Request, who: SignedIn, body: ForcedBody) -> None:
    """Turn forced handling of all numbers, or of one, on or off."""
    if body.number and all(one.number != body.number for one in numbers(session)):
        raise InvalidError(
            N_("{number} is not one of our own numbers."), "number", number=body.number[:40]
        )
    if body.destination is None:
        turn_off(session, request, who, body.number)
        return
    region = context_of(request).settings.region
    to = read(body.destination, targets_of(session), region, "destination")
    until = _until(body.until, reader_of(request))
    turn_on(session, request, who, Forced(to, body.number, until), body.reason)


def turn_on(
    session: Session, request: Request, who: SignedIn, forced: Forced, reason: str = ""
) -> None:
    """Send calls elsewhere; what was on for the number ends. The engine knows within a second."""
    before = _of(session, forced.number)
    store.begin_forced(session, forced, reason, who.user.id)
    after = _of(session, forced.number)
    which = forced.number or 0
    note(session, request, who, "forced.on", THING, which, _noted(before), _noted(after))
    forced_now(request).forget_after(session)


def turn_off(session: Session, request: Request, who: SignedIn, number: str) -> None:
    """Let calls follow the routes again; nothing happens if it was off."""
    before = _of(session, number)
    if store.end_forced(session, number, who.user.id) and before is not None:
        note(session, request, who, "forced.off", THING, number or 0, _noted(before), {})
    forced_now(request).forget_after(session)


def day_night(session: Session, reader: Reader) -> tuple[bool, str]:
    """Say whether calls to all numbers are sent elsewhere, and where, or where the last time.

    "" if that is not known, or calls cannot be sent there any more.
    """
    on = _of(session, "")
    to = on.forced.destination if on else last_destination(session)
    return on is not None, describe(to, targets_of(session), reader) if to else ""


def last_destination(session: Session) -> Destination | None:
    """Give where all calls were sent the last time; None if they cannot be sent there now."""
    found = store.last_destination(session)
    if found is None:
        return None
    try:
        return read(str(found), targets_of(session), "", "destination")
    except InvalidError:
        return None


_Known = tuple[list[ForcedHandling], DestinationTargets, dict[int, str]]


def _read(session: Session) -> _Known:
    found = store.forced_handling(session)
    if not found:
        return found, {}, {}
    return found, targets_of(session), dict(names(session, {one.begun_by for one in found}))


def _show(
    one: ForcedHandling, targets: DestinationTargets, people: dict[int, str], reader: Reader
) -> ForcedShape:
    to = one.forced.destination
    return ForcedShape(
        id=one.id,
        number=one.forced.number,
        destination=str(to),
        destination_name=describe(to, targets, reader),
        reason=one.reason,
        since=one.since,
        until=one.until,
        by=Named(id=one.begun_by, name=people.get(one.begun_by, "")),
    )


def _of(session: Session, number: str) -> ForcedHandling | None:
    return next(
        (one for one in store.forced_handling(session) if one.forced.number == number), None
    )


def _until(until: datetime | None, reader: Reader) -> float | None:
    if until is None:
        return None
    whole = until if until.tzinfo else until.replace(tzinfo=reader.zone)
    if whole.year > LAST_YEAR:
        raise InvalidError(N_("Enter a valid time."), "until")
    if whole <= now():
        raise InvalidError(N_("Enter a time in the future."), "until")
    return whole.timestamp()


def _noted(one: ForcedHandling | None) -> dict[str, Any]:
    if one is None:
        return {}
    return {
        "number": one.forced.number,
        "destination": str(one.forced.destination),
        "reason": one.reason,
        "until": one.until.isoformat() if one.until else None,
    }
