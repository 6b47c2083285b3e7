"""The pages of the login log and of the open sessions."""

from contextlib import suppress
from typing import Any

from fastapi import APIRouter, Request, Response

from crm.kernel.errors import MissingError
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.i18n import N_
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.kit.toast import done
from web.logins.api import LoginReader, PeopleKeeper, end_one
from web.logins.listing import LOGINS, PRESENT
from web.people import actions

router = APIRouter(prefix="/logins")
add_export(router, LOGINS)
add_export(router, PRESENT, "/now/export")


@router.get("")
def logins_page(request: Request, who: LoginReader) -> Response:
    """Show the sign-ins and failed attempts, newest first."""
    return list_page(request, who, LOGINS, shown=_tabs(request, who))


@router.get("/now")
def present_page(request: Request, who: PeopleKeeper) -> Response:
    """Show the open sessions."""
    return list_page(request, who, PRESENT, shown=_tabs(request, who))


@router.post("/now/end")
def end_sessions(request: Request, who: PeopleKeeper, sent: SentForm) -> Response:
    """End the chosen sessions, all or none; their live pages close at once."""
    ids, gone = sent.ids("ids"), list[int]()
    with context_of(request).database.begin() as session:
        for opened in sorted(set(ids)):
            # A session that has ended since the list was read must not keep the others open.
            with suppress(MissingError):
                gone += end_one(session, request, who, opened)
    actions.shut(request, ids, gone)
    return done("/logins/now", N_("Sessions signed out."))


def _tabs(request: Request, who: SignedIn) -> dict[str, Any]:
    reader, here = reader_of(request), request.url.path
    tabs = [("/logins", N_("Sign-in log"), Right.LOGINS_SEE)]
    tabs += [("/logins/now", N_("Active sessions"), Right.PEOPLE_MANAGE)]
    return {
        "tabs": [
            {"url": url, "label": reader.gettext(label), "current": url == here}
            for url, label, right in tabs
            if who.may(right)
        ]
    }
