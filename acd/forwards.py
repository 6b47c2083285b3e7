"""Where calls to an extension go instead: always, when busy, when unanswered, when away.

Loops are found here, and refused before they are set up.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from acd.queue import AgentId
from crm.kernel.destination import Destination, DestinationKind

DESTINATIONS = frozenset(
    {
        DestinationKind.AGENT,
        DestinationKind.RING_GROUP,
        DestinationKind.QUEUE,
        DestinationKind.NUMBER,
        DestinationKind.VOICEMAIL,
        DestinationKind.CUSTOM,
    }
)
"""Where an extension can be forwarded to; the key of a number is in E.164."""


class ForwardKind(StrEnum):
    """When an extension is forwarded; the values are stored."""

    ALL = "all"  # at once, whatever the agent does
    BUSY = "busy"  # the agent is in a call
    NO_ANSWER = "no answer"  # the phone rang and was not answered
    AWAY = "away"  # signed out, not ready, or the phone is not registered


@dataclass(frozen=True, slots=True)
class Forwards:
    """The forwarding of one extension; None where a call is not forwarded."""

    all: Destination | None = None
    busy: Destination | None = None
    no_answer: Destination | None = None
    away: Destination | None = None

    def to(self, kind: ForwardKind) -> Destination | None:
        """Give where calls go for one reason; `all` stands before the others."""
        return self.all or self.own(kind)

    def own(self, kind: ForwardKind) -> Destination | None:
        """Give what is set for one reason itself."""
        match kind:
            case ForwardKind.ALL:
                return self.all
            case ForwardKind.BUSY:
                return self.busy
            case ForwardKind.NO_ANSWER:
                return self.no_answer
            case ForwardKind.AWAY:
                return self.away

    def destinations(self) -> tuple[Destination, ...]:
        """Give all destinations that are set, each once."""
        found = (self.all, self.busy, self.no_answer, self.away)
        return tuple(dict.fromkeys(one for one in found if one is not None))


def made_of(by_kind: Mapping[ForwardKind, Destination]) -> Forwards:
    """Make the forwarding of an extension from its parts."""
    return Forwards(*map(by_kind.get, ForwardKind))


def loop(agent: AgentId, wanted: Forwards, of: Mapping[AgentId, Forwards]) -> tuple[AgentId, ...]:
    """Give the agents on the shortest way back to `agent` with the wanted forwarding.

    The first and the last is the agent; empty if no way leads back. Every reason counts, because
    all agents on the way can be busy or away at the same moment.
    """
    ways: list[tuple[AgentId, ...]] = [(agent,)]
    passed: set[AgentId] = set()
    while ways:
        way = ways.pop(0)
        last = way[-1]
        for following in _agents(wanted if last == agent else of.get(last, Forwards())):
            if following == agent:
                return (*way, agent)
            if following not in passed:
                passed.add(following)
                ways.append((*way, following))
    return ()


def _agents(forwards: Forwards) -> Iterable[AgentId]:
    return (
        AgentId(int(one.key))
        for one in forwards.destinations()
        if one.kind is DestinationKind.AGENT
    )
