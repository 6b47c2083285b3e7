"""A cache of rarely changing data that every page needs: parameters, names of queues and choices.

A change made in this process clears the cache, and so does a notification of PostgreSQL about a
change made in another (`web.kit.database_changes`). Without either, entries live two seconds.
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
TABLES = frozenset({"parameters", "queues", "dictionary_items"})  # a change in one clears the cache

_KEY = "settled"  # in `Session.info`
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names of queues and of choices, disabled ones too."""

    queues: Mapping[QueueKey, QueueNames]
    choices: Mapping[List, Sequence[Item]]  # in their order

    def queue_names(self, language: str) -> dict[str, str]:
        """Name the queues by their keys."""
        chinese = language.startswith("zh")
        return {str(key): one.zh if chinese else one.en for key, one in self.queues.items()}

    def offered(self, which: List) -> list[Item]:
        """Give the active options of one dictionary."""
        return [one for one in self.choices[which] if one.enabled]


def read_vocabulary(session: Session) -> Vocabulary:
    """Read the vocabulary from the database, in two queries."""
    return Vocabulary(queue_names(session), dictionaries(session))


def vocabulary(session: Session) -> Vocabulary:
    """Give the vocabulary, from the cache if the session was made with one."""
    kept = session.info.get(_KEY)
    return kept.vocabulary(session) if isinstance(kept, SettingsCache) else read_vocabulary(session)


class _Cached(Generic[Value]):
    """One cached value and until when it is valid; safe for threads."""

    def __init__(self, read: Callable[[Session], Value]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._until = 0.0  # seconds, monotonic clock
        self._forgotten = 0  # how often the value was cleared
        self._asked_after = 0  # clearings before the query of the value
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
            if before >= self._asked_after:
                self.value, self._asked_after = found, before
            # A value that was cleared during the query may have changed since.
            if self._forgotten == before:
                self._until = time.monotonic() + FRESH_SECONDS
        return found

    def forget(self) -> None:
        with self._lock:
            self._forgotten += 1
            self._until = 0.0


class SettingsCache:
    """The cache of one web process."""

    def __init__(self) -> None:
        """Begin empty; the first read asks the database."""
        self._parameters = _Cached(parameters)
        self._vocabulary = _Cached(read_vocabulary)

    def lend(self, database: sessionmaker[Session]) -> sessionmaker[Session]:
        """Let the sessions made from now on use this cache."""
        database.configure(info={_KEY: self})
        return database

    def read(self, database: sessionmaker[Session]) -> Parameters:
        """Give the present parameters; with the database away the last known ones."""
        known = self._parameters.fresh()
        if known is not None:
            return known
        try:
            with database.begin() as session:
                return self._parameters.read(session)
        except SQLAlchemyError:
            return self.known()

    def known(self) -> Parameters:
        """Give the parameters read last; for code that must not wait for the database."""
        return self._parameters.value or Parameters({})

    def vocabulary(self, session: Session) -> Vocabulary:
        """Give the present vocabulary."""
        return self._vocabulary.read(session)

    def forget(self) -> None:
        """Clear the cache, as after a change."""
        self._parameters.forget()
        self._vocabulary.forget()

    def forget_after(self, session: Session) -> None:
        """Clear the cache as soon as the session has committed."""
        event.listen(session, "after_commit", lambda _session: self.forget())
