"""Legs to numbers outside: made, dialled, left for the next trunk where one fails.

Such a leg stands in the talk's bridge before it is dialled, so that the other party hears what the
carrier plays, and so that an answer connects the two without the engine. What an answer and an end
mean is said by the features: a call that an agent made, a caller who is led outside.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from acd.queue import AgentId
from crm.calls.record import Kind
from crm.kernel.errors import RefusedError
from crm.kernel.state import NO_TIMERS, with_timer, without_timer
from cti.core import calls, charging, placement
from cti.core.call import Call, DialledOut
from cti.core.commands import AskTrunk, CreateTrunkLeg, DialLeg
from cti.core.events import LegEnded, LegRedirected
from cti.core.leg import (
    AgentParty,
    CustomerParty,
    Dial,
    Leg,
    LegId,
    LegRole,
    LegState,
    OutsideParty,
    Party,
)
from cti.core.state import SwitchTransaction
from cti.outbound.hiding import hidden
from cti.outbound.numbers import NumberClass
from cti.outbound.rule import SYSTEM, Allowed, Dialler, Moment, Refused, Usage, may_dial
from cti.trunks.answers import goes_to_next_trunk
from cti.trunks.trunk import endpoint_name

RING_SECONDS = 60.0
"""How long a phone outside rings before the call is given up."""

SILENT_TRUNK_SECONDS = 2.8
"""A trunk that has said nothing for so long and does not answer otherwise is left for the next."""

NO_WORD_SECONDS = 0.7
"""After so long without ringing a trunk is asked whether it is there. A carrier may search for a
phone for seconds; one that is gone does not answer this question either, within
`cti.trunks.objects.QUALIFY_TIMEOUT_SECONDS`: both together are less than `SILENT_TRUNK_SECONDS`."""

REDIRECT_SECONDS = 0.5
"""How long after the end of a leg (302) the carrier may name the other number."""

MOVED = frozenset({301, 302})  # SIP
REDIRECTED = 23  # Q.850

MOST_REDIRECTS = 3
"""How often a call is dialled again because the carrier names another number."""

MINUTE = 60.0

NO_ANSWER, NETWORK_DOWN = 19, 38  # Q.850

SIP_OF_CAUSE: Mapping[int, int] = {
    1: 404, 3: 503, 17: 486, 18: 408, 19: 480, 20: 480, 21: 603, 22: 410, 27: 502, 28: 484,
    34: 503, 38: 503, 41: 503, 42: 503, 44: 503, 58: 488, 65: 488, 79: 501, 88: 488, 102: 504,
}  # fmt: skip
"""The SIP status that a Q.850 cause stands for, where Asterisk tells none (RFC 3398)."""


# ---- the rule


def decide(
    tx: SwitchTransaction, dialled: str, dialler: Dialler, *, hides: bool = False
) -> Allowed | Refused:
    """Whether this number may be dialled now, perhaps with ours hidden, and how."""
    moment = Moment(tx.now, usage(tx, dialler), tx.routes.lists)
    decision = may_dial(dialled, dialler, tx.outbound, moment)
    return hidden(decision, tx.outbound) if hides and isinstance(decision, Allowed) else decision


def check_allowed(
    tx: SwitchTransaction, dialled: str, agent: AgentId, *, hides: bool = False
) -> Allowed:
    """How an agent may dial this number now; RefusedError with the rule's sentence if not."""
    decision = decide(tx, dialled, dialler_of(tx, agent), hides=hides)
    if isinstance(decision, Refused):
        raise RefusedError(decision.sentence, **decision.values)
    return decision


def dialler_of(tx: SwitchTransaction, agent: AgentId) -> Dialler:
    """Who an agent is for the outbound rules."""
    return tx.outbound.diallers.get(agent) or Dialler(agent)


def usage(tx: SwitchTransaction, dialler: Dialler) -> Usage:
    """What is going on now, as far as the rules ask for this person."""
    plan, recent = tx.outbound, {}
    for rule in plan.rules:
        row = tx.counted.get(f"rule:{rule.id}") if rule.per_minute else None
        if row is not None:
            recent[rule.id] = sum(1 for at in row.times if at > tx.now - MINUTE)
    counted = tx.counted.get("calls")
    return Usage(
        {one: tx.trunk_calls(one) for one in plan.trunks},
        {rule.id: tx.rule_calls(rule.id) for rule in plan.rules if rule.most_calls},
        recent,
        turn=counted.total if counted is not None else 0,
        down=tx.trunks_down,
        counts=charging.counts(tx, dialler.agent),
    )


