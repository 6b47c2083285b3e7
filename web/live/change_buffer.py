"""The last changes of the live state, in order, and the desks that each one goes to. Pure."""

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterator

from web.live.changes import LiveChange


class ChangeBuffer:
    """Consecutively numbered changes; when it is full the oldest are dropped."""

    def __init__(self, keep: int) -> None:
        """`keep` is the number of changes kept."""
        self._changes: deque[LiveChange] = deque(maxlen=keep)
        self._own: dict[int, deque[int]] = defaultdict(
            deque
        )  # agent → numbers of changes for the desk

    def add(self, change: LiveChange) -> None:
        """Keep the next change."""
        if len(self._changes) == self._changes.maxlen:
            self._forget(self._changes[0])
        self._changes.append(change)
        for agent in change.desks:
            self._own[agent].append(change.number)

    def clear(self) -> None:
        """Forget all changes."""
        self._changes.clear()
        self._own.clear()

    def __len__(self) -> int:
        """How many changes there are."""
        return len(self._changes)

    def since(self, number: int) -> Iterator[LiveChange]:
        """Give every change from this number on, the oldest first."""
        # A deque finds places near its end from there, so a small lag costs little.
        return (self._changes[place] for place in range(self._place(number), len(self._changes)))

    def of_desk(self, agent: int, number: int) -> Iterator[LiveChange]:
        """Give the changes of an agent's desk from this number on, in time proportional to them."""
        own = self._own.get(agent)
        numbers = list(own)[bisect_left(own, number) :] if own else []
        return (self._changes[self._place(one)] for one in numbers)

    def _place(self, number: int) -> int:
        return max(0, number - self._changes[0].number) if self._changes else 0

    def _forget(self, change: LiveChange) -> None:
        for agent in change.desks:
            own = self._own[agent]
            own.popleft()
            if not own:
                del self._own[agent]
