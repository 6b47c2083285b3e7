"""What hardly ever changes and every page needs: asked of the database once, kept for a moment.

The site's parameters, and the house's vocabulary: what queues and choices are called. Who changes
one of them in this process forgets it here; what another process changes, PostgreSQL tells us
(`web.kit.listen`); and should nobody tell us, two seconds are the longest that anything is kept.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from acd.queue import QueueKey
from acd.store import QueueNames, queue_names
from crm.dictionary.item import Item, List
from crm.dictionary.store import dictionaries
from crm.parameters.parameter import Parameters
from crm.parameters.store import parameters

FRESH_SECONDS = 2.0
TABLES = frozenset({"parameters", "queues", "dictionary_items"})  # whose changes concern us

_KEY = "settled"  # in what a session knows of itself
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the house calls its queues, and its choices with those that are switched off."""

    queues: Mapping[QueueKey, QueueNames]
    choices: Mapping[List, Sequence[Item]]  # in their order

    def queue_names(self, language: str) -> dict[str, str]:
        """Name the queues by their keys."""
        chinese = language.startswith("zh")
        return {str(key): one.zh if chinese else one.en for key, one in self.queues.items()}

    def offered(self, which: List) -> list[Item]:
        """Give what may be chosen from one dictionary."""
        return [one for one in self.choices[which] if one.enabled]


def read_vocabulary(session: Session) -> Vocabulary:
    """Ask the database, two questions in all."""
    return Vocabulary(queue_names(session), dictionaries(session))


def vocabulary(session: Session) -> Vocabulary:
    """Give the house's vocabulary, kept by those who made the session or read just now."""
    kept = session.info.get(_KEY)
    return kept.vocabulary(session) if isinstance(kept, SettingsCache) else read_vocabulary(session)


class _Cached(Generic[Value]):
    """One thing and until when it holds; threads may ask and forget at the same time."""

    def __init__(self, read: Callable[[Session], Value]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._until = 0.0  # seconds, monotonic clock
        self._forgotten = 0
        self.value: Value | None = None

    def fresh(self) -> Value | None:
        return self.value if time.monotonic() < self._until else None

    def read(self, session: Session) -> Value:
        known = self.fresh()
        if known is not None:
            return known
        before = self._forgotten
        found = self._read(session)
        with self._lock:
            # What was forgotten while we asked may have changed behind our question.
            if self._forgotten == before:
                self.value, self._until = found, time.monotonic() + FRESH_SECONDS
        return found

    def forget(self) -> None:
        with self._lock:
            self._forgotten += 1
            self._until = 0.0


class SettingsCache:
    """What was read last of each."""

    def __init__(self) -> None:
        """Begin with the defaults; the first question asks the database."""
        self._parameters = _Cached(parameters)
        self._vocabulary = _Cached(read_vocabulary)

    def lend(self, database: sessionmaker[Session]) -> sessionmaker[Session]:
        """Let the sessions made from now on know what is kept here."""
        database.configure(info={_KEY: self})
        return database

    def read(self, database: sessionmaker[Session]) -> Parameters:
        """Give the parameters that hold now; with the database away the last known ones do."""
        known = self._parameters.fresh()
        if known is not None:
            return known
        try:
            with database.begin() as session:
                return self._parameters.read(session)
        except SQLAlchemyError:
            return self.known()

    def known(self) -> Parameters:
        """Give the parameters read last without asking, for who must not wait."""
        return self._parameters.value or Parameters({})

    def vocabulary(self, session: Session) -> Vocabulary:
        """Give what the house calls things now."""
        return self._vocabulary.read(session)

    def forget(self) -> None:
        """Read anew at the next question, as after a change."""
        self._parameters.forget()
        self._vocabulary.forget()

    def forget_after(self, session: Session) -> None:
        """Read anew as soon as what a session changes is there for all to see."""
        event.listen(session, "after_commit", lambda _session: self.forget())
