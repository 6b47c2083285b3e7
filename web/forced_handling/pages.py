"""The page of forced handling, its bar on every page, and the day and night key."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from crm.kernel.errors import ConflictError, HotlineError
from crm.people.person import SignedIn
from cti.routes.rule import Forced
from ivr.store import numbers
from web.destinations.actions import fields, posted
from web.destinations.targets import targets_of
from web.forced_handling import actions
from web.forced_handling.api import Switcher
from web.forced_handling.shapes import ForcedBody, ForcedForm
from web.kit.auth import Anybody
from web.kit.body_form import fields_of, read_body
from web.kit.editing import NotSaved, save
from web.kit.forms import Form, choices_of
from web.kit.i18n import N_, Reader
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of, safe_next
from web.kit.toast import done

router = APIRouter()
PAGE = "/forced-handling"


@router.get("/forced-handling")
def forced_page(request: Request, _who: Switcher) -> Response:
    """Show what is on, and the form that turns it on."""
    with context_of(request).database.begin() as session:
        return _page(session, request, _form(session, reader_of(request)))


@router.post("/forced-handling")
def turn_on(request: Request, who: Switcher, sent: SentForm) -> Response:
    """Send all calls, or those to one number, elsewhere."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        form = _form(session, reader)

        def write() -> None:
            typed = read_body(ForcedForm, sent)
            body = ForcedBody(**dict(typed), destination=posted(sent, "destination"))
            actions.set_forced(session, request, who, body)

        outcome = save(session, reader, form, sent, write)
        if isinstance(outcome, NotSaved):
            return _page(session, request, form, outcome.status)
    return done(PAGE, N_("Forced handling is on."))


@router.post("/forced-handling/off")
def turn_off(request: Request, who: Switcher, sent: SentForm) -> Response:
    """Let calls follow the routes again: those to one number, or all with `every`."""
    with context_of(request).database.begin() as session:
        on = [one.number for one in actions.show_forced(session, reader_of(request))]
        for number in on if sent.one("every") else [sent.one("number")]:
            actions.turn_off(session, request, who, number)
    return done(safe_next(sent.one("next") or PAGE), N_("Forced handling is off."))


@router.post("/forced-handling/key")
def press_key(request: Request, who: Switcher, sent: SentForm) -> Response:
    """The day and night key: all calls to the last destination, or by the routes again."""
    back = safe_next(sent.one("next") or PAGE)
    try:
        with context_of(request).database.begin() as session:
            if sent.one("do") == "off":
                actions.turn_off(session, request, who, "")
                return done(back, N_("Forced handling is off."))
            _turn_on_again(session, request, who)
    except HotlineError as error:
        with context_of(request).database.begin() as session:
            form = _form(session, reader_of(request))
            form.error = reader_of(request).error(error)
            return _page(session, request, form, 409)
    return done(back, N_("Forced handling is on."))


@router.get("/bars")
def bars(request: Request, _who: Anybody) -> Response:
    """Give the bars of all pages, for a page that stays open."""
    return context_of(request).pages.page(request, "bars-alone.html", {})


def _turn_on_again(session: Session, request: Request, who: SignedIn) -> None:
    to = actions.last_destination(session)
    if to is None:
        raise ConflictError(N_("Choose a destination once; then the key uses it."))
    on, _ = actions.day_night(session, reader_of(request))
    if not on:
        actions.turn_on(session, request, who, Forced(to))


def _form(session: Session, reader: Reader) -> Form:
    ours = choices_of(
        (one.number, f"{reader.phone(one.number)} {one.name}".strip())
        for one in numbers(session)
        if one.enabled
    )
    last = actions.last_destination(session)
    own = {one.name: one for one in fields_of(ForcedForm, reader, {}, {"number": ours})}
    to = fields(
        "destination",
        N_("Destination"),
        str(last) if last else "",
        targets_of(session),
        reader,
    )
    return Form(
        PAGE,
        [own["number"], *to, own["until"], own["reason"]],
        submit=reader.gettext(N_("Turn on")),
        name="forced",
    )


def _page(session: Session, request: Request, form: Form, status: int = 200) -> Response:
    shown = {"form": form, "on": actions.show_forced(session, reader_of(request))}
    return context_of(request).pages.page(request, "forced-handling.html", shown, status=status)
