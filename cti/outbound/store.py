"""Outbound rules in the database, and all that the engine needs to decide by them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from acd.agent import Outbound
from acd.models import AgentRow
from acd.queue import AgentId
from crm.charges.calls.store import day_sums
from crm.charges.rate import RateTable, rate_table
from crm.charges.stops.store import last_stops
from crm.charges.store import rates
from crm.kernel.errors import InvalidError, MissingError, TakenError
from crm.kernel.names import needed_name
from crm.kernel.text import N_
from crm.parameters.store import parameters
from crm.people.models import GroupMemberRow, UserRow
from crm.sql.db import notify
from cti.outbound.digits import DIAL_CHARACTERS
from cti.outbound.guard import (
    SITE,
    DayCosts,
    FraudLimits,
    Guard,
    Stop,
    agent_key,
    in_units,
    rule_key,
    trunk_key,
)
from cti.outbound.models import OutboundRuleRow, OutboundRuleTrunkRow
from cti.outbound.numbers import NumberClass
from cti.outbound.rule import (
    Dialler,
    DialTrunk,
    OutboundPlan,
    OutboundRule,
    Rewrite,
    RuleId,
    TrunkChoice,
)
from cti.trunks.store import trunks
from cti.trunks.trunk import TrunkId
from ivr.store import numbers

MOST_LIMIT = 10_000
MOST_DAY_COST = 1_000_000
LIMITS_OF_COST = ("person_day_cost", "site_day_cost", "fraud_day_cost")
MOST_REWRITES, MOST_BEGINNINGS = 20, 50

NO_CLASS = N_("Choose at least one kind of numbers.")
NO_TRUNK = N_("Choose at least one trunk.")
BAD_BEGINNING = N_("A beginning has digits and + only.")
NOT_OURS = N_("{number} is not one of our own numbers.")


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """A rule and whether it is in use."""

    rule: OutboundRule
    enabled: bool = True


def outbound_plan(session: Session, region: str, midnight: datetime) -> OutboundPlan:
    """Give everything by which calls out are decided, as the engine uses it.

    `midnight` is when the site's present day began: costs are counted from then on.
    """
    known = parameters(session)
    ours = [one.number for one in numbers(session)]
    site = known.text("site_number")
    return OutboundPlan(
        rules=tuple(one.rule for one in rules(session) if one.enabled),
        trunks={
            one.id: DialTrunk(
                one.id,
                one.name,
                one.max_channels,
                codecs=tuple(codec.value for codec in one.codecs),
                forbidden_is_next=one.forbidden_is_next,
                hide_allowed=one.hide_allowed,
            )
            for one in trunks(session)
            if one.enabled
        },
        diallers=diallers(session),
        own_numbers=frozenset(ours),
        site_number=site if site in ours else next(iter(ours), ""),
        region=region,
        prefix=known.text("outside_prefix"),
        guard=guard(session, midnight),
    )


def guard(session: Session, midnight: datetime) -> Guard:
    """Give rates, limits, stops, and what was spent since midnight."""
    known = parameters(session)
    sums = day_sums(session, midnight)
    spent = {agent_key(key): in_units(amount) for key, amount in sums.agents.items()}
    spent |= {rule_key(key): in_units(amount) for key, amount in sums.rules.items()}
    spent |= {trunk_key(key): in_units(amount) for key, amount in sums.trunks.items()}
    priced = any(known.number(key) for key in LIMITS_OF_COST) or any(
        one.rule.day_cost for one in rules(session)
    )
    return Guard(
        # Thousands of rates are read only where a limit needs them.
        rates=rate_table(one.rate for one in rates(session)) if priced else RateTable(),
        currency=known.text("currency"),
        person_limit=known.number("person_day_cost"),
        site_limit=known.number("site_day_cost"),
        fraud=FraudLimits(
            known.number("fraud_calls"),
            known.number("fraud_minutes"),
            known.number("fraud_day_cost"),
        ),
        stops={
            one.place: Stop(
                one.since.timestamp(), one.released_at.timestamp() if one.released_at else None
            )
            for one in last_stops(session)
        },
        costs=DayCosts(midnight.timestamp(), {**spent, SITE: in_units(sums.site)}),
    )


def diallers(session: Session) -> dict[AgentId, Dialler]:
    """Give each agent with role, groups, caller number and limit."""
    groups: dict[int, set[int]] = {}
    for user, group in session.execute(select(GroupMemberRow.user_id, GroupMemberRow.group_id)):
        groups.setdefault(user, set()).add(group)
    query = select(AgentRow, UserRow.role_id).join(UserRow, UserRow.id == AgentRow.user_id)
    return {
        AgentId(row.user_id): Dialler(
            AgentId(row.user_id),
            frozenset({role}),
            frozenset(groups.get(row.user_id, ())),
            row.caller_number,
            Outbound(row.outbound),
            row.outbound_until.timestamp() if row.outbound_until is not None else None,
            row.outside_number,
        )
        for row, role in session.execute(query.execution_options(populate_existing=True))
    }


# ---- rules


def rules(session: Session) -> list[RuleSettings]:
    """Give all rules in their order."""
    query = select(OutboundRuleRow).order_by(OutboundRuleRow.position, OutboundRuleRow.id)
    rows = session.scalars(query.execution_options(populate_existing=True)).all()
    chosen: dict[int, list[TrunkId]] = {}
    row = OutboundRuleTrunkRow
    pairs = select(row.rule_id, row.trunk_id).order_by(row.rule_id, row.position)
    for rule, trunk in session.execute(pairs):
        chosen.setdefault(rule, []).append(TrunkId(trunk))
    return [_rule(row, chosen.get(row.id, ())) for row in rows]


def rule_to_change(session: Session, rule: int) -> RuleSettings:
    """Read a rule and lock it until this transaction ends; MissingError if there is none."""
    locked = select(OutboundRuleRow.id).where(OutboundRuleRow.id == rule).with_for_update()
    if session.scalars(locked).one_or_none() is not None:
        for one in rules(session):
            if one.rule.id == rule:
                return one
    raise MissingError("There is no outbound rule {rule}.", rule=rule)


def add_rule(session: Session, new: RuleSettings) -> RuleId:
    """Add a rule behind the others."""
    last = session.scalar(select(func.max(OutboundRuleRow.position))) or 0
    columns = _columns(session, new)
    try:
        with session.begin_nested():
            added = insert(OutboundRuleRow).values(position=last + 1, **columns)
            id_ = session.scalars(added.returning(OutboundRuleRow.id)).one()
    except IntegrityError:
        raise _taken(new) from None
    _save_trunks(session, id_, new.rule.trunks)
    notify(session, f"outbound_rules:{id_}")
    return RuleId(id_)


def save_rule(session: Session, changed: RuleSettings) -> None:
    """Change a rule."""
    columns = _columns(session, changed)
    try:
        with session.begin_nested():
            row = OutboundRuleRow
            session.execute(update(row).where(row.id == changed.rule.id).values(**columns))
    except IntegrityError:
        raise _taken(changed) from None
    _save_trunks(session, changed.rule.id, changed.rule.trunks)
    notify(session, f"outbound_rules:{changed.rule.id}")


def remove_rule(session: Session, rule: RuleId) -> None:
    """Remove a rule."""
    session.execute(delete(OutboundRuleRow).where(OutboundRuleRow.id == rule))
    notify(session, f"outbound_rules:{rule}")


def order_rules(session: Session, wanted: Sequence[int]) -> None:
    """Put the rules into this order; InvalidError unless each is named once."""
    known = {one.rule.id for one in rules(session)}
    if len(wanted) != len(known) or set(wanted) != known:
        raise InvalidError("Name each rule once.", field="order")
    row = OutboundRuleRow
    for position, rule in enumerate(wanted, 1):
        session.execute(update(row).where(row.id == rule).values(position=position))
    notify(session, "outbound_rules:all")


def rules_of_trunk(session: Session, trunk: int) -> list[str]:
    """Give the names of the rules that take a trunk."""
    query = (
        select(OutboundRuleRow.name)
        .join(OutboundRuleTrunkRow, OutboundRuleTrunkRow.rule_id == OutboundRuleRow.id)
        .where(OutboundRuleTrunkRow.trunk_id == trunk)
    )
    return list(session.scalars(query.order_by(OutboundRuleRow.name)))


def _save_trunks(session: Session, rule: int, chosen: Sequence[TrunkId]) -> None:
    row = OutboundRuleTrunkRow
    session.execute(delete(row).where(row.rule_id == rule))
    values = [
        {"rule_id": rule, "trunk_id": trunk, "position": position}
        for position, trunk in enumerate(dict.fromkeys(chosen))
    ]
    if values:
        session.execute(insert(row), values)


def _taken(one: RuleSettings) -> TakenError:
    return TakenError("A rule named “{name}” already exists.", "name", name=one.rule.name)


def _columns(session: Session, one: RuleSettings) -> dict[str, object]:
    rule = _checked(session, one.rule)
    return {
        "name": rule.name,
        "classes": sorted(kind.value for kind in rule.classes),
        "roles": sorted(rule.roles),
        "groups": sorted(rule.groups),
        "agents": sorted(rule.agents),
        "begins": list(rule.begins),
        "choice": rule.choice.value,
        "rewrites": [[r.begins, r.strip, r.prepend] for r in rule.rewrites],
        "caller_number": rule.caller_number,
        "most_calls": rule.most_calls,
        "per_minute": rule.per_minute,
        "record": rule.record,
        "day_cost": rule.day_cost,
        "enabled": one.enabled,
        "may_hide": rule.may_hide,
    }


def _checked(session: Session, rule: OutboundRule) -> OutboundRule:
    if not rule.classes:
        raise InvalidError(NO_CLASS, "classes")
    known = {one.id for one in trunks(session)}
    if not rule.trunks or not set(rule.trunks) <= known:
        raise InvalidError(NO_TRUNK, "trunks")
    for begins in (*rule.begins, *(one.begins for one in rule.rewrites)):
        if set(begins) - DIAL_CHARACTERS or len(begins) > 20:  # noqa: PLR2004
            raise InvalidError(BAD_BEGINNING, "begins")
    for one in rule.rewrites:
        if set(one.prepend) - DIAL_CHARACTERS or not 0 <= one.strip <= 20:  # noqa: PLR2004
            raise InvalidError(BAD_BEGINNING, "rewrites")
    if rule.caller_number and all(one.number != rule.caller_number for one in numbers(session)):
        raise InvalidError(NOT_OURS, "caller_number", number=rule.caller_number)
    return replace(
        rule,
        name=needed_name(rule.name, 100),
        begins=rule.begins[:MOST_BEGINNINGS],
        rewrites=rule.rewrites[:MOST_REWRITES],
        most_calls=max(0, min(rule.most_calls, MOST_LIMIT)),
        per_minute=max(0, min(rule.per_minute, MOST_LIMIT)),
        day_cost=max(0, min(rule.day_cost, MOST_DAY_COST)),
    )


def _rule(row: OutboundRuleRow, chosen: Sequence[TrunkId]) -> RuleSettings:
    rule = OutboundRule(
        id=RuleId(row.id),
        name=row.name,
        classes=frozenset(map(NumberClass, row.classes)),
        trunks=tuple(chosen),
        roles=frozenset(row.roles),
        groups=frozenset(row.groups),
        agents=frozenset(map(AgentId, row.agents)),
        begins=tuple(row.begins),
        choice=TrunkChoice(row.choice),
        rewrites=tuple(Rewrite(begins, strip, prepend) for begins, strip, prepend in row.rewrites),
        caller_number=row.caller_number,
        most_calls=row.most_calls,
        per_minute=row.per_minute,
        record=row.record,
        day_cost=row.day_cost,
        may_hide=row.may_hide,
    )
    return RuleSettings(rule, row.enabled)
