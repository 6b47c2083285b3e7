"""A valid request for each endpoint of phones, forwarding and bans that changes something."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from acd.store import add_agent, agents_among, next_extension
from cti.bans.rule import Ban
from cti.bans.store import NewAttempts, keep_attempts, keep_bans
from web.kit.clock import now

if TYPE_CHECKING:
    from walks.requests import Targets

Request = tuple[dict[str, Any], dict[str, Any]]  # a body, and what fills the address
FORM = {"always": "", "busy": "queue:support", "no_answer": "", "away": ""}


def banned(t: "Targets") -> str:
    """Ban an address."""
    address, at = f"203.0.113.{secrets.randbelow(250)}", now()
    since, until = at.timestamp(), (at + timedelta(hours=1)).timestamp()
    with t.site.database.begin() as session:
        keep_attempts(session, [NewAttempts(address, 10, ("1001",), since, since)])
        keep_bans(session, {address: Ban(since, until)})
    return address


def _person() -> dict[str, str]:
    return {"name": "Zhao Lei", "login": f"phone.{secrets.token_hex(4)}"}


def _line(t: "Targets") -> str:
    assert t.site
    return ", ".join(_person().values())


def _shown(t: "Targets") -> dict[str, str]:
    user = t.agent()
    with t.site.database.begin() as session:
        (agent,) = agents_among(session, [user]).values()
    return {"file": "yealink", f"secret_{user}": agent.sip_secret}


def _own(t: "Targets", body: dict[str, str]) -> Request:
    """Let the walker themselves take calls."""
    with t.site.database.begin() as session:
        if not agents_among(session, [t.me]):
            add_agent(session, t.me, next_extension(session), secrets.token_urlsafe(18))
    return body, {}


PHONE_REQUESTS: dict[str, Callable[["Targets"], Request]] = {
    "POST /bans/release": lambda t: ({"ids": [banned(t)]}, {}),
    "POST /api/v1/bans/release": lambda t: ({"addresses": [banned(t)]}, {}),
    "POST /phones": lambda t: ({"start": "200000", "people": _line(t)}, {}),
    "POST /api/v1/phones": lambda t: ({"start": "300000", "users": [t.user()]}, {}),
    "POST /phones/file": lambda t: (_shown(t), {}),
    "POST /phones/{user}/secret": lambda t: ({}, {"user": t.agent()}),
    "POST /users/{user}/forwarding": lambda t: (FORM, {"user": t.agent()}),
    "PUT /users/{user}/forwarding": lambda t: (FORM, {"user": t.agent()}),
    "POST /account/forwarding": lambda t: _own(t, FORM),
    "PUT /account/forwarding": lambda t: _own(t, FORM),
}
