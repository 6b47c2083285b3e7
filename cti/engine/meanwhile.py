"""What is heard of Asterisk while a look at it is taken: the lists are older than that.

A call that moved is left to the next look. A leg that nobody knew yet, and that was answered, is
told as answered again when the look has found it: else agent and caller would wait for the next
look.
"""

from collections.abc import Container, Iterable

from crm.calls.record import CallId
from cti.asterisk.translate import Json, moved
from cti.core import events as e
from cti.core.leg import LegId


class Meanwhile:
    """The news since the last look began."""

    def __init__(self) -> None:
        """Nothing was heard yet."""
        self._moved: set[CallId | LegId] = set()
        self._answered: list[e.LegAnswered] = []

    def begins(self) -> None:
        """Forget what was heard before a look: its lists will show it."""
        self._moved.clear()
        self._answered.clear()

    def heard(self, event: Json, told: Iterable[e.Event], known: Container[LegId]) -> None:
        """Note one message of ARI's socket and what it tells, before that is handled."""
        self._moved |= moved(event)
        self._answered += (
            one for one in told if isinstance(one, e.LegAnswered) and one.leg not in known
        )

    def has_moved(self, *keys: CallId | LegId | None) -> bool:
        """Whether one of these channels came back or ended, or the call of one that did."""
        return not self._moved.isdisjoint(keys)

    def answered(self, known: Container[LegId]) -> list[e.LegAnswered]:
        """The answers of legs that were not known then, and are now; each is given once."""
        found = [one for one in self._answered if one.leg in known]
        self._answered.clear()
        return found
