"""Pages of one's own security: password, second factor, and open sessions."""

from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi import Form as FormData
from fastapi.responses import RedirectResponse

from crm.kernel.errors import ConflictError, HotlineError, InvalidError
from crm.people.access.store import second_factor
from crm.people.person import SignedIn
from web.account import actions
from web.account.listing import SESSIONS
from web.account.shapes import CodeForm, PasswordForm
from web.account.tabs import SECURITY, account_tabs
from web.kit import second_factor as codes
from web.kit.auth import InPerson, PasswordChanger
from web.kit.bodies import IdPath
from web.kit.body_form import fields_of, read_body
from web.kit.editing import NotSaved, submit
from web.kit.errors import TooManyError
from web.kit.forms import Form
from web.kit.i18n import N_
from web.kit.listing.page import read_table
from web.kit.password_fields import check_same
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.kit.toast import done
from web.sign_in import oidc_sign_in
from web.sign_in.actions import first_page
from web.sign_in.oidc import ProviderAwayError

router = APIRouter(prefix="/account")
PASSWORD_CHANGED = N_("Your password is changed. You are signed out everywhere else.")


@router.get("/password")
def password_page(request: Request, who: PasswordChanger) -> Response:
    """Show the form for a new password."""
    return _password_page(request, who, _password_form(request))


@router.post("/password")
def change_password(request: Request, who: PasswordChanger, sent: SentForm) -> Response:
    """Set a new password; all other sessions end."""
    form = _password_form(request)

    def write() -> None:
        body = read_body(PasswordForm, sent)
        check_same(body.new, body.again)
        actions.change_password(request, who, body.present, body.new)

    outcome = submit(reader_of(request), form, sent, write)
    if isinstance(outcome, NotSaved):
        return _password_page(request, who, form, outcome.status)
    due = request.state.password_due
    return done(first_page(who.user) if due else SECURITY, PASSWORD_CHANGED)


@router.get("/security")
def security_page(request: Request, who: InPerson) -> Response:
    """Show one's own second factor and open sessions."""
    return _security_page(request, who)


@router.get("/second-factor")
def set_up_page(request: Request, who: InPerson) -> Response:
    """Show a new secret for a telephone to read."""
    if who.user.totp:
        return RedirectResponse(SECURITY, 303)
    secret, sealed = actions.begin_second_factor(request, who)
    return _set_up_page(request, who, _code_form(request, sealed), secret)


@router.post("/second-factor")
def set_up(request: Request, who: InPerson, sent: SentForm) -> Response:
    """Store the secret if the authenticator shows its code."""
    sealed = sent.one("sealed")
    secret = actions.secret_of(request, who, sealed)
    form = _code_form(request, sealed)

    def write() -> list[str]:
        body = read_body(CodeForm, sent)
        actions.check_present(request, who, body.present)
        return actions.finish_second_factor(request, who, secret, body.code)

    made = submit(reader_of(request), form, sent, write)
    if isinstance(made, NotSaved):
        return _set_up_page(request, who, form, secret, made.status)
    return _codes_page(request, made)


@router.post("/second-factor/end")
def end_second_factor(
    request: Request, who: InPerson, present: Annotated[str, FormData()] = ""
) -> Response:
    """Remove the second factor."""
    try:
        actions.end_second_factor(request, who, present)
    except (InvalidError, TooManyError) as error:
        return _security_page(request, who, error=error)
    return done(SECURITY, N_("Two-factor authentication is off."))


@router.post("/second-factor/codes")
def renew_codes(
    request: Request, who: InPerson, present: Annotated[str, FormData()] = ""
) -> Response:
    """Give new recovery codes."""
    try:
        made = actions.renew_recovery_codes(request, who, present)
    except (InvalidError, TooManyError) as error:
        return _security_page(request, who, error=error)
    return _codes_page(request, made)


@router.post("/identity")
def connect_identity(
    request: Request, who: InPerson, present: Annotated[str, FormData()] = ""
) -> Response:
    """Connect the account with the identity provider: give the link that leads there."""
    try:
        actions.check_present(request, who, present)
        address, authorization = oidc_sign_in.begin_binding(request, who)
    except (ConflictError, InvalidError, ProviderAwayError, TooManyError) as error:
        return _security_page(request, who, error=error)
    answer = _security_page(request, who, way_to_provider=address)
    oidc_sign_in.set_authorization_request(request, answer, authorization)
    return answer


@router.post("/sessions/{id}/end")
def end_session(request: Request, id: IdPath, who: InPerson) -> Response:  # noqa: A002
    """End one of one's own sessions."""
    actions.end_session(request, who, id)
    return done("/sign-in" if id == who.id else SECURITY, N_("Session signed out."))


@router.post("/sessions/end-others")
def end_other_sessions(request: Request, who: InPerson) -> Response:
    """Sign out everywhere else."""
    actions.end_other_sessions(request, who)
    return done(SECURITY, N_("You are signed out everywhere else."))


def _password_page(request: Request, who: SignedIn, form: Form, status: int = 200) -> Response:
    shown = {"form": form, "due": request.state.password_due, "tabs": account_tabs(request, who)}
    return context_of(request).pages.page(request, "change-password.html", shown, status=status)


def _security_page(
    request: Request,
    who: SignedIn,
    *,
    error: HotlineError | None = None,
    way_to_provider: str = "",
) -> Response:
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        factor = second_factor(session, who.user.id)
        table = read_table(session, request, who, SESSIONS)
    provider = context.settings.provider
    shown = {
        "factor": factor,
        "forced": codes.is_forced(context.parameters(), who.user),
        "table": table,
        "others": len(table.rows) > 1,
        "changed_at": who.user.password_changed_at,
        "by_password": bool(who.user.password_hash),
        "provider": provider.name if provider else "",
        "connected": who.user.by_provider,
        "way_to_provider": way_to_provider,
        "error": reader.error(error) if error else "",
        "tabs": account_tabs(request, who),
    }
    status = max(_status(error), table.status)
    return context.pages.page(request, "account-security.html", shown, status=status)


def _set_up_page(
    request: Request, who: SignedIn, form: Form, secret: str, status: int = 200
) -> Response:
    shown = {
        "form": form,
        "secret": codes.grouped(secret),
        "picture": codes.picture(secret, who.user.login),
        "tabs": account_tabs(request, who),
    }
    pages = context_of(request).pages
    return pages.page(request, "account-second-factor.html", shown, status=status)


def _code_form(request: Request, sealed: str) -> Form:
    reader = reader_of(request)
    return Form(
        "/account/second-factor",
        fields_of(CodeForm, reader, {"sealed": sealed}, {}),
        submit=reader.gettext(N_("Set up")),
        cancel_url=SECURITY,
        columns=1,
    )


def _codes_page(request: Request, made: list[str]) -> Response:
    shown = {"codes": made, "place": SECURITY}
    return context_of(request).pages.page(request, "recovery-codes.html", shown)


def _password_form(request: Request) -> Form:
    reader = reader_of(request)
    least = context_of(request).parameters().number("password_least")
    return Form(
        "/account/password",
        fields_of(PasswordForm, reader, {}, {}, least=least),
        name="password",
        submit=reader.gettext(N_("Change password")),
        columns=1,
    )


def _status(error: HotlineError | None) -> int:
    if error is None:
        return 200
    return 429 if isinstance(error, TooManyError) else 422