# ---- dialling


def begin(
    tx: SwitchTransaction,
    call: Call,
    party: CustomerParty | OutsideParty,
    allowed: Allowed,
    beside: Leg,
) -> None:
    """Dial a number that is allowed, for the leg that waits beside it in the talk's bridge."""
    rule = allowed.rule
    tx.count(f"rule:{rule.id}", keep=rule.per_minute)
    tx.count("calls")
    dial = Dial(rule.id, allowed.number_class.value, allowed.ways, record=rule.record)
    call = tx.calls.get(call.id) or call
    placement.join(tx, calls.bridge_to_dial_in(call), beside.id)
    make(tx, call, party, dial, beside.node)


LETTERS = {LegRole.CUSTOMER: "c", LegRole.OUTSIDE: "o", LegRole.AGENT: "a"}
ROLES: Mapping[type[Party], LegRole] = {
    CustomerParty: LegRole.CUSTOMER,
    OutsideParty: LegRole.OUTSIDE,
    AgentParty: LegRole.AGENT,
}


def make(tx: SwitchTransaction, call: Call, party: Party, dial: Dial, node: str) -> LegId:
    """Make a leg to a number outside; what it is in the call follows from the party."""
    role = ROLES[type(party)]
    call = tx.calls.get(call.id) or call
    way, letter = dial.way, LETTERS[role]
    leg_id = LegId(f"{call.id}-{letter}{call.legs + 1}")
    leg = Leg(
        leg_id,
        role,
        party,
        call.id,
        node,
        since=tx.now,
        placed=tx.now,
        trunk=endpoint_name(way.trunk),
        dial=dial,
        timers={"no word": tx.now + NO_WORD_SECONDS, "no ring": tx.now + SILENT_TRUNK_SECONDS},
        confirmed=role is not LegRole.AGENT,
    )
    tx.legs.put(leg)
    own = way.caller_number if role is LegRole.CUSTOMER else call.own_number
    tx.calls.put(replace(call, legs=call.legs + 1, own_number=own))
    trunk = tx.outbound.trunks.get(way.trunk)
    tx.note(
        call.id,
        Kind.DIALLED,
        trunk=trunk.name if trunk is not None else leg.trunk,
        number=way.digits,
        shown=way.caller_number,
        rule=next((one.name for one in tx.outbound.rules if one.id == dial.rule), ""),
        number_class=dial.number_class,
        leg=leg_id,
        rule_id=int(dial.rule),
        trunk_id=int(way.trunk),
    )
    charging.count_dialled(tx, call, leg)
    codecs = trunk.codecs if trunk is not None else ()
    tx.do(CreateTrunkLeg(leg_id, way.trunk, way.digits, way.caller_number, codecs))
    return leg_id


def created(tx: SwitchTransaction, leg: Leg) -> None:
    """The channel is there: into the bridge with it, and dial."""
    call = tx.calls.get(leg.call)
    if call is None:
        placement.hang_up(tx, leg)
        return
    placement.join(tx, calls.bridge_to_dial_in(call), leg.id)
    dial(tx, leg.id)


def dial(tx: SwitchTransaction, leg_id: LegId) -> None:
    """Dial a leg, once: a second order would end it."""
    leg = tx.legs.get(leg_id)
    if leg is not None and not leg.called:
        tx.legs.put(replace(leg, called=True))
        tx.do(DialLeg(leg_id))


def answered(tx: SwitchTransaction, leg: Leg) -> None:
    """The leg was picked up: its timers are over."""
    tx.legs.put(replace(leg, timers=NO_TIMERS))


def status_of(event: LegEnded) -> int:
    """The SIP status that ended a leg, or the one that its cause stands for; 0 for none."""
    return event.sip or SIP_OF_CAUSE.get(event.cause, 0)


def tries_next(tx: SwitchTransaction, call: Call, leg: Leg, event: LegEnded) -> bool:
    """Dial over the next trunk if this one failed; False if it did not, or if there is none.

    A number that the carrier named instead of this one is dialled like any other: by our rules.
    """
    dial = leg.dial
    if dial is None or event.fault:
        return False
    if dial.target:
        return _follow(tx, call, leg, dial)
    if event.sip in MOVED and leg.role is not LegRole.AGENT:
        # Asterisk reports the end and the new number in any order.
        tx.legs.put(replace(leg, timers={"redirect": tx.now + REDIRECT_SECONDS}))
        return True
    trunk = tx.outbound.trunks.get(dial.way.trunk)
    forbidden_is_next = trunk is not None and trunk.forbidden_is_next
    if not goes_to_next_trunk(status_of(event), forbidden_is_next=forbidden_is_next):
        return False
    return _next(tx, call, leg)


