"""Actions on faxes that pages and API share: show, download, mark as handled."""

from collections.abc import Collection, Iterable

from fastapi import Request
from sqlalchemy.orm import Session

from crm.customers.store import customer_names
from crm.faxes import store
from crm.faxes.fax import Fax
from crm.kernel.errors import InvalidError, MissingError
from crm.people.person import SignedIn
from crm.people.rights import Right
from crm.people.store import names
from web.faxes.files import has_file
from web.faxes.shapes import FaxDetail, FaxShape
from web.kit.audit import note
from web.kit.auth import reach_of
from web.kit.clock import now
from web.kit.i18n import N_
from web.kit.request import context_of
from web.kit.shapes import Named

THING = "faxes"


def sees_faxes(session: Session, who: SignedIn) -> bool:
    """Whether a user may read faxes: no user owns them, so the permission must reach all data."""
    return reach_of(session, who, Right.VOICEMAIL_HEAR).people is None


def find_fax(session: Session, who: SignedIn, id_: int) -> Fax:
    """Read a fax that the user may read; MissingError otherwise."""
    found = store.fax(session, id_)
    if not sees_faxes(session, who):
        raise MissingError("There is no fax {fax}.", fax=id_)
    return found


def show_faxes(session: Session, found: Iterable[Fax]) -> list[FaxShape]:
    """Show faxes with the names of customers and users."""
    found = list(found)
    people = names(session, {one.handled_by for one in found if one.handled_by is not None})
    customers = customer_names(session, sorted({one.customer for one in found if one.customer}))
    return [_show(one, people, customers) for one in found]


def show_fax(session: Session, request: Request, who: SignedIn, id_: int) -> FaxDetail:
    """Show one fax."""
    found = find_fax(session, who, id_)
    (shape,) = show_faxes(session, [found])
    there = has_file(context_of(request).settings, found.file)
    return FaxDetail(**dict(shape), has_file=there)


def note_download(session: Session, request: Request, who: SignedIn, fax: Fax) -> None:
    """Note that a user reads a fax."""
    note(session, request, who, "fax.read", THING, fax.id)


def handle(
    session: Session,
    request: Request,
    who: SignedIn,
    ids: Collection[int],
    *,
    handled: bool = True,
) -> None:
    """Mark faxes as handled, or as not handled."""
    if not ids:
        raise InvalidError(N_("Select the faxes first."))
    if not sees_faxes(session, who):
        return
    for one in store.set_handled(session, ids, who.user.id, now(), handled=handled):
        before, after = {"handled": not handled}, {"handled": handled}
        note(session, request, who, "fax.changed", THING, one, before, after)


def _show(one: Fax, people: dict[int, str], customers: dict[int, str]) -> FaxShape:
    handler = one.handled_by
    return FaxShape(
        id=one.id,
        state=one.state,
        why=one.why,
        call=one.call,
        caller=one.caller,
        called=one.called,
        # A customer who was merged or removed has no name any more.
        customer=Named(id=one.customer, name=customers[one.customer])
        if one.customer in customers
        else None,
        at=one.at,
        pages=one.pages,
        station=one.station,
        handled_by=None if handler is None else Named(id=handler, name=people.get(handler, "")),
        handled_at=one.handled_at,
    )
