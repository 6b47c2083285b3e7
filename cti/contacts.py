"""Which telephones are registered, whose they are, and what that says of their agents."""

import asyncio
from collections.abc import Callable, Mapping

from acd.agent import Phone, State
from acd.queue import AgentId
from cti import events as e
from cti.house import House

SOMEWHERE = "?"  # an address of which only the existence is known
SLICE, TOLD_SLICE = 500, 20  # telephones looked at, and told of, before others have a turn

Owner = tuple[AgentId, Phone]


class Contacts:
    """Hears of registrations one by one, and sees all of them at times; tells the house."""

    def __init__(self, house: House, hear: Callable[[e.Event], None]) -> None:
        """`hear` must not raise."""
        self._house = house
        self._hear = hear
        self._at: dict[str, set[str]] = {}  # endpoint -> where it is registered from
        self.owners: Mapping[str, Owner] = {}  # by endpoint

    def is_reachable(self, endpoint: str) -> bool:
        """Whether a phone is registered."""
        return bool(self._at.get(endpoint))

    def owner(self, endpoint: str) -> AgentId | None:
        """The agent whose phone this is."""
        found = self.owners.get(endpoint)
        return found[0] if found is not None else None

    def heard(self, endpoint: str, address: str, here: bool) -> None:  # noqa: FBT001 - a state
        """A phone that moves is told of twice: the new address, then the end of the old one."""
        contacts = self._at.setdefault(endpoint, set())
        contacts.discard(SOMEWHERE)
        (contacts.add if here else contacts.discard)(address)
        owner = self.owners.get(endpoint)
        if owner is not None:
            self._hear(e.PhoneReachable(*owner, reachable=bool(contacts)))

    async def seen(self, reachable: frozenset[str]) -> None:
        """All telephones that are registered at one moment."""
        told = 0
        for number, (endpoint, owner) in enumerate(list(self.owners.items()), start=1):
            told += self._see(endpoint, owner, endpoint in reachable)
            if number % SLICE == 0 or told == TOLD_SLICE:
                told = 0
                await asyncio.sleep(0)

    def _see(self, endpoint: str, owner: Owner, here: bool) -> bool:  # noqa: FBT001 - a state
        """Tell of one telephone if that is news."""
        was = self.is_reachable(endpoint)
        if here != was:
            self._at[endpoint] = {SOMEWHERE} if here else set()
        agent = self._house.agents.get(owner[0])
        on_it = (
            agent is not None and agent.phone is owner[1] and agent.state is not State.SIGNED_OUT
        )
        news = here != was or (on_it and agent is not None and agent.reachable != here)
        if news:
            self._hear(e.PhoneReachable(*owner, here))
        return news