def redirected(tx: SwitchTransaction, event: LegRedirected) -> None:
    """Note the number that was named instead; when the leg has ended, it is dialled."""
    leg = tx.legs.get(event.leg)
    if leg is None or leg.dial is None or leg.state is LegState.UP:
        return
    timers = {"redirect": tx.now} if "redirect" in leg.timers else leg.timers
    tx.legs.put(replace(leg, dial=replace(leg.dial, target=event.number), timers=timers))


def _follow(tx: SwitchTransaction, call: Call, leg: Leg, dial: Dial) -> bool:
    """Dial the number that the carrier named, if the person who dialled the first one may dial it.

    Nobody here has dialled it, so that it may not be an emergency number.
    """
    agent = call.agent if leg.role is LegRole.CUSTOMER else leg.agent
    dialler = dialler_of(tx, agent) if agent is not None else SYSTEM
    origin = call.origin if leg.role is LegRole.CUSTOMER else None
    hides = isinstance(origin, DialledOut) and origin.hidden
    decision = decide(tx, dial.target, dialler, hides=hides)
    allowed = (
        isinstance(decision, Allowed)
        and decision.number_class is not NumberClass.EMERGENCY
        and dial.redirects < MOST_REDIRECTS
    )
    if not allowed or isinstance(decision, Refused):
        tx.note(call.id, Kind.NOT_TAKEN, why="not allowed", to=f"number:{dial.target}")
        return False
    rule = decision.rule
    tx.count(f"rule:{rule.id}", keep=rule.per_minute)
    made = replace(
        dial,
        rule=rule.id,
        number_class=decision.number_class.value,
        ways=decision.ways,
        at=0,
        record=rule.record and dial.record,
        redirects=dial.redirects + 1,
        target="",
    )
    make(tx, call, leg.party, made, leg.node)
    return True


def _next(tx: SwitchTransaction, call: Call, leg: Leg) -> bool:
    dial = leg.dial
    if dial is None:
        return False
    for at in range(dial.at + 1, len(dial.ways)):
        trunk = tx.outbound.trunks.get(dial.ways[at].trunk)
        full = trunk is not None and 0 < trunk.most_calls <= tx.trunk_calls(trunk.id)
        stopped = charging.keeps_off(tx, dial, dial.ways[at].trunk)
        if trunk is not None and not (full or stopped) and trunk.id not in tx.trunks_down:
            make(tx, call, leg.party, replace(dial, at=at), leg.node)
            return True
    return False


def due(tx: SwitchTransaction, leg: Leg, name: str) -> LegEnded | None:
    """A timer of the leg is due. Gives how it ended, if it is given up and no trunk is left."""
    call, dial = tx.calls.get(leg.call), leg.dial
    if call is None or leg.state is LegState.UP or dial is None:
        tx.legs.put(replace(leg, timers=without_timer(leg.timers, name)))
        return None
    if name == "redirect":
        tx.legs.drop(leg.id)
        followed = bool(dial.target) and _follow(tx, call, leg, dial)
        return None if followed else LegEnded(leg.id, REDIRECTED, sip=302)
    if name == "no word":
        tx.legs.put(replace(leg, timers=without_timer(leg.timers, name)))
        if leg.state is LegState.DIALLING:
            tx.ask(AskTrunk(dial.way.trunk))
        return None
    if name == "no ring":
        timers = without_timer(leg.timers, name)
        leg = replace(leg, timers=with_timer(timers, "no answer", tx.now + RING_SECONDS))
        tx.legs.put(leg)
        if leg.state is not LegState.DIALLING or dial.way.trunk not in tx.trunks_down:
            return None
        placement.hang_up(tx, leg, "no_answer")
        return None if _next(tx, call, leg) else LegEnded(leg.id, NETWORK_DOWN)
    placement.hang_up(tx, leg, "no_answer")
    return LegEnded(leg.id, NO_ANSWER)


HANDLERS: Mapping[type, Callable[[SwitchTransaction, Any], None]] = {LegRedirected: redirected}
