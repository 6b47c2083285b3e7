"""Which telephones are registered, whose they are, and what that says of their agents."""

import asyncio
from collections.abc import Callable, Mapping

from acd.agent import AgentState, Phone
from acd.queue import AgentId
from cti.core import events as e
from cti.core.state import SwitchState

SOMEWHERE = "?"  # an address of which only the existence is known
SLICE, TOLD_SLICE = 500, 20  # telephones looked at, and told of, before others have a turn
BEGIN_SECONDS = 10.0  # for which a phone that begins anew is not taken for its old registration

Owner = tuple[AgentId, Phone]


class Contacts:
    """Hears of registrations one by one, and sees all of them at times; tells the house."""

    def __init__(
        self, state: SwitchState, hear: Callable[[e.Event], None], clock: Callable[[], float]
    ) -> None:
        """`hear` must not raise; `clock` tells the engine's seconds."""
        self._state = state
        self._hear = hear
        self._clock = clock
        self._at: dict[str, set[str]] = {}  # endpoint -> where it is registered from
        # By endpoint that begins anew: its old places, and until when they are not believed.
        self._begun: dict[str, tuple[frozenset[str], float]] = {}
        self._fresh: set[str] = set()  # endpoints heard of since a look began
        self.owners: Mapping[str, Owner] = {}  # by endpoint
        self.listening = False  # what changes is told to `heard` at once

    def is_reachable(self, endpoint: str) -> bool:
        """Whether a phone is registered where it can be rung."""
        return bool(self._at.get(endpoint, set()) - self._old_places(endpoint))

    def owner(self, endpoint: str) -> AgentId | None:
        """The agent whose phone this is."""
        found = self.owners.get(endpoint)
        return found[0] if found is not None else None

    def heard(self, endpoint: str, address: str, here: bool) -> None:  # noqa: FBT001 - a state
        """A phone that moves is told of twice: the new address, then the end of the old one."""
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
        """A phone was opened anew: where it is registered now is its old page, which rings no more.

        A look at Asterisk, which names no addresses, would take that for the new one.
        """
        old = frozenset(self._at.get(endpoint, ()))
        if old and self.listening:
            self._begun[endpoint] = (old, self._clock() + BEGIN_SECONDS)

    def look_begins(self) -> None:
        """From here on, what is heard of a phone is newer than what `seen` will tell of it."""
        self._fresh.clear()

    def _old_places(self, endpoint: str) -> frozenset[str]:
        old, till = self._begun.get(endpoint, (frozenset[str](), 0.0))
        if self._clock() < till:
            return old
        self._begun.pop(endpoint, None)
        return frozenset()

    async def seen(self, reachable: frozenset[str]) -> None:
        """All telephones that were registered when the look began."""
        told = 0
        for number, (endpoint, owner) in enumerate(list(self.owners.items()), start=1):
            told += self._see(endpoint, owner, endpoint in reachable)
            if number % SLICE == 0 or told == TOLD_SLICE:
                told = 0
                await asyncio.sleep(0)

    def _see(self, endpoint: str, owner: Owner, here: bool) -> bool:  # noqa: FBT001 - a state
        """Tell of one telephone if that is news."""
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
