"""What each leg should hear, and the orders that make it so.

The one place that turns placements into orders. A feature says where a leg belongs; what it heard
before is ended here, in the order that Asterisk needs: music and silence stop before a leg moves,
and a leg moves from bridge to bridge directly. Asterisk tells neither music nor mute nor silence
back, so in doubt the order is repeated (`again`), which does no harm.
"""

from dataclasses import replace

from cti.core.commands import (
    DropBridge,
    HangUp,
    Join,
    Leave,
    Mute,
    Play,
    ReceiveFax,
    RecordMessage,
    StartMusic,
    StartSilence,
    StopMessage,
    StopMusic,
    StopPlay,
    StopSilence,
)
from cti.core.leg import (
    Bridge,
    BridgeId,
    InBridge,
    LeavingMessage,
    Leg,
    LegId,
    OnHold,
    Placement,
    Prompted,
    ReceivingFax,
    Silent,
)
from cti.core.state import SwitchTransaction


def place(tx: SwitchTransaction, leg_id: LegId, to: Placement) -> None:
    """Let a leg hear something else than before. A bridge is joined by `join`."""
    leg = tx.legs.get(leg_id)
    if leg is None or leg.placement == to:
        return
    _stop(tx, leg, to)
    _set(tx, leg, to)
    match to:
        case OnHold(music=music):
            tx.do(StartMusic(leg.id, music))
        case Prompted(playback=playback, prompts=prompts, language=language):
            tx.do(Play(leg.id, playback, prompts, language))
        case Silent():
            tx.do(StartSilence(leg.id))
        case InBridge(bridge=bridge):
            tx.do(Join(bridge, (leg.id,)))
        case LeavingMessage(file=file, most_seconds=seconds):
            tx.do(RecordMessage(leg.id, file, seconds))
        case ReceivingFax(file=file):
            tx.do(ReceiveFax(leg.id, file))
        case _:
            pass


def join(tx: SwitchTransaction, bridge: Bridge, *legs: LegId) -> None:
    """Put legs into a bridge together."""
    tx.bridges.put(bridge)
    there = []
    for leg_id in legs:
        leg = tx.legs.get(leg_id)
        if leg is not None:
            to = InBridge(bridge.id)
            _stop(tx, leg, to)
            _set(tx, leg, to)
            there.append(leg.id)
    tx.do(Join(bridge.id, tuple(there)))


def lift(tx: SwitchTransaction, leg_id: LegId) -> None:
    """End what a leg hears; something else must follow in the same step."""
    leg = tx.legs.get(leg_id)
    if leg is not None and leg.placement is not None:
        _stop(tx, leg, None)
        _set(tx, leg, None)


def ran_out(tx: SwitchTransaction, leg_id: LegId) -> None:
    """Prompts, or a message, came to their end by themselves."""
    leg = tx.legs.get(leg_id)
    if leg is not None and isinstance(leg.placement, Prompted | LeavingMessage):
        _set(tx, leg, None)


def mute(tx: SwitchTransaction, leg_id: LegId, *, muted: bool) -> None:
    """Keep what a leg says from the others in its bridge, or no longer."""
    leg = tx.legs.get(leg_id)
    if leg is not None and isinstance(leg.placement, InBridge) and leg.placement.muted != muted:
        tx.legs.put(replace(leg, placement=replace(leg.placement, muted=muted)))
        tx.do(Mute(leg.id, muted))


def again(tx: SwitchTransaction, leg: Leg) -> None:
    """Order once more what a leg should hear, wherever it is now."""
    if isinstance(leg.placement, InBridge):
        members = tuple(one.id for one in tx.members(leg.placement.bridge))
        tx.do(StopMusic(leg.id), Join(leg.placement.bridge, members))
    unseen_again(tx, leg)


def unseen_again(tx: SwitchTransaction, leg: Leg) -> None:
    """Order once more what Asterisk does not tell: music, silence, mute."""
    match leg.placement:
        case InBridge(muted=True):
            tx.do(Mute(leg.id, muted=True))
        case OnHold(music=music):
            tx.do(StartMusic(leg.id, music))
        case Silent():
            tx.do(StartSilence(leg.id))
        case ReceivingFax(file=file):
            tx.do(ReceiveFax(leg.id, file))
        case _:
            pass


def hang_up(tx: SwitchTransaction, leg: Leg, reason: str = "normal") -> None:
    """End a leg; it leaves the state at once."""
    tx.do(HangUp(leg.id, reason))
    tx.legs.drop(leg.id)


def end_unknown(tx: SwitchTransaction, leg: LegId) -> None:
    """End an unknown leg, but only once all calls are found: it may belong to one of them."""
    if not tx.away:
        tx.do(HangUp(leg))


def drop_bridge(tx: SwitchTransaction, bridge: BridgeId, legs: tuple[LegId, ...]) -> None:
    """Remove a bridge after these legs have left it."""
    tx.do(DropBridge(bridge, legs))
    tx.bridges.drop(bridge)


def _stop(tx: SwitchTransaction, leg: Leg, to: Placement | None) -> None:
    match leg.placement:
        case Prompted(playback=playback):
            tx.do(StopPlay(leg.id, playback))
        case OnHold() if not isinstance(to, OnHold):
            tx.do(StopMusic(leg.id))
        case Silent():
            tx.do(StopSilence(leg.id))
        case LeavingMessage(file=file):
            tx.do(StopMessage(leg.id, file))
        case InBridge(bridge=bridge) if not isinstance(to, InBridge):
            tx.do(Leave(leg.id, bridge))
        case _:
            pass


def _set(tx: SwitchTransaction, leg: Leg, to: Placement | None) -> None:
    tx.legs.put(replace(leg, placement=to, placed=tx.now))
