"""The listings of the fake Asterisk, which the reconciler compares."""

import json
from collections.abc import Collection, Container, Mapping
from dataclasses import replace

from cti.core.leg import BridgeId, LegId, LegRole
from cti.core.saved import read_context
from cti.core.seen import ChannelState, Seen, SeenChannel, Where

_STATES = {"down": ChannelState.DOWN, "ring": ChannelState.RINGING, "up": ChannelState.UP}


def listed(  # noqa: PLR0913, PLR0917 - all that Asterisk lists
    channels: Mapping[LegId, str],
    born: Mapping[LegId, float],
    saved: Mapping[LegId, str],
    bridges: Mapping[BridgeId, Collection[LegId]],
    known: Container[LegId],
    faxing: Container[LegId] = frozenset(),
    called: Container[LegId] = frozenset(),
) -> Seen:
    """List channels with their states, when each was made, its context, and who is together.

    As on the wire, the context is read only of the channels that are not `known`.
    """
    bridge_of = {leg: bridge for bridge, legs in bridges.items() for leg in legs}
    bridged = {leg: frozenset(legs) - {leg} for legs in bridges.values() for leg in legs}
    empty = tuple(bridge for bridge, legs in bridges.items() if not legs)
    seen = {
        leg: _channel(leg, state, born[leg], saved.get(leg, "{}"), called=leg in called)
        for leg, state in channels.items()
    }
    seen = {leg: replace(one, saved=None) if leg in known else one for leg, one in seen.items()}
    seen = {
        leg: replace(one, where=Where.FAX) if leg in faxing else one for leg, one in seen.items()
    }
    return Seen(seen, bridge_of, bridged, frozenset(), empty)


def _channel(leg: LegId, state: str, born: float, context: str, *, called: bool) -> SeenChannel:
    saved = read_context(leg, json.loads(context))
    return SeenChannel(
        leg,
        f"PJSIP/{leg}-1",
        _STATES[state],
        "+8613800138000",
        Where.OURS,
        in_fallback=False,
        way="trunk",
        created=born,
        saved=saved,
        number="" if saved is not None and saved.dial is not None and not called else "100",
        role=saved.role if saved is not None else LegRole.CUSTOMER,
        call=saved.call if saved is not None else None,
    )
