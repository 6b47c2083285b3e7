"""The tabs of a user's own account."""

from fastapi import Request

from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.i18n import N_
from web.kit.request import reader_of

SECURITY = "/account/security"


def account_tabs(request: Request, who: SignedIn) -> list[dict[str, object]]:
    """Give the tabs that this user sees."""
    places = [
        ("/account", N_("Profile")),
        (SECURITY, N_("Security")),
        ("/account/mail", N_("Email notifications")),
    ]
    if who.may(Right.DESK):
        places.append(("/account/forwarding", N_("Call forwarding")))
    if who.may(Right.TOKENS_MAKE):
        places.append(("/account/tokens", N_("API tokens")))
    here, reader = request.url.path, reader_of(request)
    if here in {"/account/password", "/account/second-factor"}:
        here = SECURITY
    return [
        {"url": url, "label": reader.gettext(label), "current": here == url}
        for url, label in places
    ]
