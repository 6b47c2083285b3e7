"""A cache of rarely changing data that every page needs: parameters, names of queues and choices.

A change made in this process clears the cache, and so does a notification of PostgreSQL about a
change made in another (`web.kit.database_changes`). Without either, entries live two seconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from acd.queue import QueueKey
from acd.store import QueueNames, queue_names
from crm.dictionary.item import Item, List
from crm.dictionary.store import dictionaries
from crm.parameters.parameter import Parameters
from crm.parameters.store import parameters
from web.kit.cached import Cached

TABLES = frozenset({"parameters", "queues", "dictionary_items"})  # a change in one clears the cache

_KEY = "settled"  # in `Session.info`


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


class SettingsCache:
    """The cache of one web process."""

    def __init__(self) -> None:
        """Begin empty; the first read asks the database."""
        self._parameters = Cached(parameters)
        self._vocabulary = Cached(read_vocabulary)

    def lend(
        self, database: sessionmaker[Session], known: Mapping[str, object] | None = None
    ) -> sessionmaker[Session]:
        """Let the sessions made from now on use this cache; `known` is in their `info` too."""
        database.configure(info={**(known or {}), _KEY: self})
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
