"""The page of one's own account: language, time zone, password, second factor, sessions, tokens."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel

from crm.kernel.errors import HotlineError, InvalidError
from crm.people.access.store import Profile
from crm.people.person import Language, SignedIn, User
from crm.people.presence.store import LoginFilter, logins
from crm.people.rights import SCOPED, Extent, Right
from web.account import actions
from web.account.actions import TokenRequest
from web.account.listing import SESSIONS, TOKENS
from web.account.shapes import LONGEST_TOKEN_DAYS
from web.account.tabs import account_tabs
from web.kit import forms
from web.kit.auth import InPerson, TokenMaker
from web.kit.bodies import IdPath
from web.kit.clock import now
from web.kit.forms import Field
from web.kit.i18n import N_, NAMES, Reader
from web.kit.listing.export import add_export
from web.kit.listing.page import read_table
from web.kit.request import context_of, reader_of
from web.kit.shapes import Choice
from web.kit.zones import grouped_zones
from web.logins.words import LOGIN_RESULTS
from web.roles.words import EXTENTS, right_names

router = APIRouter(prefix="/account")
add_export(router, TOKENS, "/tokens/export")
add_export(router, SESSIONS, "/security/export")
LOGINS_SHOWN = 10
TOKEN_DAYS = (30, 90, 180, LONGEST_TOKEN_DAYS, 0)


class ProfileForm(BaseModel):
    """The form of one's own account."""

    name: str = ""
    email: str = ""
    present: str = ""
    language: str = ""
    timezone: str = ""


class TokenForm(BaseModel):
    """The form of a new token."""

    name: str = ""
    rights: list[str] = []
    days: str = "90"


@router.get("")
def account_page(request: Request, who: InPerson, saved: str = "") -> Response:
    """Show the page of one's own account."""
    form = _profile_form(reader_of(request), who.user)
    form.saved = bool(saved)
    return _account_page(request, who, form)


@router.post("")
def change_account(
    request: Request, who: InPerson, typed: Annotated[ProfileForm, Form()]
) -> Response:
    """Change name, address, language or time zone."""
    form = _profile_form(reader_of(request), who.user)
    try:
        profile = _profile(typed)
        actions.change_profile(request, who, lambda _before: profile, typed.present)
    except InvalidError as error:
        form.fill(typed.model_dump(exclude={"present"}))
        form.blame(reader_of(request), error)
        return _account_page(request, who, form, status=422)
    # The menu around the page may be in another language now.
    if request.headers.get("hx-request") and typed.language != who.user.language:
        return Response(status_code=204, headers={"HX-Redirect": "/account?saved=1"})
    return RedirectResponse("/account?saved=1", 303)


@router.get("/tokens")
def tokens_page(request: Request, who: InPerson) -> Response:
    """List one's own tokens."""
    return _tokens_page(request, who, _token_form(request, who))


@router.post("/tokens")
def make_token(request: Request, who: TokenMaker, typed: Annotated[TokenForm, Form()]) -> Response:
    """Make a token and show it this once."""
    form = _token_form(request, who)
    try:
        days = int(typed.days) if typed.days in {str(days) for days in TOKEN_DAYS} else -1
        token, _ = actions.make_token(request, who, TokenRequest(typed.name, typed.rights, days))
    except HotlineError as error:
        form.fill({"name": typed.name, "days": typed.days})
        form.fields[1].chosen = typed.rights
        wrong = error if isinstance(error, InvalidError) else InvalidError(error.sentence)
        form.blame(reader_of(request), wrong)
        return _tokens_page(request, who, form, status=422)
    return _tokens_page(request, who, form, token)


@router.post("/tokens/{id}/revoke")
def revoke_token(request: Request, id: IdPath, who: InPerson) -> Response:  # noqa: A002
    """Revoke one of one's own tokens."""
    actions.revoke_token(request, who, id)
    return RedirectResponse("/account/tokens", 303)


def _account_page(
    request: Request, who: SignedIn, form: forms.Form, *, status: int = 200
) -> Response:
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        last = logins(session, LoginFilter(user=who.user.id), limit=LOGINS_SHOWN).items
    rights = [
        (reader.gettext(right_names()[right]), reader.gettext(_reach(right, extent)))
        for right, extent in who.rights.items()
    ]
    shown: dict[str, Any] = {
        "form": form,
        "zones": grouped_zones(reader, now()),
        "rights": rights,
        "logins": [(one, reader.gettext(LOGIN_RESULTS[one.result])) for one in last],
        "tabs": account_tabs(request, who),
    }
    return context.pages.page(request, "account.html", shown, status=status)


def _reach(right: Right, extent: Extent) -> str:
    return EXTENTS[extent] if right in SCOPED else N_("Allowed")


def _tokens_page(
    request: Request, who: SignedIn, form: forms.Form, token: str = "", *, status: int = 200
) -> Response:
    context = context_of(request)
    with context.database.begin() as session:
        table = read_table(session, request, who, TOKENS)
    shown = {
        "form": form,
        "may_make": who.may(Right.TOKENS_MAKE),
        "token": token,
        "table": table,
        "tabs": account_tabs(request, who),
    }
    status = max(status, table.status)
    return context.pages.page(request, "account-tokens.html", shown, status=status)


def _profile_form(reader: Reader, user: User) -> forms.Form:
    say = reader.gettext
    languages = [Choice(key=str(code), name=name) for code, name in NAMES.items()]
    return forms.Form(
        "/account",
        [
            Field("name", say(N_("Name")), value=user.name, required=True, maxlength=100),
            Field("email", say(N_("E-mail")), "email", user.email, maxlength=254),
            Field(
                "present",
                say(N_("Present password")),
                "password",
                maxlength=1000,
                help=say(N_("Only to change the e-mail address.")),
            ),
            Field("language", say(N_("Language")), "select", str(user.language), True, languages),
            Field("timezone", say(N_("Time zone")), "select", user.timezone),
        ],
        name="profile",
    )


def _token_form(request: Request, who: SignedIn) -> forms.Form:
    reader = reader_of(request)
    say = reader.gettext
    rights = [
        Choice(key=right.value, name=say(right_names()[right]))
        for right in who.rights
        if right is not Right.TOKENS_MAKE
    ]
    lasting = [
        Choice(
            key=str(days),
            name=reader.say(N_("{days} days"), days=days) if days else say(N_("For ever")),
        )
        for days in TOKEN_DAYS
    ]
    return forms.Form(
        "/account/tokens",
        [
            Field("name", say(N_("Name")), required=True, maxlength=100),
            Field("rights", say(N_("Rights")), "multiselect", required=True, options=rights),
            Field("days", say(N_("Good for")), "select", "90", required=True, options=lasting),
        ],
        name="token",
        submit=say(N_("Make a token")),
    )


def _profile(typed: ProfileForm) -> Profile:
    if typed.language not in {str(language) for language in Language}:
        raise InvalidError("This is not valid.", field="language")
    return Profile(typed.name, typed.email, Language(typed.language), typed.timezone)
