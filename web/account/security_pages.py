"""Pages of one's own security: password, second factor, and open sessions."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup
from pydantic import BaseModel

from crm.kernel.errors import HotlineError, InvalidError
from crm.people.access.store import second_factor
from crm.people.person import SignedIn
from web.account import actions
from web.account.listing import SESSIONS
from web.account.tabs import SECURITY, account_tabs
from web.kit import forms
from web.kit import second_factor as codes
from web.kit.auth import InPerson, PasswordChanger
from web.kit.bodies import IdPath
from web.kit.errors import TooManyError
from web.kit.forms import Field
from web.kit.i18n import N_
from web.kit.listing.page import read_table
from web.kit.request import context_of, reader_of
from web.sign_in.actions import first_page

router = APIRouter(prefix="/account")


class PasswordForm(BaseModel):
    """The present password, and the new one twice."""

    present: str = ""
    new: str = ""
    again: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """A second factor that is being set up, for the page."""

    sealed: str
    secret: str
    picture: Markup


@router.get("/password")
def password_page(request: Request, who: PasswordChanger) -> Response:
    """Show the form for a new password."""
    return _password_page(request, who, _password_form(request))


@router.post("/password")
def change_password(
    request: Request, who: PasswordChanger, typed: Annotated[PasswordForm, Form()]
) -> Response:
    """Set a new password; all other sessions end."""
    form = _password_form(request)
    try:
        _check_same(typed)
        actions.change_password(request, who, typed.present, typed.new)
    except (InvalidError, TooManyError) as error:
        return _password_page(request, who, form, error)
    due = request.state.password_due
    return RedirectResponse(first_page(who.user) if due else f"{SECURITY}?done=password", 303)


@router.get("/security")
def security_page(request: Request, who: InPerson, done: str = "") -> Response:
    """Show one's own second factor and open sessions."""
    return _security_page(request, who, done=done)


@router.get("/second-factor")
def set_up_page(request: Request, who: InPerson) -> Response:
    """Show a new secret for a telephone to read."""
    if who.user.totp:
        return RedirectResponse(SECURITY, 303)
    secret, sealed = actions.begin_second_factor(request, who)
    return _set_up_page(request, who, Setting(sealed, secret, _picture(who, secret)))


@router.post("/second-factor")
def set_up(
    request: Request,
    who: InPerson,
    sealed: Annotated[str, Form()] = "",
    code: Annotated[str, Form()] = "",
    present: Annotated[str, Form()] = "",
) -> Response:
    """Store the secret if the authenticator shows its code."""
    secret = actions.secret_of(request, who, sealed)
    try:
        actions.check_present(request, who, present)
        made = actions.finish_second_factor(request, who, secret, code)
    except (InvalidError, TooManyError) as error:
        setting = Setting(sealed, secret, _picture(who, secret))
        return _set_up_page(request, who, setting, error)
    return _codes_page(request, made)


@router.post("/second-factor/end")
def end_second_factor(
    request: Request, who: InPerson, present: Annotated[str, Form()] = ""
) -> Response:
    """Remove the second factor."""
    try:
        actions.end_second_factor(request, who, present)
    except (InvalidError, TooManyError) as error:
        return _security_page(request, who, error=error)
    return RedirectResponse(f"{SECURITY}?done=second-factor", 303)


@router.post("/second-factor/codes")
def renew_codes(request: Request, who: InPerson, present: Annotated[str, Form()] = "") -> Response:
    """Give new recovery codes."""
    try:
        made = actions.renew_recovery_codes(request, who, present)
    except (InvalidError, TooManyError) as error:
        return _security_page(request, who, error=error)
    return _codes_page(request, made)


@router.post("/sessions/{id}/end")
def end_session(request: Request, id: IdPath, who: InPerson) -> Response:  # noqa: A002
    """End one of one's own sessions."""
    actions.end_session(request, who, id)
    return RedirectResponse("/sign-in" if id == who.id else f"{SECURITY}?done=session", 303)


