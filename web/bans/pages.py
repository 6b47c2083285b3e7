"""The page of unauthorized attempts and of bans."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from crm.kernel.errors import HotlineError, InvalidError
from web.bans.actions import release_bans
from web.bans.api import PhoneManager
from web.bans.listing import ATTEMPTS
from web.bans.words import tabs
from web.kit.editing import carry_out
from web.kit.i18n import N_
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import SentForm
from web.kit.request import reader_of

router = APIRouter(prefix="/bans")
add_export(router, ATTEMPTS)


@router.get("")
def attempts_page(request: Request, who: PhoneManager) -> Response:
    """List the addresses with unauthorized attempts, the newest first."""
    return list_page(request, who, ATTEMPTS, "bans.html", _shown(request))


@router.post("/release")
def release_chosen(request: Request, who: PhoneManager, sent: SentForm) -> Response:
    """Release the chosen addresses."""
    chosen = sent.many("ids")

    def release(session: Session) -> None:
        if not chosen:
            raise InvalidError(N_("Select the addresses first."))
        release_bans(session, request, who, chosen)

    def again(error: HotlineError) -> Response:
        shown = _shown(request) | {"error": reader_of(request).error(error)}
        status = 422 if isinstance(error, InvalidError) else 409
        return list_page(request, who, ATTEMPTS, "bans.html", shown, status)

    return carry_out(request, release, "/bans", again, N_("Ban released."))


def _shown(request: Request) -> dict[str, object]:
    return {"tabs": tabs(reader_of(request), "/bans"), "error": ""}
