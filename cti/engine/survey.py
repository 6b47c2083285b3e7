"""Asterisk's present channels, bridges and phones, and the contexts on channels, read over ARI.

A context is long and not part of every event. It is read when needed: for channels that the state
does not know, after a start of the engine or when a caller comes back.
"""

import asyncio
from collections.abc import Container
from dataclasses import replace

from cti.asterisk.ari import ARIClient, ARIError
from cti.asterisk.orders import context_path, is_unset
from cti.asterisk.translate import (
    read_alive,
    read_channel,
    read_online,
    read_variable,
    with_context,
)
from cti.core import reconcile
from cti.core.leg import LegId
from cti.core.seen import Seen, SeenChannel

READ_AT_ONCE = 16
NOT_FOUND = 404


class Survey:
    """Reads one Asterisk. Every method raises ARIError if Asterisk does not answer."""

    def __init__(self, ari: ARIClient) -> None:
        """Read through this client."""
        self._ari = ari
        self.born = ""  # when it started, as Asterisk writes it
        self.version = ""
        self.channels = 0  # at the last listing

    async def identify(self) -> bool:
        """Read which Asterisk this is; True if it was restarted since the last time."""
        info = await self._ari.get("/asterisk/info")
        before, self.born = self.born, str(info["status"]["startup_time"])
        self.version = str(info["system"]["version"])
        return bool(before) and before != self.born

    async def subscribe(self) -> None:
        """Subscribe to the channels again: Asterisk forgot it when the socket was lost."""
        channels = await self._ari.each("/channels", read_channel)
        await self._ari.subscribe([one.id for one in channels if reconcile.is_listened_to(one)])

    async def take(self, known: Container[LegId]) -> Seen:
        """List what is alive, with the contexts of channels that are not `known`.

        A channel that ends meanwhile is left out.
        """
        seen = read_alive(
            await self._ari.each("/channels", read_channel),
            await self._ari.get("/bridges"),
            await self._ari.each("/endpoints", read_online),
        )
        channels = dict(seen.channels)
        unknown = [
            one
            for one in channels.values()
            if one.id not in known and reconcile.is_listened_to(one)
        ]
        gate = asyncio.Semaphore(READ_AT_ONCE)

        async def read(channel: SeenChannel) -> None:
            async with gate:
                found = await self.with_context(channel)
            if found is None:
                del channels[channel.id]
            else:
                channels[channel.id] = found

        await asyncio.gather(*map(read, unknown))
        self.channels = len(channels)
        return replace(seen, channels=channels)

    async def with_context(self, channel: SeenChannel) -> SeenChannel | None:
        """Read the context of a channel; None if the channel has ended."""
        try:
            answer = await self._ari.get(context_path(channel.id))
        except ARIError as error:
            if error.status != NOT_FOUND:
                raise
            return channel if is_unset(str(error)) else None
        return with_context(channel, read_variable(answer))
