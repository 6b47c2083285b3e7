"""The page of dialling stops."""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from crm.kernel.errors import HotlineError, InvalidError
from crm.people.person import SignedIn
from web.dialling_stops import actions
from web.dialling_stops.api import StopManager
from web.dialling_stops.listing import STOPS
from web.dialling_stops.shapes import PlacePath
from web.kit.editing import carry_out
from web.kit.i18n import N_
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import SentForm
from web.kit.request import reader_of

router = APIRouter(prefix="/dialling-stops")
add_export(router, STOPS)


@router.get("")
def stops_page(request: Request, who: StopManager) -> Response:
    """List the stops."""
    return list_page(request, who, STOPS, "dialling-stops.html", {"error": ""})


@router.post("/release")
def release_chosen(request: Request, who: StopManager, sent: SentForm) -> Response:
    """Release the chosen stops."""
    chosen = sent.ids("ids")

    def release(session: Session) -> None:
        if not chosen:
            raise InvalidError(N_("Select the stops first."))
        actions.release(session, request, who, chosen)

    return _carry_out(request, who, release)


@router.post("/{place}/release")
def release_place(request: Request, place: PlacePath, who: StopManager) -> Response:
    """Release the stop of a person or trunk."""
    return _carry_out(
        request, who, lambda session: actions.release_place(session, request, who, place)
    )


def _carry_out(request: Request, who: SignedIn, do: Callable[[Session], object]) -> Response:
    def again(error: HotlineError) -> Response:
        shown = {"error": reader_of(request).error(error)}
        status = 422 if isinstance(error, InvalidError) else 404
        return list_page(request, who, STOPS, "dialling-stops.html", shown, status)

    return carry_out(request, do, "/dialling-stops", again, N_("Stop released."))
