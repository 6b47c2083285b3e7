"""What the facts of calls out lead to in the database: charges, stops and alarms."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from acd.models import AgentRow
from acd.store import agent_names
from crm.alarms.alarm import NewAlarm
from crm.alarms.store import raise_alarm
from crm.calls.models import CallRow
from crm.calls.record import CallEvent, Kind
from crm.charges.calls.store import DialledLeg, day_sums, ended_legs, keep_charges
from crm.charges.charge import Charge, DaySums
from crm.charges.rate import RateTable, cost, rate_table
from crm.charges.stops.store import add_stop
from crm.charges.store import fitting_rates
from crm.kernel.phone import e164
from crm.parameters.parameter import Parameters
from crm.parameters.store import parameters
from cti.outbound.alarms import (
    CALLED,
    CALLED_BY_NOBODY,
    EMERGENCY,
    FRAUD,
    OF_PERSON,
    OF_RULE,
    OF_SITE,
    STOPPED,
    cost_alarm,
)
from cti.outbound.guard import SITE, agent_key, rule_key
from cti.outbound.models import OutboundRuleRow
from cti.outbound.numbers import NumberClass
from cti.trunks.trunk import trunk_of_endpoint

_CHARGED = frozenset({Kind.DIALLED, Kind.LEG_ENDED, Kind.ENDED, Kind.DIALLING_STOPPED})
_OVER = frozenset({Kind.LEG_ENDED, Kind.ENDED})


def to_charge(events: Iterable[CallEvent]) -> bool:
    """Whether there is anything among facts that `keep_charged` looks at."""
    return any(one.kind in _CHARGED for one in events)


def keep_charged(
    session: Session, events: Sequence[CallEvent], region: str, midnight: datetime
) -> None:
    """Write what the ended legs of calls cost, the stops, and the alarms of both; each once."""
    for one in events:
        if one.kind is Kind.DIALLING_STOPPED:
            _keep_stop(session, one)
        elif one.kind is Kind.DIALLED and one.detail.get("number_class") == NumberClass.EMERGENCY:
            _tell_emergency(session, one)
    calls = {one.call for one in events if one.kind in _OVER}
    legs = ended_legs(session, calls) if calls else []
    if not legs:
        return
    known = parameters(session)
    numbers = {number_of(one, region) for one in legs}
    kinds = {str(one.detail.get("number_class", "")) for one in legs}
    table = rate_table(fitting_rates(session, numbers, kinds))
    new = keep_charges(session, [charge_of(one, table, known, region) for one in legs])
    if any(one.cost for one in new):
        _check_limits(session, new, known, day_sums(session, midnight))


def number_of(leg: DialledLeg, region: str) -> str:
    """Give the number that was dialled; an agent's phone outside has its extension as number."""
    digits = str(leg.detail.get("number", ""))
    return leg.number if leg.number.startswith("+") else e164(digits or leg.number, region)


def charge_of(leg: DialledLeg, table: RateTable, known: Parameters, region: str) -> Charge:
    """Give the charge of a leg by the rates of now."""
    told = leg.detail
    trunk = trunk_of_endpoint(leg.trunk)
    kind = str(told.get("number_class", ""))
    number = number_of(leg, region)
    rate = table.find(number, kind, trunk)
    seconds = max(0.0, (leg.ended_at - leg.answered_at).total_seconds())
    amount = cost(rate, seconds) if rate is not None else None
    if amount is None and known.flag("free_without_rate"):
        amount = Decimal(0)
    return Charge(
        call=leg.call,
        leg=leg.leg,
        at=leg.answered_at,
        agent=leg.agent,
        trunk=trunk,
        trunk_name=str(told.get("trunk", "")),
        rule=_id(told, "rule_id"),
        number=number,
        number_class=kind,
        seconds=seconds,
        rate=rate.name if rate is not None else "",
        per_minute=rate.per_minute if rate is not None else None,
        cost=amount,
        currency=known.text("currency"),
    )


def _id(detail: Mapping[str, Any], name: str) -> int | None:
    found = str(detail.get(name, ""))
    return int(found) or None if found.isascii() and found.isdecimal() else None


def _keep_stop(session: Session, told: CallEvent) -> None:
    kind, _, id_ = str(told.detail.get("whose", "")).partition(":")
    why, name = str(told.detail.get("why", "")), str(told.detail.get("name", ""))
    sentence = STOPPED.get((kind, why))
    if sentence is None or not id_.isdecimal():
        return
    values = {
        key: told.detail[key]
        for key in ("count", "minutes", "limit", "currency")
        if key in told.detail
    }
    if add_stop(session, kind, int(id_), name, told.at, why, values):
        said = {"name": name, **{key: str(value) for key, value in values.items()}}
        alarm = NewAlarm(FRAUD, f"{kind}:{id_}", sentence, said, "/dialling-stops")
        raise_alarm(session, alarm, told.at)


def _tell_emergency(session: Session, told: CallEvent) -> None:
    number = str(told.detail.get("number", ""))
    agent = session.scalar(select(CallRow.agent).where(CallRow.id == told.call))
    row = session.get(AgentRow, agent) if agent is not None else None
    said: dict[str, str | int] = {"number": number}
    sentence = CALLED_BY_NOBODY
    if agent is not None and row is not None:
        name = agent_names(session).get(agent, "")
        said |= {"name": name, "extension": row.extension}
        sentence = CALLED
    raise_alarm(
        session, NewAlarm(EMERGENCY, told.call, sentence, said, f"/calls/{told.call}"), told.at
    )


def _check_limits(
    session: Session, new: Sequence[Charge], known: Parameters, sums: DaySums
) -> None:
    """Raise the alarms of today's sums that come near their limits."""
    at = max(one.at for one in new)
    for found in _cost_alarms(session, new, known, sums):
        if found is not None:
            raise_alarm(session, found, at)


def _cost_alarms(
    session: Session, new: Sequence[Charge], known: Parameters, sums: DaySums
) -> Iterator[NewAlarm | None]:
    currency = known.text("currency")
    site = known.number("site_day_cost")
    yield cost_alarm(SITE, OF_SITE, "", float(sums.site), site, currency)
    if person := known.number("person_day_cost"):
        names = agent_names(session)
        for agent in {one.agent for one in new if one.agent is not None}:
            spent = float(sums.agents.get(agent, 0))
            name = names.get(agent, str(agent))
            yield cost_alarm(agent_key(agent), OF_PERSON, name, spent, person, currency)
    used = {one.rule for one in new if one.rule is not None}
    row = OutboundRuleRow
    limits = select(row.id, row.name, row.day_cost).where(row.id.in_(used), row.day_cost > 0)
    for rule, name, limit in session.execute(limits):
        spent = float(sums.rules.get(rule, 0))
        yield cost_alarm(rule_key(rule), OF_RULE, name, spent, limit, currency)
