"""What is heard of Asterisk while a look at it is taken: the lists are older than that.

A call that moved is left to the next look.
"""

from crm.calls.record import CallId
from cti.asterisk.translate import Json, moved
from cti.core.leg import LegId


class Meanwhile:
    """The news since the last look began."""

    def __init__(self) -> None:
        """Nothing was heard yet."""
        self._moved: set[CallId | LegId] = set()

    def begins(self) -> None:
        """Forget what was heard before a look: its lists will show it."""
        self._moved.clear()

    def heard(self, event: Json) -> None:
        """Note one message of ARI's socket, before what it tells is handled."""
        self._moved |= moved(event)

    def has_moved(self, *keys: CallId | LegId | None) -> bool:
        """Whether one of these channels came back or ended, or the call of one that did."""
        return not self._moved.isdisjoint(keys)
