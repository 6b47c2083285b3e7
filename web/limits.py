"""How often somebody may try; counted in memory, so each web process counts for itself."""

import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from web.problems import TooManyError

# Only failures count: a whole floor may sign in through one address at eight o'clock.
WRONG_BY_ADDRESS = parse("30/5 minutes")
WRONG_BY_LOGIN = parse("5/5 minutes")
GUESTS_BY_ADDRESS = parse("20/10 minutes")


class Limits:
    """Counts of what was tried, by address and by login."""

    def __init__(self) -> None:
        """Begin with nothing counted."""
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def check_sign_in(self, address: str, login: str) -> None:
        """Raise TooManyError if too many attempts from here, or on this login, were wrong."""
        for limit, key in ((WRONG_BY_ADDRESS, address), (WRONG_BY_LOGIN, _name(login))):
            if not self._limiter.test(limit, key):
                raise TooManyError(
                    "Too many failed attempts to sign in. Try again in {seconds} seconds.",
                    self._wait(limit, key),
                )

    def note_wrong(self, address: str, login: str) -> None:
        """Count a failed attempt."""
        self._limiter.hit(WRONG_BY_ADDRESS, address)
        self._limiter.hit(WRONG_BY_LOGIN, _name(login))

    def note_right(self, login: str) -> None:
        """Forget the failures of who has shown that it is him."""
        self._limiter.clear(WRONG_BY_LOGIN, _name(login))

    def check_guest(self, address: str) -> None:
        """Count a trial call; TooManyError if there were too many from this address."""
        if not self._limiter.hit(GUESTS_BY_ADDRESS, address):
            raise TooManyError(
                "Too many trial calls from here. Try again in {seconds} seconds.",
                self._wait(GUESTS_BY_ADDRESS, address),
            )

    def _wait(self, limit: RateLimitItem, key: str) -> float:
        return self._limiter.get_window_stats(limit, key).reset_time - time.time()


def _name(login: str) -> str:
    return "login:" + login.strip().lower()[:64]
