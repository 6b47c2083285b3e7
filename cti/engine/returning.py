"""Callers who come back from the fallback: their context is read before they are served.

A caller known to the engine needs no reading and is served at once.
"""

import asyncio

import structlog

from crm.calls.record import CallId
from cti.asterisk.ari import ARIError
from cti.core import events as e
from cti.core.leg import LegId
from cti.core.seen import SeenChannel, returned
from cti.engine.engine import Engine
from cti.engine.survey import Survey

log = structlog.get_logger(__name__)


class Returning:
    """The callers of one Asterisk who are just coming back."""

    def __init__(self, engine: Engine, survey: Survey) -> None:
        """Start without callers."""
        self._engine = engine
        self._survey = survey
        self._reading: dict[LegId, asyncio.Task[None]] = {}

    def came(self, channel: SeenChannel) -> None:
        """Note that a caller is back from the fallback."""
        call = self._engine.state.calls.get(CallId(channel.id))
        if call is not None and call.ended is None:
            self._serve(channel)
            return
        self.ended(channel.id)
        task = asyncio.create_task(self._read(channel))
        self._reading[channel.id] = task
        task.add_done_callback(lambda _: self._reading.pop(channel.id, None))

    def ended(self, leg: LegId) -> None:
        """Note that a channel has ended: there is nothing to serve any more."""
        if (task := self._reading.pop(leg, None)) is not None:
            task.cancel()

    async def _read(self, channel: SeenChannel) -> None:
        try:
            found = await self._survey.with_context(channel)
        except ARIError as error:
            log.info("a returning caller could not be read", leg=channel.id, why=str(error))
            self._engine.on_doubt()  # the next comparison finds the caller
            return
        if found is not None:
            self._serve(found)

    def _serve(self, channel: SeenChannel) -> None:
        call, leg = returned(channel, self._engine.dialect)
        self._engine.handle_safely(e.CallReturned(call, leg))
