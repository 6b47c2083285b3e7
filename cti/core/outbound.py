"""A call that an agent makes to a number outside, from the page or by the phone's own keys.

The agent's own phone is rung first, or has dialled by itself; then the customer is dialled, over
the trunks that the outbound rules allow (`cti.core.trunk_legs`).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from acd import events as floor_events
from acd import floor, seats
from acd.agent import Agent, AgentState
from acd.capacity import is_speaking
from acd.queue import NO_QUEUE, QueueKey
from crm.calls.record import CallId, Kind
from crm.customers.customer import CustomerCard
from crm.kernel.errors import ConflictError, RefusedError
from cti.core import box_calls, calls, dialling, offers, talks, trunk_legs
from cti.core.call import Call, DialledOut, Direction
from cti.core.commands import Answer, FindCustomer, HangUp
from cti.core.events import LegEnded, OutboundChanged, PhoneDialled, TrunkReachable
from cti.core.leg import AgentParty, CustomerParty, Leg, LegRole, LegState
from cti.core.ownership import check_free
from cti.core.requests import CallAsked, DialAsked
from cti.core.state import SwitchTransaction
from cti.outbound.numbers import NumberClass
from cti.outbound.refusals import HIDES_OUTSIDE_ONLY
from cti.outbound.rule import SYSTEM, Allowed, Refused

NORMAL, REJECTED = 16, 21  # Q.850

NOT_ALLOWED = "not allowed"


def ask_call(tx: SwitchTransaction, event: CallAsked) -> None:
    """Ring the agent's own phone, and dial the number when it is picked up."""
    agent = seats.known(tx, event.agent)
    _check_free(tx, agent)
    if tx.calls.get(event.call) is not None:
        return
    colleague = tx.agents.first(tx.lines.extensions, event.dialled.strip())
    is_code = box_calls.read_code(tx, event.dialled) is not None
    if event.hidden and (is_code or colleague is not None):
        raise RefusedError(HIDES_OUTSIDE_ONLY)
    if is_code:
        call = box_calls.begin(tx, event.call, agent, event.dialled, own=True)
        offers.make_agent_leg(tx, call, agent, auto=True)
        return
    if colleague is not None:
        dialling.ask_dial(tx, DialAsked(event.call, agent.id, colleague.id))
        return
    decision = trunk_legs.check_allowed(tx, event.dialled, agent.id, hides=event.hidden)
    origin = DialledOut(agent.id, event.dialled, hidden=event.hidden)
    call = begin(tx, event.call, origin, decision, event.card)
    offers.make_agent_leg(tx, call, agent, auto=True)


def phone_dialled(tx: SwitchTransaction, event: PhoneDialled) -> None:
    """A phone dialled by its own keys: the same rule, and the same call, as from the page.

    A phone whose agent is not signed in at it may call emergency numbers only.
    """
    agent = tx.agents.first(tx.lines.extensions, event.extension)
    call_id = CallId(event.leg)
    if tx.calls.get(call_id) is not None:
        return
    if agent is None or tx.away or is_speaking(agent):
        tx.do(HangUp(event.leg, "rejected"))
        return
    theirs = agent.phone is event.phone and agent.state is not AgentState.SIGNED_OUT
    if box_calls.read_code(tx, event.dialled) is not None:
        box_calls.phone_dialled(tx, event, agent, own=theirs)
        return
    colleague = tx.agents.first(tx.lines.extensions, event.dialled.strip())
    if colleague is not None and colleague.id != agent.id and theirs:
        dialling.phone_dialled(tx, event, agent, colleague)
        return
    decision = trunk_legs.decide(
        tx, event.dialled, trunk_legs.dialler_of(tx, agent.id) if theirs else SYSTEM
    )
    if isinstance(decision, Refused) or not (theirs or _is_emergency(decision)):
        rule = decision.rule if isinstance(decision, Refused) else decision.rule.name
        _note_refused(tx, call_id, agent, decision.number or event.dialled[:32], rule)
        tx.do(HangUp(event.leg, "rejected"))
        return
    call = begin(tx, call_id, DialledOut(agent.id, event.dialled), decision)
    reach(tx, call, adopt(tx, event, agent, call), decision)


def adopt(tx: SwitchTransaction, event: PhoneDialled, agent: Agent, call: Call) -> Leg:
    """Take over the channel of a phone that dialled by itself as the agent's leg."""
    party = AgentParty(agent.id, agent.extension, event.phone)
    now = tx.now
    leg = Leg(event.leg, LegRole.AGENT, party, call.id, event.node, LegState.UP, now, placed=now)
    tx.legs.put(leg)
    tx.do(Answer(leg.id))
    return leg


def _check_free(tx: SwitchTransaction, agent: Agent) -> None:
    check_free(agent)
    if tx.away:
        raise ConflictError("The phone server is not responding. Try again in a moment.")


