"""How the engine receives callers: by claiming broadcast channels, or through Stasis.

Where Asterisk has the broadcast module, each new caller is broadcast and belongs to the engine that
claims it. A frozen engine claims nothing, and the dialplan goes on after half a second. Without the
module, the dialplan sends callers into Stasis.
"""

import asyncio
from collections.abc import Callable, Container
from dataclasses import replace

import structlog

from cti.asterisk.ari import ARIClient, ARIError
from cti.asterisk.orders import claim, entry
from cti.asterisk.translate import BROADCAST_MODULE, Json, broadcast, event_time
from cti.core.leg import LegId
from cti.core.seen import Seen

CLAIM_SECONDS = 0.4
"""No caller is claimed later than this: the dialplan waits half a second."""

ENTERED_SECONDS = 2.0
"""By then a claimed caller has entered our application."""

log = structlog.get_logger(__name__)


class Entry:
    """Claims callers for one engine."""

    def __init__(self, ari: ARIClient, clock: Callable[[], float]) -> None:
        """`clock` gives the engine's time, in seconds."""
        self._ari = ari
        self._clock = clock
        self._claims: set[asyncio.Task[None]] = set()
        self._claimed: dict[LegId, float] = {}  # when we claimed each recent caller

    async def choose(self) -> None:
        """Tell the dialplan how to send callers here; raises ARIError without an answer."""
        try:
            module = await self._ari.get(f"/asterisk/modules/{BROADCAST_MODULE}")
            there = str(module.get("status", "")).lower() == "running"
        except ARIError as error:
            if not error.status:
                raise
            there = False
        await self._ari.ask(entry(by_broadcast=there))

    def forget(self) -> None:
        """Forget the claims: the link was lost, and their callers may have entered unnoticed."""
        self._claimed.clear()

    def claim_broadcast(self, event: Json) -> bool:
        """Claim the caller that this event broadcasts; True if it is a broadcast event.

        A caller broadcast so long ago that the dialplan has gone on is not claimed.
        """
        caller, called_out = broadcast(event), event_time(event)
        if caller is None:
            return False
        if called_out is None or self._clock() - called_out < CLAIM_SECONDS:
            self._note_claimed(caller)
            task = asyncio.create_task(self._claim(caller))
            self._claims.add(task)
            task.add_done_callback(self._claims.discard)
        return True

    async def claim_waiting(self, seen: Seen, known: Container[LegId]) -> Seen:
        """Claim callers that were broadcast while no engine was there, and leave out the others.

        Asterisk lists them like claimed channels but accepts no command for them yet. Callers that
        we have claimed ourselves meanwhile are on their way too.
        """
        called_out = [
            one.id
            for one in seen.channels.values()
            if one.called_out and (one.saved is None or one.in_fallback) and one.id not in known
        ]
        waiting = [leg for leg in called_out if leg not in self._claimed]
        won = await asyncio.gather(*map(self.claim_found, waiting))
        ours = {leg for leg, claimed in zip(waiting, won, strict=True) if claimed}
        ours.update(leg for leg in called_out if leg in self._claimed)
        channels = {leg: one for leg, one in seen.channels.items() if leg not in ours}
        return replace(seen, channels=channels)

    async def claim_found(self, caller: LegId) -> bool:
        """Claim a caller found as broadcast; False if an engine that died had claimed it."""
        try:
            await self._ari.ask(replace(claim(caller), missing_is_fine=False))
        except ARIError:
            return False
        return True

    def _note_claimed(self, caller: LegId) -> None:
        now, claimed = self._clock(), self._claimed
        while claimed and now - claimed[first := next(iter(claimed))] > ENTERED_SECONDS:
            del claimed[first]
        claimed[caller] = now

    async def _claim(self, caller: LegId) -> None:
        try:
            await self._ari.ask(claim(caller))
        except ARIError as error:
            log.info("a caller could not be claimed", leg=caller, why=str(error))
