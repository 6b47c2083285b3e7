"""Orders that failed, and what follows. Most need nothing: the reconciler repairs."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from crm.kernel.state import with_timer
from cti.core import inbound, lost_phones, offers, talks, voicemail
from cti.core.commands import (
    Command,
    CreateLeg,
    CreateTrunkLeg,
    DialLeg,
    Join,
    Play,
    RecordMessage,
    Snoop,
)
from cti.core.events import CommandFailed, LegEnded, MessageEnded
from cti.core.leg import LegId, LegRole, Prompted
from cti.core.stage import Stage, situation
from cti.core.state import SwitchTransaction

AWAY_SECONDS = 1.0
"""By how much a timer is put off while Asterisk cannot be reached."""

FAILED_CAUSE = 20
"""Q.850 "subscriber absent": what a leg that could not even be made counts as."""

NO_LINE_CAUSE = 38
"""Q.850 "network out of order": a trunk on which no leg could be made."""


def failed(tx: SwitchTransaction, event: CommandFailed) -> None:
    """An order was refused, or not answered."""
    command = event.command
    # After a connect calls are found first; what cannot be played then is refused, and not lost.
    says_no = isinstance(command, Play) and event.refused and not event.elsewhere
    if tx.away and not says_no:
        _not_carried(tx, command)
        return
    match command:
        case CreateTrunkLeg(leg=leg):
            talks.ended(tx, LegEnded(leg, NO_LINE_CAUSE))
        case CreateLeg(leg=leg) | DialLeg(leg=leg) | Snoop(leg=leg):
            talks.ended(tx, LegEnded(leg, FAILED_CAUSE))
        case RecordMessage(leg=leg, file=file):
            voicemail.message_ended(tx, MessageEnded(leg, file))
        case Play(leg=leg, playback=playback):
            inbound.prompts_failed(tx, leg, playback, event.why)
        case Join(legs=legs):
            for leg in legs:
                _not_joined(tx, leg, elsewhere=event.elsewhere)
        case _:
            pass


def _not_carried(tx: SwitchTransaction, command: Command) -> None:
    """Handle an order without an answer; the reconciler finds legs that were not joined."""
    match command:
        case CreateLeg(leg=leg_id) | DialLeg(leg=leg_id):
            leg = tx.legs.get(leg_id)
            call = tx.calls.get(leg.call) if leg is not None else None
            if leg is None or call is None:
                return
            if offers.is_ringing(tx, call, leg.agent):
                offers.came_to_nothing(tx, call, leg, "no link", missed=False)
            else:
                tx.legs.drop(leg.id)
        case Play(leg=leg_id, playback=playback):
            leg = tx.legs.get(leg_id)
            call = tx.calls.get(leg.call) if leg is not None else None
            prompts = leg.placement if leg is not None else None
            if call is not None and isinstance(prompts, Prompted) and prompts.playback == playback:
                timers = with_timer(call.timers, "flow", tx.now + AWAY_SECONDS)
                tx.calls.put(replace(call, timers=timers))
        case _:
            pass


def _not_joined(tx: SwitchTransaction, leg_id: LegId, *, elsewhere: bool) -> None:
    """Handle a refused join: ring the agent again, unless one side is gone anyway."""
    leg = tx.legs.get(leg_id)
    call = tx.calls.get(leg.call) if leg is not None else None
    if leg is None or call is None or leg.role is not LegRole.AGENT:
        return
    seen = situation(tx, call)
    if seen.stage is not Stage.TALKING or seen.agent_leg is None or seen.agent_leg.id != leg.id:
        return
    lost_phones.lose_phone(tx, call, leg)
    agent = tx.agents.get(leg.agent)
    # A caller who is elsewhere must come back first; then any free agent gets the call.
    if agent is not None and agent.reachable and not elsewhere:
        lost_phones.ring_again(tx, call)


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {CommandFailed: failed}
