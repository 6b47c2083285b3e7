"""Which telephones are registered, and so which agents are reachable."""

import asyncio
from collections.abc import Callable, Mapping

from acd.agent import AgentState, Phone
from acd.queue import AgentId
from cti.core import events as e
from cti.core.state import SwitchState

UNKNOWN_ADDRESS = "?"  # an address that is registered but unknown
SLICE, EVENT_SLICE = 500, 20  # phones compared, and events handled, before other tasks get a turn
RESTART_SECONDS = 10.0  # how long a restarted phone's old registration is ignored

Owner = tuple[AgentId, Phone]


class Registrations:
    """The phones' registrations: kept from single changes and from full listings."""

    def __init__(
        self, state: SwitchState, handle: Callable[[e.Event], None], clock: Callable[[], float]
    ) -> None:
        """`handle` must not raise; `clock` gives the engine's time, in seconds."""
        self._state = state
        self._handle = handle
        self._clock = clock
        self._at: dict[str, set[str]] = {}  # endpoint -> addresses it is registered from
        # By endpoint of a restarted phone: its old addresses, and until when they are ignored.
        self._restarted: dict[str, tuple[frozenset[str], float]] = {}
        self._changed: set[str] = set()  # endpoints that changed since a listing began
        self.owners: Mapping[str, Owner] = {}  # by endpoint
        self.listening = False  # the AMI link is up: changes arrive at once

    def is_reachable(self, endpoint: str) -> bool:
        """Whether a phone is registered at an address where it can ring."""
        return bool(self._at.get(endpoint, set()) - self._old_places(endpoint))

    def owner(self, endpoint: str) -> AgentId | None:
        """Give the agent that has this phone."""
        found = self.owners.get(endpoint)
        return found[0] if found is not None else None

    def changed(self, endpoint: str, address: str, registered: bool) -> None:  # noqa: FBT001 - a state
        """Note a registration's change; a moved phone gives two: new address, end of the old."""
        self._changed.add(endpoint)
        contacts = self._at.setdefault(endpoint, set())
        contacts.discard(UNKNOWN_ADDRESS)
        (contacts.add if registered else contacts.discard)(address)
        if registered and address not in self._old_places(endpoint):
            self._restarted.pop(endpoint, None)
        owner = self.owners.get(endpoint)
        if owner is not None:
            self._handle(e.PhoneReachable(*owner, reachable=self.is_reachable(endpoint)))

    def phone_restarted(self, endpoint: str) -> None:
        """Note that a phone's page was reloaded: its old registration no longer rings.

        A listing of Asterisk's, which has no addresses, would take the old one for the new one.
        """
        old = frozenset(self._at.get(endpoint, ()))
        if old and self.listening:
            self._restarted[endpoint] = (old, self._clock() + RESTART_SECONDS)

    def listing_starts(self) -> None:
        """Note that a listing starts: changes from now on are newer than what it will show."""
        self._changed.clear()

    def _old_places(self, endpoint: str) -> frozenset[str]:
        old, till = self._restarted.get(endpoint, (frozenset[str](), 0.0))
        if self._clock() < till:
            return old
        self._restarted.pop(endpoint, None)
        return frozenset()

    async def compare(self, reachable: frozenset[str]) -> None:
        """Compare with all telephones that were registered when the listing began."""
        handled = 0
        for number, (endpoint, owner) in enumerate(list(self.owners.items()), start=1):
            handled += self._compare_one(endpoint, owner, endpoint in reachable)
            if number % SLICE == 0 or handled == EVENT_SLICE:
                handled = 0
                await asyncio.sleep(0)

    def _compare_one(self, endpoint: str, owner: Owner, registered: bool) -> bool:  # noqa: FBT001 - a state
        """Handle one telephone's registration; True if it was news."""
        if endpoint in self._changed or self._old_places(endpoint):
            return False
        was = self.is_reachable(endpoint)
        if registered != was:
            self._at[endpoint] = {UNKNOWN_ADDRESS} if registered else set()
        agent = self._state.agents.get(owner[0])
        on_it = (
            agent is not None
            and agent.phone is owner[1]
            and agent.state is not AgentState.SIGNED_OUT
        )
        news = registered != was or (on_it and agent is not None and agent.reachable != registered)
        if news:
            self._handle(e.PhoneReachable(*owner, registered))
        return news
