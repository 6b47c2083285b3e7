"""Limit on trial telephones for visitors without an account."""

import time

from fastapi import FastAPI
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import HTTPConnection

from crm.kernel.network import network_of
from web.kit.errors import TooManyError
from web.kit.request import address_of

GUESTS_BY_ADDRESS = parse("20/10 minutes")


class GuestLimit:
    """Counts trial telephones by address; each web process counts for itself."""

    def __init__(self) -> None:
        """Start with nothing counted."""
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def check(self, address: str) -> None:
        """Count one telephone; TooManyError if this address has had too many."""
        if not self._limiter.hit(GUESTS_BY_ADDRESS, address):
            reset = self._limiter.get_window_stats(GUESTS_BY_ADDRESS, address).reset_time
            raise TooManyError(
                "Too many test calls from here. Try again in {seconds} seconds.",
                reset - time.time(),
            )


def check_guest(connection: HTTPConnection) -> None:
    """Count a trial telephone for the sender of a request."""
    limit: GuestLimit = connection.app.state.guest_limit
    limit.check(network_of(address_of(connection)))


def set_up_guest_limit(app: FastAPI) -> None:
    """Make the limit of an application."""
    app.state.guest_limit = GuestLimit()
