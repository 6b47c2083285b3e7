"""The page of one's own account: language, time zone, password, second factor, sessions, tokens."""

from typing import Any

from fastapi import APIRouter, Request, Response

from crm.people.access.store import Profile
from crm.people.person import SignedIn, User
from crm.people.rights import SCOPED, Extent, Right
from web.account import actions
from web.account.listing import LOGINS, SESSIONS, TOKENS
from web.account.shapes import LONGEST_TOKEN_DAYS, NewTokenBody, ProfileBody
from web.account.tabs import account_tabs
from web.kit.auth import InPerson, TokenMaker
from web.kit.bodies import IdPath
from web.kit.body_form import fields_of, read_body
from web.kit.clock import now
from web.kit.editing import NotSaved, saved, submit
from web.kit.forms import Form, choices_of
from web.kit.i18n import N_, Reader
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import SentForm
from web.kit.request import reader_of
from web.kit.toast import done, with_toast
from web.kit.zones import grouped_zones
from web.roles.words import EXTENTS, right_names

router = APIRouter(prefix="/account")
add_export(router, TOKENS, "/tokens/export")
add_export(router, SESSIONS, "/security/export")
add_export(router, LOGINS, "/logins/export")
TOKEN_DAYS = (30, 90, 180, LONGEST_TOKEN_DAYS, 0)


@router.get("")
def account_page(request: Request, who: InPerson) -> Response:
    """Show the page of one's own account."""
    form = _profile_form(reader_of(request), who.user)
    return _account_page(request, who, form)


@router.post("")
def change_account(request: Request, who: InPerson, sent: SentForm) -> Response:
    """Change name, address, language or time zone."""
    reader = reader_of(request)
    form = _profile_form(reader, who.user)

    def write() -> User:
        body = read_body(ProfileBody, sent)
        profile = Profile(body.name, body.email, body.language, body.timezone)
        return actions.change_profile(request, who, lambda _before: profile, body.present)

    changed = submit(reader, form, sent, write)
    if isinstance(changed, NotSaved):
        return _account_page(request, who, form, status=changed.status)
    # The menu around the page may be in another language now.
    if request.headers.get("hx-request") and changed.language != who.user.language:
        elsewhere = Response(status_code=204, headers={"HX-Redirect": "/account"})
        return with_toast(elsewhere, N_("Saved."))
    return saved("/account")


@router.get("/tokens")
def tokens_page(request: Request, who: InPerson) -> Response:
    """List one's own tokens."""
    return _tokens_page(request, who, _token_form(request, who))


@router.post("/tokens")
def make_token(request: Request, who: TokenMaker, sent: SentForm) -> Response:
    """Make a token and show it this once."""
    form = _token_form(request, who)

    def write() -> str:
        body = read_body(NewTokenBody, sent)
        return actions.make_token(request, who, body)[0]

    token = submit(reader_of(request), form, sent, write)
    if isinstance(token, NotSaved):
        return _tokens_page(request, who, form, status=token.status)
    return _tokens_page(request, who, _token_form(request, who), token)


@router.post("/tokens/{id}/revoke")
def revoke_token(request: Request, id: IdPath, who: InPerson) -> Response:  # noqa: A002
    """Revoke one of one's own tokens."""
    actions.revoke_token(request, who, id)
    return done("/account/tokens", N_("Token revoked."))


def _account_page(request: Request, who: SignedIn, form: Form, *, status: int = 0) -> Response:
    reader = reader_of(request)
    rights = [
        (reader.gettext(right_names()[right]), reader.gettext(_reach(right, extent)))
        for right, extent in who.rights.items()
    ]
    shown: dict[str, Any] = {
        "form": form,
        "rights": rights,
        "tabs": account_tabs(request, who),
    }
    return list_page(request, who, LOGINS, "account.html", shown, status)


def _reach(right: Right, extent: Extent) -> str:
    return EXTENTS[extent] if right in SCOPED else N_("Allowed")


def _tokens_page(
    request: Request, who: SignedIn, form: Form, token: str = "", *, status: int = 0
) -> Response:
    shown = {
        "form": form,
        "may_make": who.may(Right.TOKENS_MAKE),
        "token": token,
        "tabs": account_tabs(request, who),
    }
    return list_page(request, who, TOKENS, "account-tokens.html", shown, status)


def _profile_form(reader: Reader, user: User) -> Form:
    values = {name: getattr(user, name) for name in ("name", "email", "language", "timezone")}
    form = Form("/account", fields_of(ProfileBody, reader, values, {}), name="profile")
    form.field("timezone").groups = grouped_zones(reader, now(), user.timezone)
    return form


def _token_form(request: Request, who: SignedIn) -> Form:
    reader = reader_of(request)
    say = reader.gettext
    rights = [(one, say(right_names()[one])) for one in who.rights if one is not Right.TOKENS_MAKE]
    lasting = [
        (days, reader.say(N_("{days} days"), days=days) if days else say(N_("Never")))
        for days in TOKEN_DAYS
    ]
    options = {"rights": choices_of(rights), "days": choices_of(lasting)}
    fields = fields_of(NewTokenBody, reader, {}, options)
    return Form("/account/tokens", fields, name="token", submit=say(N_("Create token")))
