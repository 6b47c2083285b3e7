"""Browsers in which a user has signed in: strangers' failures do not lock them out.

The cookie is OWASP's "device cookie": sealed, so that it cannot be made up, and for one username,
so that it helps to guess no other password. Attempts with it are counted apart.
"""

import hashlib
import secrets
from datetime import timedelta

from fastapi import Response
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import HTTPConnection

from crm.kernel.text import clean
from crm.people.store import LONGEST_LOGIN
from web.kit.clock import now
from web.kit.request import context_of, is_secure
from web.kit.sealing import seal, unseal

COOKIE = "hotline_device"
GOOD_FOR = timedelta(days=180)
MOST_USERS = 10  # of one browser: colleagues may share a desk
BY_DEVICE = parse("10/5 minutes")


class DeviceLimit:
    """Counts attempts by device; each web process counts for itself."""

    def __init__(self) -> None:
        """Start with nothing counted."""
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def hit(self, device: str, login: str) -> float:
        """Count an attempt; give the seconds to wait, 0 for none."""
        mark = _mark(login)
        if self._limiter.hit(BY_DEVICE, device, mark):
            return 0.0
        reset = self._limiter.get_window_stats(BY_DEVICE, device, mark).reset_time
        return max(1.0, reset - now().timestamp())


def device_of(request: HTTPConnection, login: str) -> str:
    """Name the device of a request if this username has signed in there; else ""."""
    device, users = _read(request)
    return device if _mark(login) in users else ""


def remember(request: HTTPConnection, response: Response, login: str) -> None:
    """Remember in a cookie that a username has signed in with this browser."""
    device, users = _read(request)
    users = [_mark(login), *(one for one in users if one != _mark(login))][:MOST_USERS]
    values: dict[str, str | int] = {
        "device": device or secrets.token_urlsafe(12),
        "users": ",".join(users),
    }
    response.set_cookie(
        COOKIE,
        seal(context_of(request).settings, COOKIE, values, now()),
        max_age=int(GOOD_FOR.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=is_secure(request),
    )


def _read(request: HTTPConnection) -> tuple[str, list[str]]:
    sealed = request.cookies.get(COOKIE, "")
    values = unseal(context_of(request).settings, COOKIE, sealed, now(), GOOD_FOR)
    if values is None:
        return "", []
    return str(values["device"]), str(values["users"]).split(",")


def _mark(login: str) -> str:
    name = clean(login.strip(), LONGEST_LOGIN).lower()
    return hashlib.sha256(name.encode()).hexdigest()[:16]
