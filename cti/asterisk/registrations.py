"""Which telephones are registered, and so which agents are reachable."""

import asyncio
from collections.abc import Callable, Mapping

from acd.agent import AgentState, Phone
from acd.queue import AgentId
from cti.core import events as e
from cti.core.state import SwitchState

SOMEWHERE = "?"  # an address that is registered but unknown
SLICE, TOLD_SLICE = 500, 20  # phones compared, and events handled, before other tasks get a turn
BEGIN_SECONDS = 10.0  # how long a restarted phone's old registration is ignored

Owner = tuple[AgentId, Phone]


class Contacts:
    """The phones' registrations: kept from single changes and from full listings."""

    def __init__(
        self, state: SwitchState, hear: Callable[[e.Event], None], clock: Callable[[], float]
    ) -> None:
        """`hear` must not raise; `clock` gives the engine's time, in seconds."""
        self._state = state
        self._hear = hear
        self._clock = clock
        self._at: dict[str, set[str]] = {}  # endpoint -> addresses it is registered from
        # By endpoint of a restarted phone: its old addresses, and until when they are ignored.
        self._begun: dict[str, tuple[frozenset[str], float]] = {}
        self._fresh: set[str] = set()  # endpoints that changed since a listing began
        self.owners: Mapping[str, Owner] = {}  # by endpoint
        self.listening = False  # the AMI link is up: changes arrive at once

    def is_reachable(self, endpoint: str) -> bool:
        """Whether a phone is registered at an address where it can ring."""
        return bool(self._at.get(endpoint, set()) - self._old_places(endpoint))

    def owner(self, endpoint: str) -> AgentId | None:
        """Give the agent to whom this phone belongs."""
        found = self.owners.get(endpoint)
        return found[0] if found is not None else None

    def heard(self, endpoint: str, address: str, here: bool) -> None:  # noqa: FBT001 - a state
        """Note a registration's change; a moved phone gives two: new address, end of the old."""
        self._fresh.add(endpoint)
        contacts = self._at.setdefault(endpoint, set())
        contacts.discard(SOMEWHERE)
        (contacts.add if here else contacts.discard)(address)
        if here and address not in self._old_places(endpoint):
            self._begun.pop(endpoint, None)
        owner = self.owners.get(endpoint)
        if owner is not None:
            self._hear(e.PhoneReachable(*owner, reachable=self.is_reachable(endpoint)))

    def begins(self, endpoint: str) -> None:
        """Note that a phone's page was reloaded: its old registration no longer rings.

        A listing of Asterisk's, which has no addresses, would take the old one for the new one.
        """
        old = frozenset(self._at.get(endpoint, ()))
        if old and self.listening:
            self._begun[endpoint] = (old, self._clock() + BEGIN_SECONDS)

    def look_begins(self) -> None:
        """Note that a listing starts: changes from now on are newer than what it will show."""
        self._fresh.clear()

    def _old_places(self, endpoint: str) -> frozenset[str]:
        old, till = self._begun.get(endpoint, (frozenset[str](), 0.0))
        if self._clock() < till:
            return old
        self._begun.pop(endpoint, None)
        return frozenset()

    async def seen(self, reachable: frozenset[str]) -> None:
        """Compare with all telephones that were registered when the listing began."""
        told = 0
        for number, (endpoint, owner) in enumerate(list(self.owners.items()), start=1):
            told += self._see(endpoint, owner, endpoint in reachable)
            if number % SLICE == 0 or told == TOLD_SLICE:
                told = 0
                await asyncio.sleep(0)

    def _see(self, endpoint: str, owner: Owner, here: bool) -> bool:  # noqa: FBT001 - a state
        """Handle one telephone's registration; True if it was news."""
        if endpoint in self._fresh or self._old_places(endpoint):
            return False
        was = self.is_reachable(endpoint)
        if here != was:
            self._at[endpoint] = {SOMEWHERE} if here else set()
        agent = self._state.agents.get(owner[0])
        on_it = (
            agent is not None
            and agent.phone is owner[1]
            and agent.state is not AgentState.SIGNED_OUT
        )
        news = here != was or (on_it and agent is not None and agent.reachable != here)
        if news:
            self._hear(e.PhoneReachable(*owner, here))
        return news