@router.post("/sessions/end-others")
def end_other_sessions(request: Request, who: InPerson) -> Response:
    """Sign out everywhere else."""
    actions.end_other_sessions(request, who)
    return RedirectResponse(f"{SECURITY}?done=session", 303)


def _password_page(
    request: Request, who: SignedIn, form: forms.Form, error: HotlineError | None = None
) -> Response:
    if error:
        form.blame(reader_of(request), _as_invalid(error))
    shown = {"form": form, "due": request.state.password_due, "tabs": account_tabs(request, who)}
    pages = context_of(request).pages
    return pages.page(request, "change-password.html", shown, status=_status(error))


def _security_page(
    request: Request, who: SignedIn, *, done: str = "", error: HotlineError | None = None
) -> Response:
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        factor = second_factor(session, who.user.id)
        table = read_table(session, request, who, SESSIONS)
    shown = {
        "factor": factor,
        "forced": codes.is_forced(context.parameters(), who.user),
        "table": table,
        "others": len(table.rows) > 1,
        "changed_at": who.user.password_changed_at,
        "by_password": bool(who.user.password_hash),
        "done": done,
        "error": reader.error(error) if error else "",
        "tabs": account_tabs(request, who),
    }
    status = max(_status(error), table.status)
    return context.pages.page(request, "account-security.html", shown, status=status)


def _set_up_page(
    request: Request, who: SignedIn, setting: Setting, error: HotlineError | None = None
) -> Response:
    say = reader_of(request).gettext
    form = forms.Form(
        "/account/second-factor",
        [
            Field("sealed", "", "hidden", setting.sealed),
            Field(
                "code", say(N_("Code")), required=True, maxlength=20, autocomplete="one-time-code"
            ),
            _present_field(say(N_("Your password"))),
        ],
        submit=say(N_("Set up")),
        cancel_url=SECURITY,
        columns=1,
    )
    if error:
        form.blame(reader_of(request), _as_invalid(error))
    shown = {
        "form": form,
        "secret": codes.grouped(setting.secret),
        "picture": setting.picture,
        "tabs": account_tabs(request, who),
    }
    pages = context_of(request).pages
    return pages.page(request, "account-second-factor.html", shown, status=_status(error))


def _codes_page(request: Request, made: list[str]) -> Response:
    shown = {"codes": made, "place": SECURITY}
    return context_of(request).pages.page(request, "recovery-codes.html", shown)


def _password_form(request: Request) -> forms.Form:
    say = reader_of(request).gettext
    least = context_of(request).parameters().number("password_least")
    hint = say(N_("At least {least} characters, and not easy to guess.")).format(least=least)
    return forms.Form(
        "/account/password",
        [
            _present_field(say(N_("Present password"))),
            _new_field("new", say(N_("New password")), hint),
            _new_field("again", say(N_("New password once more"))),
        ],
        name="password",
        submit=say(N_("Change the password")),
        columns=1,
    )


def _check_same(typed: PasswordForm) -> None:
    if typed.new != typed.again:
        raise InvalidError("The two are not the same.", field="again")


def _present_field(label: str) -> Field:
    return Field(
        "present", label, "password", required=True, maxlength=1000, autocomplete="current-password"
    )


def _new_field(name: str, label: str, hint: str = "") -> Field:
    field = Field(name, label, "password", required=True, autocomplete="new-password")
    field.help = hint
    return field


def _picture(who: SignedIn, secret: str) -> Markup:
    return codes.picture(secret, who.user.login)


def _as_invalid(error: HotlineError) -> InvalidError:
    if isinstance(error, InvalidError):
        return error
    return InvalidError(error.sentence, "", **error.values)


def _status(error: HotlineError | None) -> int:
    if error is None:
        return 200
    return 429 if isinstance(error, TooManyError) else 422
