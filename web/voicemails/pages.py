"""The pages of voicemails: the list, and one message with its player."""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from crm.kernel.errors import HotlineError, InvalidError, MissingError
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.bodies import IdPath
from web.kit.body_form import read_body
from web.kit.editing import NotSaved, save
from web.kit.forms import Form
from web.kit.i18n import N_
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.kit.toast import done
from web.voicemails import actions
from web.voicemails.api import Hearer
from web.voicemails.forms import care_form
from web.voicemails.listing import VOICEMAILS, heard_by
from web.voicemails.shapes import CareBody, CareChange
from web.voicemails.sound import remove_sounds
from web.voicemails.words import STATES, TONES

router = APIRouter(prefix="/voicemails")
HANDLED = N_("Marked as handled.")
REMOVED = N_("Deleted.")


add_export(router, VOICEMAILS)


@router.get("")
def voicemails_page(request: Request, who: Hearer) -> Response:
    """List voicemails, newest first unless another order is asked for."""
    return _list(request, who)


@router.post("/handle")
def handle_chosen(request: Request, who: Hearer, sent: SentForm) -> Response:
    """Mark all chosen messages as handled."""

    def handle(session: Session) -> None:
        actions.handle(session, request, who, sent.ids("ids"))

    return _do(request, who, handle, HANDLED)


@router.post("/remove")
def remove_chosen(request: Request, who: Hearer, sent: SentForm) -> Response:
    """Remove all chosen messages with their sound, or none of them."""
    files: list[str] = []

    def remove(session: Session) -> None:
        files.extend(actions.remove(session, request, who, sent.ids("ids")))

    answer = _do(request, who, remove, REMOVED)
    if answer.status_code == 303:  # noqa: PLR2004 - done
        remove_sounds(context_of(request).settings, files)
    return answer


@router.get("/{voicemail}")
def voicemail_page(request: Request, voicemail: IdPath, who: Hearer) -> Response:
    """Show a message: its player, who called, and what is done about it."""
    with context_of(request).database.begin() as session:
        return _page(session, request, who, voicemail)


@router.post("/{voicemail}")
def change_voicemail(request: Request, voicemail: IdPath, who: Hearer, sent: SentForm) -> Response:
    """Change a message, unless another user changed it in the meantime."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        known = actions.lock_message(session, who, voicemail)
        form = care_form(session, reader, actions.show_message(session, request, who, voicemail))

        def write() -> None:
            body = CareChange(**dict(read_body(CareBody, sent)))
            actions.write_care(session, request, who, known, body)

        outcome = save(session, reader, form, sent, write)
        if isinstance(outcome, NotSaved):
            return _page(session, request, who, voicemail, form, outcome.status)
        return done(_after(session, who, voicemail), N_("Saved."))


@router.post("/{voicemail}/remove")
def remove_voicemail(request: Request, voicemail: IdPath, who: Hearer) -> Response:
    """Remove a message with its sound."""
    context = context_of(request)
    with context.database.begin() as session:
        actions.find_message(session, who, voicemail)
        files = actions.remove(session, request, who, [voicemail])
    remove_sounds(context.settings, files)
    return done("/voicemails", REMOVED)


def _after(session: Session, who: SignedIn, id_: int) -> str:
    """Give the page to go to: the list, for a user who gave away what they could hear."""
    try:
        actions.find_message(session, who, id_)
    except MissingError:
        return "/voicemails"
    return f"/voicemails/{id_}"


def _do(request: Request, who: SignedIn, do: Callable[[Session], object], toast: str) -> Response:
    try:
        with context_of(request).database.begin() as session:
            do(session)
    except HotlineError as error:
        return _list(request, who, error)
    return done("/voicemails", toast)


def _list(request: Request, who: SignedIn, error: HotlineError | None = None) -> Response:
    said = reader_of(request).error(error) if error else ""
    refused = 422 if isinstance(error, InvalidError) else 403
    status = refused if error else 0
    return list_page(request, who, VOICEMAILS, "voicemails.html", {"error": said}, status)


def _page(  # noqa: PLR0913, PLR0917 - what a page shows
    session: Session,
    request: Request,
    who: SignedIn,
    id_: int,
    form: Form | None = None,
    status: int = 200,
) -> Response:
    reader = reader_of(request)
    shape = actions.show_message(session, request, who, id_)
    shown = {
        "voicemail": shape,
        "state_name": reader.gettext(STATES[shape.state]),
        "tone": TONES[shape.state],
        "heard_by": heard_by(shape, reader),
        "form": form or care_form(session, reader, shape),
        "may_remove": actions.may_remove(who, actions.find_message(session, who, id_)),
        "may_see_calls": who.may(Right.CALLS_SEE),
        "may_see_customers": who.may(Right.CUSTOMERS_SEE),
        "sound_url": f"/api/v1/voicemails/{id_}/sound",
    }
    return context_of(request).pages.page(request, "voicemail.html", shown, status=status)