def _is_emergency(decision: Allowed) -> bool:
    return decision.number_class is NumberClass.EMERGENCY


def _note_refused(
    tx: SwitchTransaction, call: CallId, agent: Agent, number: str, rule: str
) -> None:
    """A call that a phone tried and was not allowed stands in the list of calls."""
    tx.note(
        call,
        Kind.ARRIVED,
        caller=agent.extension,
        called=number,
        direction=Direction.OUT.value,
        via="phone",
    )
    tx.note(call, Kind.ENDED, by="system", cause=REJECTED, reason=NOT_ALLOWED, rule=rule)


# ---- dialling


def begin(  # noqa: PLR0913 - who calls whom, how, and for which queue
    tx: SwitchTransaction,
    id_: CallId,
    origin: DialledOut,
    allowed: Allowed,
    card: CustomerCard | None = None,
    *,
    queue: QueueKey | None = None,
) -> Call:
    """The call and the agent's part in it; nobody is dialled yet."""
    call = Call(
        id_,
        Direction.OUT,
        origin,
        allowed.number,
        allowed.ways[0].caller_number,
        arrived=tx.now,
        agent=origin.agent,
        customer=card,
        queue=queue,
    )
    tx.calls.put(call)
    tx.note(
        call.id,
        Kind.ARRIVED,
        caller=call.own_number,
        called=call.customer_number,
        direction=call.direction.value,
        via=call.via,
    )
    if card is not None:
        tx.note(call.id, Kind.CUSTOMER, customer=card.id, name=card.name)
    else:
        tx.ask(FindCustomer(call.id, call.customer_number))
    work = dialling.work_of(call, call.work, origin.agent, tx.now)
    floor.step(tx, floor_events.WorkBegun(replace(work, queue=queue or NO_QUEUE)))
    return call


def agent_up(tx: SwitchTransaction, call: Call, leg: Leg) -> None:
    """The agent's phone was picked up: dial the customer, as far as it is allowed by now."""
    origin = call.origin
    if not isinstance(origin, DialledOut) or calls.customer_leg(tx, call) is not None:
        return
    dialler = SYSTEM if origin.callback else trunk_legs.dialler_of(tx, origin.agent)
    decision = trunk_legs.decide(tx, origin.dialled, dialler, hides=origin.hidden)
    if isinstance(decision, Refused):
        calls.end(tx, call, by="system", cause=REJECTED, reason=NOT_ALLOWED)
    else:
        reach(tx, call, leg, decision)


def reach(tx: SwitchTransaction, call: Call, agent_leg: Leg, allowed: Allowed) -> None:
    """Dial the customer for the agent, who is on the phone."""
    party = CustomerParty(call.customer_number)
    trunk_legs.begin(tx, call, party, allowed, agent_leg)


def customer_answered(tx: SwitchTransaction, call: Call, leg: Leg) -> None:
    """The customer has picked up: the talk begins, and its recording."""
    agent = tx.agents.get(call.agent)
    agent_leg = calls.agent_leg(tx, call, call.agent)
    trunk_legs.answered(tx, leg)
    if agent is None or agent_leg is None:
        calls.end(tx, call, by="system", cause=NORMAL)
        return
    record = leg.dial is not None and leg.dial.record and call.recording in ("off", "failed")
    call = replace(
        call,
        talked=call.talked if call.talked is not None else tx.now,
        recording="wanted" if record else call.recording,
    )
    tx.calls.put(call)
    tx.note(call.id, Kind.ANSWERED)
    talks.note_connected(tx, call, agent_leg, agent)
    calls.join_talk(tx, call, leg.id, (agent_leg.id, leg.id), record=record)


def not_reached(tx: SwitchTransaction, call: Call, leg: Leg, event: LegEnded) -> None:
    """The customer's leg ended before an answer: the next trunk, or the end of the call."""
    if trunk_legs.tries_next(tx, call, leg, event):
        return
    sip = trunk_legs.status_of(event)
    calls.end(tx, call, by="customer", cause=event.cause, at=event.at, fault=event.fault, sip=sip)


# ---- settings


def change_plan(tx: SwitchTransaction, event: OutboundChanged) -> None:
    """The rules, the trunks or the people were edited: they hold for the next call."""
    tx.set_outbound(event.plan)


def trunk_reachable(tx: SwitchTransaction, event: TrunkReachable) -> None:
    """A trunk answers again, or does not."""
    down = tx.trunks_down
    tx.set_trunks_down(down - {event.trunk} if event.reachable else down | {event.trunk})


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {
    CallAsked: ask_call,
    PhoneDialled: phone_dialled,
    OutboundChanged: change_plan,
    TrunkReachable: trunk_reachable,
}
