"""Pages for a forgotten password: ask for a link by mail, and set a new one."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi import Form as FormData
from fastapi.responses import RedirectResponse
from pydantic import BaseModel
from starlette.background import BackgroundTask

from crm.kernel.errors import HotlineError, InvalidError, MissingError
from crm.people.links.store import GOOD_FOR
from crm.people.person import LoginResult, User
from web.kit.errors import TooManyError
from web.kit.forms import Field, Form
from web.kit.i18n import N_
from web.kit.request import context_of, is_secure, reader_of
from web.sign_in import password_links
from web.sign_in.visitor import OurVisitor, Visitor

router = APIRouter()
COOKIE = "hotline_link"
PLACE = "/set-password"
LONGEST_TYPED = 254


class NewPasswordForm(BaseModel):
    """The new password, twice."""

    new: str = ""
    again: str = ""


@router.get("/forgot")
def forgot_page(request: Request, _who: Visitor) -> Response:
    """Ask for a login or an address."""
    _check_offered(request)
    return _forgot_page(request)


@router.post("/forgot")
def ask_for_link(
    request: Request, _who: OurVisitor, login: Annotated[str, FormData()] = ""
) -> Response:
    """Answer alike for any login: a mail may be on its way. It is sent after the answer."""
    _check_offered(request)
    typed = login.strip()[:LONGEST_TYPED]
    if not typed:
        return _forgot_page(request, error=InvalidError("This is needed.", field="login"))
    try:
        password_links.count(request, typed)
    except TooManyError as error:
        return _forgot_page(request, error=error)
    answer = _forgot_page(request, done=True)
    answer.background = BackgroundTask(password_links.send_if_known, context_of(request), typed)
    return answer


@router.get(PLACE)
def new_password_page(request: Request, _who: Visitor) -> Response:
    """Show the form for a new password, if this browser came with a valid link."""
    user = password_links.user_of_link(request, request.cookies.get(COOKIE, ""))
    return _no_good(request) if user is None else _form_page(request, user)


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
def choose_password(
    request: Request, _who: OurVisitor, typed: Annotated[NewPasswordForm, FormData()]
) -> Response:
    """Set the password and redirect to the sign-in page."""
    token = request.cookies.get(COOKIE, "")
    user = password_links.user_of_link(request, token)
    if user is None:
        return _no_good(request)
    try:
        _check_same(typed)
        done = password_links.use(request, token, typed.new)
    except InvalidError as error:
        return _form_page(request, user, error)
    if done is None:
        return _no_good(request)
    answer = RedirectResponse("/sign-in?done=password", 303)
    answer.delete_cookie(COOKIE, path=PLACE)
    return answer


def _check_same(typed: NewPasswordForm) -> None:
    if typed.new != typed.again:
        raise InvalidError("The two are not the same.", field="again")


def _check_offered(request: Request) -> None:
    if not password_links.is_offered(context_of(request)):
        raise MissingError("This site sends no mail. Ask your administrator for a new password.")


def _forgot_page(
    request: Request, *, done: bool = False, error: HotlineError | None = None
) -> Response:
    reader = reader_of(request)
    label = reader.gettext(N_("Login name or e-mail address"))
    field = Field("login", label, required=True, maxlength=LONGEST_TYPED, autocomplete="username")
    form = Form("/forgot", [field], submit=reader.gettext(N_("Send me a link")), columns=1)
    form.cancel_url = "/sign-in"
    if error:
        form.blame(reader, _as_invalid(error))
    shown = {"form": form, "done": done, "minutes": _minutes()}
    pages = context_of(request).pages
    return pages.page(request, "forgot.html", shown, status=_status(error))


def _form_page(request: Request, user: User, error: InvalidError | None = None) -> Response:
    context, reader = context_of(request), reader_of(request)
    say = reader.gettext
    least = context.parameters().number("password_least")
    hint = say(N_("At least {least} characters, and not easy to guess.")).format(least=least)
    form = Form(
        PLACE,
        [
            Field("new", say(N_("New password")), "password", required=True, help=hint),
            Field("again", say(N_("New password once more")), "password", required=True),
        ],
        submit=say(N_("Choose a password")),
        columns=1,
    )
    for one in form.fields:
        one.autocomplete = "new-password"
    if error:
        form.blame(reader, error)
    shown = {"form": form, "login": user.login, "name": user.name}
    return context.pages.page(request, "set-password.html", shown, status=_status(error))


def _no_good(request: Request, error: TooManyError | None = None) -> Response:
    shown = {
        "form": None,
        "error": reader_of(request).error(error) if error else "",
        "offered": password_links.is_offered(context_of(request)),
        "minutes": _minutes(),
    }
    pages = context_of(request).pages
    return pages.page(request, "set-password.html", shown, status=_status(error) if error else 410)


def _minutes() -> int:
    return int(GOOD_FOR.total_seconds() // 60)


def _as_invalid(error: HotlineError) -> InvalidError:
    if isinstance(error, InvalidError):
        return error
    return InvalidError(error.sentence, "", **error.values)


def _status(error: HotlineError | None) -> int:
    if error is None:
        return 200
    return 429 if isinstance(error, TooManyError) else 422
