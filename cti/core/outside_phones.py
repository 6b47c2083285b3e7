"""Agents who take calls at any number outside: it is called over a trunk, and a key takes the call.

Without the key an answering machine would take the customer.
"""

from dataclasses import replace

from acd.queue import AgentId
from cti.core import flows, placement, trunk_legs
from cti.core.call import Call
from cti.core.leg import AgentParty, Dial, Leg, LegId, Prompted, Silent
from cti.core.state import SwitchTransaction
from cti.outbound.rule import Allowed, RuleId, Way
from cti.trunks.trunk import TrunkId

CONFIRM_SECONDS = 20.0
"""How long an agent has to press the key, from the moment the phone is picked up."""

QUESTION = ("press-one",)
TAKE, DECLINE = "1", "2"

NOWHERE = Dial(RuleId(0), "", (Way(TrunkId(0), "0", ""),))
"""A number that may not be dialled any more: the leg cannot be made, and counts as unreachable."""


def make_leg(tx: SwitchTransaction, call: Call, party: AgentParty, node: str) -> LegId:
    """Call the agent's number over the trunks that the agent may take."""
    dialler = trunk_legs.dialler_of(tx, AgentId(party.agent))
    decision = trunk_legs.decide(tx, dialler.phone_number, dialler)
    dial = NOWHERE
    if isinstance(decision, Allowed):
        dial = Dial(decision.rule.id, decision.number_class.value, decision.ways, record=False)
    return trunk_legs.make(tx, call, party, dial, node)


def picked_up(tx: SwitchTransaction, call: Call, leg: Leg) -> None:
    """Ask for the key."""
    playback = f"{leg.id}-confirm"
    asked = {"confirm": tx.now + CONFIRM_SECONDS}
    tx.legs.put(replace(leg, timers=asked))
    placement.place(tx, leg.id, Prompted(playback, QUESTION, flows.number_language(tx, call)))


def asked(tx: SwitchTransaction, leg: Leg) -> None:
    """The question is over: wait for the key."""
    placement.place(tx, leg.id, Silent())


def confirmed(tx: SwitchTransaction, leg: Leg) -> Leg:
    """The agent takes the call."""
    placement.lift(tx, leg.id)
    taken = replace(tx.legs.get(leg.id) or leg, confirmed=True, timers={})
    tx.legs.put(taken)
    return taken
