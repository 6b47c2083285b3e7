"""Limits on attempts to sign in.

Failed attempts are counted from the login log, which all web processes share; each process counts
the attempts in progress itself, so that many at once count before they have failed.
"""

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from crm.kernel.text import clean
from crm.people.sessions import store
from crm.people.store import LONGEST_LOGIN
from web.kit.clock import now
from web.kit.errors import TooManyError
from web.kit.i18n import N_

TOO_MANY = N_("Too many failed attempts to sign in. Try again in {seconds} seconds.")
# From a recently used address a user can sign in, however many guesses come from elsewhere.
USUAL = timedelta(days=30)
UNDER_WAY_SECONDS = 2.0  # to wait while others are in progress


@dataclass(frozen=True, slots=True)
class Bound:
    """The most failures allowed in a period."""

    most: int
    within: timedelta

    def wait(self, failed: list[datetime], trying: int, at: datetime) -> float:
        """Give the seconds to wait; 0 for none. `failed` is newest first."""
        if len(failed) + trying < self.most:
            return 0.0
        if len(failed) < self.most:
            return UNDER_WAY_SECONDS
        return (failed[self.most - 1] + self.within - at).total_seconds()


# Only failures count: a whole floor may sign in from one address at eight o'clock.
HERE = Bound(5, timedelta(minutes=5))  # on one login from one address
FROM_ADDRESS = Bound(30, timedelta(minutes=5))  # for any login
# For one login from everywhere: slow enough against guessing, and strangers cannot lock a user out.
EVERYWHERE = Bound(20, timedelta(minutes=15))


class SignInLimits:
    """Limits attempts to sign in, by address and by login."""

    def __init__(self) -> None:
        """Begin with nothing counted."""
        self._lock = threading.Lock()
        self._trying: Counter[tuple[str, str]] = Counter()

    @contextlib.contextmanager
    def attempt(self, database: sessionmaker[Session], login: str, address: str) -> Iterator[None]:
        """Count an attempt while it is made; its failure must be logged within.

        Raises TooManyError if too many have failed, or would if all in progress fail.
        """
        key = (clean(login.strip(), LONGEST_LOGIN).lower(), address)
        with self._lock:
            here = self._trying[key]
            on_login = sum(count for (name, _), count in self._trying.items() if name == key[0])
            self._trying[key] += 1
        try:
            with database.begin() as session:
                wait = _wait(session, key, here, on_login)
            if wait > 0:
                raise TooManyError(TOO_MANY, wait)
            yield
        finally:
            with self._lock:
                self._trying[key] -= 1
                if not self._trying[key]:
                    del self._trying[key]


def _wait(session: Session, key: tuple[str, str], here: int, on_login: int) -> float:
    (login, address), at = key, now()
    failed = store.failures_here(session, login, address, at - HERE.within, HERE.most)
    wait = HERE.wait(failed, here, at)
    # Attempts in progress from one address are limited by the threads; a floor signs in at once.
    failed = store.failures_from(session, address, at - FROM_ADDRESS.within, FROM_ADDRESS.most)
    wait = max(wait, FROM_ADDRESS.wait(failed, 0, at))
    if wait <= 0 and not store.came_from(session, login, address, at - USUAL):
        failed = store.failures_on(session, login, at - EVERYWHERE.within, EVERYWHERE.most)
        wait = EVERYWHERE.wait(failed, on_login, at)
    return wait
