"""Limits on attempts to sign in.

Failed attempts are counted from the login log, which all web processes share; each process counts
the attempts in progress itself, so that many at once count before they have failed. No stranger can
lock a user out: a browser in which the user has signed in is counted apart, and a place from which
they did is not closed to them by others' failures.
"""

import contextlib
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from crm.kernel.network import network_of
from crm.kernel.text import clean
from crm.people.sessions import store
from crm.people.store import LONGEST_LOGIN
from web.kit.clock import now
from web.kit.errors import TooManyError
from web.kit.i18n import N_
from web.sign_in.devices import DeviceLimit

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
FROM_ADDRESS = Bound(30, timedelta(minutes=5))  # for any login that has not signed in from there
# For one login from everywhere: slow enough against guessing, and strangers cannot lock a user out.
EVERYWHERE = Bound(20, timedelta(minutes=15))


class LockedOutError(TooManyError):
    """Too many have failed for one login from everywhere: its owner may be locked out elsewhere."""


class SignInLimits:
    """Limits attempts to sign in, by address and by login."""

    def __init__(self) -> None:
        """Begin with nothing counted."""
        self._lock = threading.Lock()
        self._trying: Counter[tuple[str, str]] = Counter()
        self._devices = DeviceLimit()

    @contextlib.contextmanager
    def attempt(
        self, database: sessionmaker[Session], login: str, address: str, device: str = ""
    ) -> Iterator[None]:
        """Count an attempt while it is made; its failure must be logged within.

        `device` names a browser in which this login has signed in. Raises TooManyError if too many
        have failed, or would if all in progress fail; LockedOutError if from many places.
        """
        if device:
            if (wait := self._devices.hit(device, login)) > 0:
                raise TooManyError(TOO_MANY, wait)
            yield
            return
        key = (clean(login.strip(), LONGEST_LOGIN).lower(), network_of(address))
        with self._lock:
            trying = _Trying(
                self._trying[key],
                sum(count for (name, _), count in self._trying.items() if name == key[0]),
                sum(count for (_, place), count in self._trying.items() if place == key[1]),
            )
            self._trying[key] += 1
        try:
            with database.begin() as session:
                _check(session, key[0], address, trying)
            yield
        finally:
            with self._lock:
                self._trying[key] -= 1
                if not self._trying[key]:
                    del self._trying[key]


@dataclass(frozen=True, slots=True)
class _Trying:
    """The attempts in progress: on a login from a place, on it from anywhere, from the place."""

    here: int
    on_login: int
    from_place: int


def _check(session: Session, login: str, address: str, trying: _Trying) -> None:
    at = now()
    failed = store.failures_here(session, login, address, at - HERE.within, HERE.most)
    if (wait := HERE.wait(failed, trying.here, at)) > 0:
        raise TooManyError(TOO_MANY, wait)
    if store.came_from(session, login, address, at - USUAL):
        return
    if not store.was_unlocked(session, login, at - FROM_ADDRESS.within):
        failed = store.failures_from(session, address, at - FROM_ADDRESS.within, FROM_ADDRESS.most)
        if (wait := FROM_ADDRESS.wait(failed, trying.from_place, at)) > 0:
            raise TooManyError(TOO_MANY, wait)
    failed = store.failures_on(session, login, at - EVERYWHERE.within, EVERYWHERE.most)
    if (wait := EVERYWHERE.wait(failed, trying.on_login, at)) > 0:
        raise LockedOutError(TOO_MANY, wait)
