"""What the facts tell a new engine: agents' states, open callbacks, the past of the queues."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from acd.agent import AgentEvent
from acd.callback import Callback
from acd.estimate import LineHistory
from acd.queue import QueueKey
from cti.core import events as e
from cti.core.answer_events import CallbackRestored, HistoryRestored
from cti.engine.segments import Line
from cti.engine.settings import restored


class Left(Protocol):
    """The journal, as far as it is read again."""

    def left_of_agents(self) -> list[Line]:
        """Facts of agents' states that are not in the database."""
        ...

    def left_of_callbacks(self) -> list[Line]:
        """Facts of callbacks that are not in the database."""
        ...


class Known(Protocol):
    """The database, as far as it is read again."""

    def last_states(self, on_the_way: Sequence[Line], now: float) -> list[AgentEvent]:
        """The last fact of each agent."""
        ...

    def histories(self) -> Mapping[QueueKey, LineHistory]:
        """What is remembered of the queues' waits and calls."""
        ...

    def open_callbacks(self, on_the_way: Sequence[Line]) -> list[Callback]:
        """The callbacks that are open."""
        ...


def restorations(journal: Left, records: Known, now: float) -> list[e.Event]:
    """Give the events that restore them; called in a thread.

    Callers wait: facts that the last run left are read from the journal, not awaited. It is read
    before the database: facts that are no longer there are in the database.
    """
    agents, callbacks = journal.left_of_agents(), journal.left_of_callbacks()
    states = records.last_states(agents, now)
    return [
        *map(restored, states),
        *map(CallbackRestored, records.open_callbacks(callbacks)),
        *(HistoryRestored(queue, one) for queue, one in records.histories().items()),
    ]
