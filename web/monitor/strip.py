"""An agent's states of some hours, from the log of them. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from acd.agent import PAST, AgentEvent, AgentState


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in one state."""

    state: AgentState
    reason: str
    begin: datetime
    end: datetime

    @property
    def seconds(self) -> float:
        """How long it lasted."""
        return (self.end - self.begin).total_seconds()


def stretches(events: Iterable[AgentEvent], since: datetime, until: datetime) -> list[Stretch]:
    """Give an agent's states between two times, one after the other; none of them is empty.

    `events` may begin earlier. Before the first of them the agent was not signed in. What was told
    late, of a talk that was over by then, changes no state.
    """
    found: list[Stretch] = []
    state, reason, begin = AgentState.SIGNED_OUT, "", since
    for event in sorted(events, key=lambda one: one.at):
        if PAST in event.detail:
            continue
        at = min(max(event.at, since), until)
        if (event.state, event.reason) != (state, reason):
            _add(found, Stretch(state, reason, begin, at))
            state, reason, begin = event.state, event.reason, at
    _add(found, Stretch(state, reason, begin, until))
    return found


def seconds_in(found: Sequence[Stretch], state: AgentState) -> float:
    """Sum the time in a state."""
    return sum((one.seconds for one in found if one.state is state), 0.0)


def _add(found: list[Stretch], one: Stretch) -> None:
    if one.end > one.begin:
        found.append(one)
