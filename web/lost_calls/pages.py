"""The pages of lost calls: the list, and one entry."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from crm.kernel.errors import HotlineError, InvalidError, MissingError
from crm.lost_calls.lost_call import LostCall, LostState
from crm.people.person import SignedIn
from web.calls.shapes import CallPath
from web.kit.auth import CallReader
from web.kit.body_form import fields_of, read_body
from web.kit.editing import NotSaved, carry_out, save
from web.kit.forms import Form
from web.kit.i18n import N_
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.listing.sums import add_sums
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.kit.shapes import Choice
from web.kit.toast import done
from web.lost_calls import actions
from web.lost_calls.listing import LOST_CALLS, call_back
from web.lost_calls.shapes import LostCallShape, LostCareBody, LostCareChange
from web.lost_calls.views import owners, version_of
from web.lost_calls.words import STATES, TONES

router = APIRouter(prefix="/lost-calls")
MARKED = N_("Marked as done.")

add_export(router, LOST_CALLS)
add_sums(router, LOST_CALLS)


@router.get("")
def lost_calls_page(request: Request, who: CallReader) -> Response:
    """List lost calls, the last try first unless another order is asked for."""
    return list_page(request, who, LOST_CALLS, "lost-calls.html", {"error": ""})


@router.post("/done")
def mark_done(request: Request, who: CallReader, sent: SentForm) -> Response:
    """Mark the chosen lost calls as done, all or none of them."""

    def finish(session: Session) -> None:
        actions.finish(session, request, who, sent.many("ids"))

    def again(error: HotlineError) -> Response:
        shown = {"error": reader_of(request).error(error)}
        status = 422 if isinstance(error, InvalidError) else 404
        return list_page(request, who, LOST_CALLS, "lost-calls.html", shown, status)

    return carry_out(request, finish, "/lost-calls", again, MARKED)


@router.get("/{call}")
def lost_call_page(request: Request, call: CallPath, who: CallReader) -> Response:
    """Show an entry: who called, how often, and what is done about it."""
    with context_of(request).database.begin() as session:
        return _page(session, request, actions.find_lost(session, request, who, call))


@router.post("/{call}")
def change_lost_call(request: Request, call: CallPath, who: CallReader, sent: SentForm) -> Response:
    """Change an entry, unless another user changed it in the meantime."""
    with context_of(request).database.begin() as session:
        known = actions.lock(session, request, who, call)
        shape = actions.show_one(session, request, known)
        form = _form(session, request, shape)

        def write() -> None:
            body = LostCareChange(**dict(read_body(LostCareBody, sent)))
            actions.write_care(session, request, who, known, body)

        outcome = save(session, reader_of(request), form, sent, write)
        if isinstance(outcome, NotSaved):
            return _page(session, request, known, form, outcome.status)
        return done(_after(session, request, who, call), N_("Saved."))


def _after(session: Session, request: Request, who: SignedIn, call: str) -> str:
    """Give the page to go to: the list, for a user who gave away what they could see."""
    try:
        actions.find_lost(session, request, who, call)
    except MissingError:
        return "/lost-calls"
    return f"/lost-calls/{call}"


def _form(session: Session, request: Request, shape: LostCallShape) -> Form:
    reader = reader_of(request)
    people = [Choice(key=str(one.id), name=one.name) for one in owners(session)]
    if shape.owner is not None and str(shape.owner.id) not in {one.key for one in people}:
        people.append(Choice(key=str(shape.owner.id), name=shape.owner.name))
    state = LostState.DONE if shape.state is LostState.REACHED else shape.state
    values = {
        "state": state.value,
        "owner": shape.owner.id if shape.owner else None,
        "note": shape.note,
    }
    return Form(
        f"/lost-calls/{shape.id}",
        fields_of(LostCareBody, reader, values, {"owner": people}),
        version=version_of(shape),
        submit=reader.gettext(N_("Save")),
        name="lost-call",
        columns=1,
    )


def _page(
    session: Session,
    request: Request,
    known: LostCall,
    form: Form | None = None,
    status: int = 200,
) -> Response:
    reader = reader_of(request)
    shape = actions.show_one(session, request, known)
    shown = {
        "lost": shape,
        "state_name": reader.gettext(STATES[shape.state]),
        "tone": TONES[shape.state],
        "call_back": call_back(shape, reader),
        "form": form or _form(session, request, shape),
    }
    return context_of(request).pages.page(request, "lost-call.html", shown, status=status)
