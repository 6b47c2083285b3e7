"""The fallback queues in Asterisk: their members are the phones of the agents on duty.

Each queue has a static fallback queue, named by its number. When no engine decides, the dialplan
puts callers there and Asterisk rings the members itself: the first half of "no caller hears
silence".
"""

from collections.abc import Callable, Iterable, Mapping

import structlog

from acd.agent import AgentState, Phone
from acd.queue import AgentId
from cti.asterisk.ami import AMIClient, AMIError
from cti.asterisk.translate import RETURN_CONTEXT, endpoint_of
from cti.core.leg import LegId
from cti.core.state import SwitchState

ON_DUTY = frozenset({AgentState.READY, AgentState.OFFERED, AgentState.TALKING, AgentState.WRAP_UP})

WAY_BACK = {"Context": RETURN_CONTEXT, "Exten": "s", "Priority": "1"}

Place = tuple[str, str]
"""A fallback queue, and a phone that it rings."""

log = structlog.get_logger(__name__)


def places(state: SwitchState, agent_id: AgentId) -> frozenset[Place]:
    """Give the fallback queues of an agent's phone: those of their queues, while on duty."""
    agent = state.agents.get(agent_id)
    if agent is None or agent.state not in ON_DUTY or agent.phone is Phone.OUTSIDE:
        return frozenset()
    phone = f"PJSIP/{endpoint_of(agent.extension, agent.phone)}"
    queues = (state.queues[key] for key in agent.queues)
    return frozenset((f"fallback-{queue.fallback}", phone) for queue in queues)


class Fallback:
    """Adds and removes members of Asterisk's queues; only differences are sent."""

    def __init__(self, ami: AMIClient) -> None:
        """Asterisk's queues are unknown until they are read."""
        self._ami = ami
        self._of: dict[AgentId, frozenset[Place]] = {}
        self._wanted: set[Place] = set()
        self._there: set[Place] | None = None
        self._differs: set[Place] = set()

    def look(self, state: SwitchState, agents: Iterable[AgentId]) -> bool:
        """Compute where these agents belong now; True if that has changed."""
        moved = False
        for agent in agents:
            new, old = places(state, agent), self._of.get(agent, frozenset())
            if new != old:
                moved = True
                self._of[agent] = new
                self._wanted -= old - new
                self._wanted |= new
                self._differs |= new ^ old
        return moved

    def forget(self) -> None:
        """Forget Asterisk's queues: the link was lost, so they are read again."""
        self._there = None

    async def bring(self) -> None:
        """Add and remove phones. With AMI away, a later round does it."""
        try:
            if self._there is None:
                self._there = _read(await self._ami.send("QueueStatus"))
                self._differs = self._there ^ self._wanted
            while self._differs:
                place = min(self._differs)
                await self._bring(place, self._there)
                self._differs.discard(place)
        except AMIError as error:
            log.info("fallback queues not in step", why=str(error))
            self._there = None

    async def fetch(self, callers: Mapping[LegId, str], is_there: Callable[[LegId], bool]) -> None:
        """Move callers, given with their channels' names, back to the engine if still there."""
        for leg, channel in callers.items():
            if not is_there(leg):
                continue
            try:
                await self._ami.send("Redirect", Channel=channel, **WAY_BACK)
            except AMIError as error:
                log.info("a caller could not be fetched", why=str(error))

    async def _bring(self, place: Place, there: set[Place]) -> None:
        queue, phone = place
        if place in self._wanted and place not in there:
            await self._ami.send("QueueAdd", Queue=queue, Interface=phone, MemberName=phone)
            there.add(place)
        elif place in there and place not in self._wanted:
            await self._ami.send("QueueRemove", Queue=queue, Interface=phone)
            there.discard(place)


def _read(events: Iterable[dict[str, str]]) -> set[Place]:
    return {
        (event.get("Queue", ""), event.get("Location") or event.get("Interface", ""))
        for event in events
        if event.get("Event") == "QueueMember"
    }
