"""The site's parameters, kept for a moment so that a page need not ask for them each time."""

import time

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from crm.parameters.parameter import Parameters
from crm.parameters.store import parameters

FRESH_SECONDS = 2.0


class Settled:
    """What was read last, and when."""

    def __init__(self) -> None:
        """Begin with the defaults, old enough to be read at the first question."""
        self._known = Parameters({})
        self._until = 0.0  # seconds, monotonic clock

    def read(self, database: sessionmaker[Session]) -> Parameters:
        """Give what holds now, asking the database if what is known is no longer fresh."""
        if time.monotonic() >= self._until:
            try:
                with database.begin() as session:
                    self._known = parameters(session)
            except SQLAlchemyError:
                return self._known
            self._until = time.monotonic() + FRESH_SECONDS
        return self._known

    def known(self) -> Parameters:
        """Give what was read last without asking, for who must not wait."""
        return self._known

    def forget(self) -> None:
        """Read anew at the next question, as after a change of our own."""
        self._until = 0.0
