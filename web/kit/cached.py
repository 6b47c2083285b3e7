"""One value of the database that a process keeps for some seconds, or until it changes."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

FRESH_SECONDS = 2.0
Value = TypeVar("Value")


class Cached(Generic[Value]):
    """One cached value and until when it is valid; safe for threads."""

    def __init__(self, read: Callable[[Session], Value], seconds: float = FRESH_SECONDS) -> None:
        """Begin empty; `read` asks the database."""
        self._read = read
        self._seconds = seconds
        self._lock = threading.Lock()
        self._until = 0.0  # seconds, monotonic clock
        self._forgotten = 0  # how often the value was cleared
        self._asked_after = 0  # clearings before the query of the value
        self.value: Value | None = None

    def fresh(self) -> Value | None:
        """Give the value while it is valid."""
        return self.value if time.monotonic() < self._until else None

    def read(self, session: Session) -> Value:
        """Give the present value, from the database if need be."""
        known = self.fresh()
        if known is not None:
            return known
        before = self._forgotten
        found = self._read(session)
        with self._lock:
            if before >= self._asked_after:
                self.value, self._asked_after = found, before
            # A value that was cleared during the query may have changed since.
            if self._forgotten == before:
                self._until = time.monotonic() + self._seconds
        return found

    def forget(self) -> None:
        """Clear the value, as after a change; the last one stays in `value`."""
        with self._lock:
            self._forgotten += 1
            self._until = 0.0
