"""Counts expensive calls as they are dialled and costs as legs end; stops calls out at the limits.

A stop holds in the engine from this step on. Its fact brings it to the database, from where it
comes back with the settings and holds until somebody releases it.
"""

from acd.queue import AgentId
from crm.calls.record import CallId, Kind
from crm.kernel.phone import e164
from cti.core.call import Call, DialledOut, Direction
from cti.core.leg import CustomerParty, Dial, Leg, LegState
from cti.core.state import Counted, SwitchTransaction
from cti.outbound.guard import (
    SITE,
    GuardCounts,
    Spent,
    StopReason,
    agent_key,
    reaches,
    rule_key,
    too_many,
    trunk_key,
)
from cti.outbound.numbers import FRAUD_CLASSES, NumberClass
from cti.trunks.trunk import TrunkId

MINUTE = 60.0
STOP, SPENT, DIALLED = "stop ", "spent ", "expensive "
"""The beginnings of the keys of what is counted."""


# ---- what the rule asks


def counts(tx: SwitchTransaction, agent: AgentId | None) -> GuardCounts:
    """What was counted here: of the person, of each rule and of the site; stops of all trunks."""
    plan, guard = tx.outbound, tx.outbound.guard
    sums = [rule_key(rule.id) for rule in plan.rules if rule.day_cost]
    places = [trunk_key(trunk) for trunk in plan.trunks]
    if guard.site_limit:
        sums.append(SITE)
    if agent is not None:
        places.append(agent_key(agent))
        sums += [agent_key(agent)] if guard.person_limit else []
    spent = {key: one for key in sums if (one := _spent(tx, key)) is not None}
    stops = {key: since for key in places if (since := _stopped_since(tx, key)) is not None}
    return GuardCounts(spent, stops)


def keeps_off(tx: SwitchTransaction, dial: Dial, trunk: TrunkId) -> bool:
    """Whether a stop keeps a dialled number off a trunk."""
    emergency = dial.number_class == NumberClass.EMERGENCY
    key = trunk_key(trunk)
    return not emergency and tx.outbound.guard.stopped(key, _stopped_since(tx, key))


# ---- counting


def count_dialled(tx: SwitchTransaction, call: Call, leg: Leg) -> None:
    """Count a try to reach an expensive number: once for the person, and for each trunk."""
    dial, most = leg.dial, tx.outbound.guard.fraud.calls
    if dial is None or not most or dial.number_class not in FRAUD_CLASSES:
        return
    person = _person(call, leg)
    keys = [trunk_key(dial.way.trunk)]
    if person is not None and dial.at == 0:
        keys.insert(0, agent_key(person))
    for key in keys:
        tx.count(DIALLED + key, keep=most)
        _stop_after_calls(tx, call.id, key)


def count_ended(tx: SwitchTransaction) -> None:
    """Count the costs of the legs that ended in this step."""
    for leg_id, leg in tx.legs.changed.items():
        before = tx.state.legs.get(leg_id) if leg is None else None
        if before is not None and before.dial is not None and before.state is LegState.UP:
            _count_cost(tx, before, before.dial)


def _count_cost(tx: SwitchTransaction, leg: Leg, dial: Dial) -> None:
    call = tx.state.calls.get(leg.call) if leg.call is not None else None
    trunk = dial.way.trunk
    number = _number(leg) or e164(dial.way.digits, tx.outbound.region)
    units = tx.outbound.guard.cost_of(number, dial.number_class, trunk, tx.now - leg.since)
    if call is None or not units:
        return
    person = _person(call, leg)
    _add(tx, SITE, units)
    _add(tx, rule_key(dial.rule), units)
    whose = [trunk_key(trunk)] if person is None else [trunk_key(trunk), agent_key(person)]
    for key in whose:
        _add(tx, key, units)
        _stop_after_cost(tx, call.id, key)


def _add(tx: SwitchTransaction, key: str, units: int) -> None:
    guard = tx.outbound.guard
    total = guard.spent(key, tx.now, _spent(tx, key)) + units
    tx.counted.put(Counted(SPENT + key, total, (guard.day(tx.now),)))


# ---- stops


def _stop_after_calls(tx: SwitchTransaction, call: CallId, key: str) -> None:
    guard = tx.outbound.guard
    limits = guard.fraud
    row = tx.counted.get(DIALLED + key)
    since = max(tx.now - limits.minutes * MINUTE, guard.released_at(key))
    if row is not None and too_many(row.times, since, limits.calls):
        _stop(tx, call, key, StopReason.CALLS)


def _stop_after_cost(tx: SwitchTransaction, call: CallId, key: str) -> None:
    guard = tx.outbound.guard
    today = guard.spent(key, tx.now, _spent(tx, key))
    # A person has checked it before the release: the cost stops no more calls that day.
    looked_at = guard.released_at(key) >= guard.day(tx.now)
    if reaches(today, guard.fraud.day_cost) and not looked_at:
        _stop(tx, call, key, StopReason.COST)


def _stop(tx: SwitchTransaction, call: CallId, key: str, why: StopReason) -> None:
    guard = tx.outbound.guard
    if guard.stopped(key, _stopped_since(tx, key)):
        return
    tx.counted.put(Counted(STOP + key, 1, (tx.now,)))
    limits = guard.fraud
    tx.note(
        call,
        Kind.DIALLING_STOPPED,
        whose=key,
        name=_name(tx, key),
        why=why.value,
        count=limits.calls,
        minutes=limits.minutes,
        limit=limits.day_cost,
        currency=guard.currency,
    )


def _name(tx: SwitchTransaction, key: str) -> str:
    kind, _, id_ = key.partition(":")
    if kind == "agent":
        agent = tx.agents.get(AgentId(int(id_)))
        return agent.name if agent is not None else id_
    trunk = tx.outbound.trunks.get(TrunkId(int(id_)))
    return trunk.name if trunk is not None else id_


def _spent(tx: SwitchTransaction, key: str) -> Spent | None:
    row = tx.counted.get(SPENT + key)
    return Spent(row.times[0], row.total) if row is not None else None


def _stopped_since(tx: SwitchTransaction, key: str) -> float | None:
    row = tx.counted.get(STOP + key)
    return row.times[0] if row is not None else None


def _person(call: Call, leg: Leg) -> AgentId | None:
    """Who makes a call over a trunk: the agent who dialled, or the one whose phone is outside."""
    if leg.agent is not None:
        return leg.agent
    ours = call.direction is Direction.OUT and isinstance(leg.party, CustomerParty)
    return call.origin.agent if ours and isinstance(call.origin, DialledOut) else None


def _number(leg: Leg) -> str:
    """The number that was dialled, E.164; "" for an agent's phone outside."""
    return str(getattr(leg.party, "number", ""))
