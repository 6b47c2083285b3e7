"""Pages for a forgotten password: ask for a link by mail, and set a new one."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field
from starlette.background import BackgroundTask

from crm.kernel.errors import MissingError
from crm.people.links.store import GOOD_FOR
from crm.people.person import LoginResult, User
from web.kit.bodies import Body
from web.kit.body_form import Input, fields_of, read_body
from web.kit.editing import NotSaved, submit
from web.kit.errors import TooManyError
from web.kit.forms import Form
from web.kit.i18n import N_, Reader
from web.kit.password_fields import NewPassword, PasswordAgain, check_same
from web.kit.posted import SentForm
from web.kit.request import context_of, is_secure, reader_of
from web.sign_in import password_links
from web.sign_in.visitor import OurVisitor, Visitor

router = APIRouter()
COOKIE = "hotline_link"
PLACE = "/set-password"


class LoginForm(Body):
    """The user who has forgotten their password."""

    login: Annotated[
        str,
        Field(min_length=1, max_length=254),
        Input(N_("Username or email"), autocomplete="username"),
    ]


class NewPasswordForm(Body):
    """The new password, twice."""

    new: NewPassword
    again: PasswordAgain


@router.get("/forgot")
def forgot_page(request: Request, _who: Visitor) -> Response:
    """Ask for a login or an address."""
    _check_offered(request)
    return _forgot_page(request, _login_form(reader_of(request)))


@router.post("/forgot")
def ask_for_link(request: Request, _who: OurVisitor, sent: SentForm) -> Response:
    """Say that a mail may be on its way, for any login; it is written after the answer."""
    _check_offered(request)
    form = _login_form(reader_of(request))

    def write() -> str:
        login = read_body(LoginForm, sent).login
        password_links.count(request, login)
        return login

    login = submit(reader_of(request), form, sent, write)
    if isinstance(login, NotSaved):
        return _forgot_page(request, form, status=login.status)
    answer = _forgot_page(request, form, done=True)
    answer.background = BackgroundTask(password_links.send_if_known, context_of(request), login)
    return answer


@router.get(PLACE)
def new_password_page(request: Request, _who: Visitor) -> Response:
    """Give the form for a new password, if this browser came by a good link."""
    user = password_links.user_of_link(request, request.cookies.get(COOKIE, ""))
    return _no_good(request) if user is None else _form_page(request, user, _password_form(request))


@router.get(PLACE + "/{token}")
def come_by_link(request: Request, token: str, _who: Visitor) -> Response:
    """Move the link's token out of the address, where other people could read it."""
    if password_links.user_of_link(request, token) is None:
        try:
            password_links.count(request, "", LoginResult.LINK_WRONG)
        except TooManyError as error:
            return _no_good(request, error)
        return _no_good(request)
    answer = RedirectResponse(PLACE, 303)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=int(GOOD_FOR.total_seconds()),
        path=PLACE,
        httponly=True,
        samesite="lax",
        secure=is_secure(request),
    )
    return answer


@router.post(PLACE)
def choose_password(request: Request, _who: OurVisitor, sent: SentForm) -> Response:
    """Set the password and lead to the way in."""
    token = request.cookies.get(COOKIE, "")
    user = password_links.user_of_link(request, token)
    if user is None:
        return _no_good(request)
    form = _password_form(request)

    def write() -> User | None:
        body = read_body(NewPasswordForm, sent)
        check_same(body.new, body.again)
        return password_links.use(request, token, body.new)

    done = submit(reader_of(request), form, sent, write)
    if isinstance(done, NotSaved):
        return _form_page(request, user, form, done.status)
    if done is None:
        return _no_good(request)
    answer = RedirectResponse("/sign-in?done=password", 303)
    answer.delete_cookie(COOKIE, path=PLACE)
    return answer


def _check_offered(request: Request) -> None:
    if not password_links.is_offered(context_of(request)):
        raise MissingError("Email isn't set up. Ask your administrator for a new password.")


def _forgot_page(
    request: Request, form: Form, *, done: bool = False, status: int = 200
) -> Response:
    shown = {"form": form, "done": done, "minutes": _minutes()}
    return context_of(request).pages.page(request, "forgot.html", shown, status=status)


def _login_form(reader: Reader) -> Form:
    return Form(
        "/forgot",
        fields_of(LoginForm, reader, {}, {}),
        submit=reader.gettext(N_("Send link")),
        cancel_url="/sign-in",
        columns=1,
    )


def _form_page(request: Request, user: User, form: Form, status: int = 200) -> Response:
    shown = {"form": form, "login": user.login, "name": user.name}
    return context_of(request).pages.page(request, "set-password.html", shown, status=status)


def _password_form(request: Request) -> Form:
    reader = reader_of(request)
    least = context_of(request).parameters().number("password_least")
    fields = fields_of(NewPasswordForm, reader, {}, {}, least=least)
    return Form(PLACE, fields, submit=reader.gettext(N_("Choose a password")), columns=1)


def _no_good(request: Request, error: TooManyError | None = None) -> Response:
    shown = {
        "form": None,
        "error": reader_of(request).error(error) if error else "",
        "offered": password_links.is_offered(context_of(request)),
        "minutes": _minutes(),
    }
    pages = context_of(request).pages
    return pages.page(request, "set-password.html", shown, status=429 if error else 410)


def _minutes() -> int:
    return int(GOOD_FOR.total_seconds() // 60)
