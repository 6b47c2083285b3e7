"""Events that arrive while Asterisk's channels are listed: they are newer than the listings.

A call that moved is left to the next comparison. The answer of a leg that was still unknown is
repeated when the comparison has found the leg: else agent and caller would wait for the next one.
"""

from collections.abc import Container, Iterable

from crm.calls.record import CallId
from cti.asterisk.translate import Json, moved
from cti.core import events as e
from cti.core.leg import LegId


class Meanwhile:
    """The events since the last listing began."""

    def __init__(self) -> None:
        """Start without events."""
        self._moved: set[CallId | LegId] = set()
        self._answered: list[e.LegAnswered] = []

    def begins(self) -> None:
        """Forget the events from before a listing: its result will include them."""
        self._moved.clear()
        self._answered.clear()

    def heard(self, event: Json, told: Iterable[e.Event], known: Container[LegId]) -> None:
        """Note one message of ARI's socket and its events, before these are handled."""
        self._moved |= moved(event)
        self._answered += (
            one for one in told if isinstance(one, e.LegAnswered) and one.leg not in known
        )

    def has_moved(self, *keys: CallId | LegId | None) -> bool:
        """Whether one of these channels came back or ended, or the call of one that did."""
        return not self._moved.isdisjoint(keys)

    def answered(self, known: Container[LegId]) -> list[e.LegAnswered]:
        """Give the answers of legs that were unknown then and are known now, each once."""
        found = [one for one in self._answered if one.leg in known]
        self._answered.clear()
        return found
