"""Actions on dialling stops that pages and API share: show and release."""

from collections.abc import Collection

from fastapi import Request
from sqlalchemy.orm import Session

from crm.alarms.store import end_alarm
from crm.charges.stops import store
from crm.kernel.errors import MissingError
from crm.people.person import SignedIn
from crm.people.store import names
from cti.outbound.alarms import FRAUD, STOPPED
from web.dialling_stops.shapes import StopShape
from web.kit.audit import note
from web.kit.clock import now
from web.kit.i18n import N_, Reader
from web.kit.shapes import Named

NOT_STOPPED = N_("These outbound calls are not stopped.")


def show_stops(session: Session, reader: Reader) -> list[StopShape]:
    """Show the stops, the newest first."""
    found = store.stops(session)
    people = names(session, {one.released_by for one in found if one.released_by})
    return [_show(one, people, reader) for one in found]


def release(
    session: Session, request: Request, who: SignedIn, ids: Collection[int]
) -> list[store.DiallingStop]:
    """Release stops and end their alarms; MissingError if none of them is in force."""
    at = now()
    found = store.release(session, ids, who.user.id, at)
    if not found:
        raise MissingError(NOT_STOPPED)
    for one in found:
        end_alarm(session, FRAUD, one.place, at)
        said = {"name": one.name, "reason": one.why}
        note(session, request, who, "dialling_stop.released", "dialling_stops", one.id, {}, said)
    return found


def release_place(session: Session, request: Request, who: SignedIn, place: str) -> None:
    """Release the stop of a person or trunk; MissingError if there is none in force."""
    ids = [one.id for one in store.stops(session) if one.place == place and one.released_at is None]
    release(session, request, who, ids)


def _show(one: store.DiallingStop, people: dict[int, str], reader: Reader) -> StopShape:
    by = one.released_by
    said = {"name": one.name, **{key: str(value) for key, value in one.values.items()}}
    return StopShape(
        id=one.id,
        place=one.place,
        kind=one.kind,
        name=one.name,
        sentence=reader.say(STOPPED.get((one.kind, one.why), ""), **said),
        since=one.since,
        released_at=one.released_at,
        released_by=Named(id=by, name=people.get(by, f"#{by}")) if by is not None else None,
    )
