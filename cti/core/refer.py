"""A transfer that a phone asks for by itself (SIP REFER), not by the buttons of the desk.

Asterisk tells of it and moves nobody. An agent's phone gets what the desk's buttons would do: a
number is a transfer without a word, the phone's second call with a colleague is completed. Whatever
else, and a customer's phone always, is declined.
"""

from collections.abc import Callable, Mapping
from typing import Any

from crm.kernel.destination import Destination, DestinationKind
from crm.kernel.errors import HotlineError
from cti.core import calls, parking, transfer
from cti.core.call import Call, Dialled
from cti.core.commands import AcceptRefer, RefuseRefer
from cti.core.events import ReferReceived
from cti.core.leg import Leg, LegId, LegRole
from cti.core.requests import TransferAsked
from cti.core.stage import is_up
from cti.core.state import SwitchTransaction


def received(tx: SwitchTransaction, event: ReferReceived) -> None:
    """Do what the phone asks for, or decline: a phone without an answer keeps the call on hold."""
    leg = tx.legs.get(event.leg)
    call = tx.calls.get(leg.call) if leg is not None else None
    if leg is None or call is None or not _carried_out(tx, leg, call, event):
        tx.do(RefuseRefer(event.leg))


def _carried_out(tx: SwitchTransaction, leg: Leg, call: Call, event: ReferReceived) -> bool:
    agent = leg.agent
    if leg.role is not LegRole.AGENT or agent is None or not is_up(leg):
        return False
    at = len(tx.commands)
    if event.other is not None:
        done = _with_colleague(tx, leg, call, event.other)
    elif event.number:
        done = _to_number(tx, leg, call, event.number)
    else:
        done = False
    if done:
        # Before the leg is ended: the answer must reach the phone while the leg exists.
        tx.commands.insert(at, AcceptRefer(leg.id))
    return done


def _to_number(tx: SwitchTransaction, leg: Leg, call: Call, number: str) -> bool:
    colleague = tx.agents.first(tx.lines.extensions, number)
    if colleague is not None:
        to = Destination(DestinationKind.AGENT, str(colleague.id))
    else:
        to = Destination(DestinationKind.NUMBER, number)
    if leg.agent is None:
        return False
    try:
        transfer.ask_transfer(tx, TransferAsked(leg.agent, call.id, to))
    except HotlineError:
        return False  # checked before anything was changed
    return True


def _with_colleague(tx: SwitchTransaction, leg: Leg, call: Call, other: LegId) -> bool:
    """The phone has called a colleague beside the customer: the colleague gets the customer."""
    second = tx.legs.get(other)
    aside = tx.calls.get(second.call) if second is not None else None
    if second is None or aside is None or second.agent != leg.agent or leg.agent is None:
        return False
    if isinstance(call.origin, Dialled):
        # The customer is on the other of the two.
        call, aside = aside, call
    if not isinstance(aside.origin, Dialled):
        return False
    colleague = aside.origin.agent if aside.origin.to == leg.agent else aside.origin.to
    try:
        transfer.talk_of(tx, leg.agent, call.id)
    except HotlineError:
        return False
    calls.end(tx, aside, by="agent", cause=16)
    parking.give_away(tx, tx.calls.get(call.id) or call, leg.agent, colleague)
    return True


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {ReferReceived: received}
