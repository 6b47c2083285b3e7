"""Law 9's first half: who is on duty stands in Asterisk's own fallback queues, kept up to date.

Each queue has a static fallback queue by its number; its members are the phones of the agents who
are on duty in it. When no engine decides, the dialplan rings them by itself.
"""

from collections.abc import Iterable, Mapping

import structlog

from acd.agent import State
from cti.ami import AMIClient, AMIError
from cti.asterisk import endpoint_of
from cti.house import House

ON_DUTY = frozenset({State.READY, State.OFFERED, State.TALKING, State.WRAP_UP})

Members = Mapping[str, frozenset[str]]

log = structlog.get_logger(__name__)


def members(house: House) -> Members:
    """The phones that each fallback queue should ring."""
    wanted: dict[str, set[str]] = {}
    for queue in house.queues.values():
        line = wanted.setdefault(f"fallback-{queue.fallback}", set())
        for agent_id in queue.members:
            agent = house.agents.get(agent_id)
            if agent is not None and agent.state in ON_DUTY:
                line.add(f"PJSIP/{endpoint_of(agent.extension, agent.phone)}")
    return {name: frozenset(phones) for name, phones in wanted.items()}


class Fallback:
    """Brings Asterisk's queues in step with what is wanted, by the difference only."""

    def __init__(self, ami: AMIClient) -> None:
        """Nothing is known of Asterisk's queues until they were read."""
        self._ami = ami
        self._there: dict[str, set[str]] | None = None

    def forget(self) -> None:
        """The link was lost: read again."""
        self._there = None

    async def bring(self, wanted: Members) -> None:
        """Add and remove members. AMI away: another round will do it."""
        try:
            if self._there is None:
                self._there = _read(await self._ami.send("QueueStatus"))
            for queue, phones in wanted.items():
                there = self._there.setdefault(queue, set())
                await self._add(queue, phones - there, there)
                await self._remove(queue, there - phones, there)
            for queue, there in self._there.items():
                if queue not in wanted:
                    await self._remove(queue, set(there), there)
        except AMIError as error:
            log.info("fallback queues not in step", why=str(error))
            self._there = None

    async def _add(self, queue: str, phones: Iterable[str], there: set[str]) -> None:
        for phone in list(phones):
            await self._ami.send("QueueAdd", Queue=queue, Interface=phone, MemberName=phone)
            there.add(phone)

    async def _remove(self, queue: str, phones: Iterable[str], there: set[str]) -> None:
        for phone in list(phones):
            await self._ami.send("QueueRemove", Queue=queue, Interface=phone)
            there.discard(phone)


def _read(events: Iterable[Mapping[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for event in events:
        if event.get("Event") == "QueueMember":
            phone = event.get("Location") or event.get("Interface", "")
            found.setdefault(event.get("Queue", ""), set()).add(phone)
    return found
