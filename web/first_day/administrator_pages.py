"""Pages for making the first administrator, at the one-time address that `bin/up` prints."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from crm.people.first_administrator.store import VALID_FOR
from crm.people.person import LoginResult, SessionKind, User
from web.first_day.actions import is_valid_link, make_first_administrator
from web.first_day.forms import PLACE, administrator_form
from web.first_day.shapes import AdministratorForm
from web.kit.body_form import read_body
from web.kit.editing import NotSaved, submit
from web.kit.errors import TooManyError
from web.kit.forms import Form
from web.kit.posted import SentForm
from web.kit.request import context_of, is_secure, reader_of
from web.sign_in import actions as way_in
from web.sign_in import password_links
from web.sign_in.visitor import OurVisitor, Visitor

router = APIRouter(prefix=PLACE)
COOKIE = "hotline_first"


@router.get("")
def administrator_page(request: Request, _who: Visitor) -> Response:
    """Show the form, if this browser came by a valid address."""
    if not is_valid_link(request, request.cookies.get(COOKIE, "")):
        return _page(request, None, 410)
    return _page(request, _form(request))


@router.get("/{token}")
def come_by_address(request: Request, token: str, _who: Visitor) -> Response:
    """Move the token out of the address, where other people could read it."""
    if not is_valid_link(request, token):
        try:
            password_links.count(request, "", LoginResult.LINK_WRONG)
        except TooManyError:
            return _page(request, None, 429)
        return _page(request, None, 410)
    answer = RedirectResponse(PLACE, 303)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(VALID_FOR.total_seconds()),
        path=PLACE,
        httponly=True,
        samesite="lax",
        secure=is_secure(request),
    )
    return answer


@router.post("")
def make_administrator(request: Request, _who: OurVisitor, sent: SentForm) -> Response:
    """Make the first administrator, sign them in, and go on to the set-up."""
    token = request.cookies.get(COOKIE, "")
    if not is_valid_link(request, token):
        return _page(request, None, 410)
    form = _form(request)

    def write() -> User | None:
        body = read_body(AdministratorForm, sent)
        return make_first_administrator(request, token, reader_of(request).language, body)

    made = submit(reader_of(request), form, sent, write)
    if isinstance(made, NotSaved):
        return _page(request, form, made.status)
    if made is None:  # another browser was faster
        return _page(request, None, 410)
    answer = RedirectResponse("/first-day", 303)
    answer.delete_cookie(COOKIE, path=PLACE)
    way_in.note_login(request, made.login, made, LoginResult.SIGNED_IN)
    opened = way_in.open_session(request, made, SessionKind.BROWSER)
    way_in.set_session_cookie(request, answer, opened.token)
    return answer


def _form(request: Request) -> Form:
    least = context_of(request).parameters().number("password_least")
    return administrator_form(reader_of(request), least)


def _page(request: Request, form: Form | None, status: int = 200) -> Response:
    pages = context_of(request).pages
    return pages.page(request, "first-administrator.html", {"form": form}, status=status)
