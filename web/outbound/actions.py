"""Actions on outbound rules that pages and API share: show, add, change, order, delete."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from acd.queue import AgentId
from acd.store import agent_names
from crm.kernel.errors import InvalidError
from crm.people.groups.store import groups
from crm.people.person import SignedIn
from crm.people.roles.store import roles
from cti.outbound import store
from cti.outbound.digits import DIAL_CHARACTERS
from cti.outbound.rule import OutboundRule, Rewrite, RuleId
from cti.outbound.store import BAD_BEGINNING, RuleSettings
from cti.trunks.store import trunks
from cti.trunks.trunk import TrunkId
from web.kit.audit import note
from web.kit.i18n import N_, Reader
from web.kit.shapes import Named
from web.outbound.shapes import RewriteBody, RuleBody, RuleChange, RuleShape

THING = "outbound_rules"


@dataclass(frozen=True, slots=True)
class RuleNames:
    """The names of what rules refer to, by id."""

    roles: Mapping[int, str]
    groups: Mapping[int, str]
    agents: Mapping[int, str]
    trunks: Mapping[int, str]


def names_of(session: Session, reader: Reader) -> RuleNames:
    """Read the names of all that a rule can refer to."""
    return RuleNames(
        {one.id: one.name(reader.language) for one in roles(session)},
        {one.id: one.name for one in groups(session)},
        agent_names(session),
        {one.id: one.name for one in trunks(session)},
    )


def show_rules(session: Session, reader: Reader) -> list[RuleShape]:
    """Show all rules in their order."""
    names = names_of(session, reader)
    return [_show(one, names) for one in store.rules(session)]


def show_rule(session: Session, reader: Reader, rule: int) -> RuleShape:
    """Show one rule, locked until this transaction ends."""
    return _show(store.rule_to_change(session, rule), names_of(session, reader))


def version_of(shape: RuleShape) -> dict[str, Any]:
    """Give what can be set for a rule: ids, no names."""
    return _body(shape).model_dump(mode="json")


def make_rule(session: Session, request: Request, who: SignedIn, body: RuleBody) -> RuleId:
    """Add a rule behind the others."""
    made = store.add_rule(session, _settings(session, RuleId(0), body))
    after = _noted(store.rule_to_change(session, made))
    note(session, request, who, "outbound_rule.added", THING, made, {}, after)
    return made


def write_rule(
    session: Session, request: Request, who: SignedIn, rule: int, body: RuleBody
) -> None:
    """Replace the settings of a rule; the next call out follows them."""
    known = store.rule_to_change(session, rule)
    changed = _settings(session, known.rule.id, body)
    if changed == known:
        return
    store.save_rule(session, changed)
    before, after = _noted(known), _noted(store.rule_to_change(session, rule))
    if before != after:
        note(session, request, who, "outbound_rule.changed", THING, rule, before, after)


def changed_body(shape: RuleShape, change: RuleChange) -> RuleBody:
    """Give all settings of a rule with the given ones changed."""
    given = {name: value for name, value in dict(change).items() if value is not None}
    return _body(shape).model_copy(update=given)


def remove_rule(session: Session, request: Request, who: SignedIn, rule: int) -> None:
    """Delete a rule."""
    known = store.rule_to_change(session, rule)
    store.remove_rule(session, known.rule.id)
    note(session, request, who, "outbound_rule.removed", THING, rule, _noted(known), {})


def order(session: Session, request: Request, who: SignedIn, wanted: Sequence[int]) -> None:
    """Put all rules into an order."""
    known = store.rules(session)
    store.order_rules(session, wanted)
    before = [int(one.rule.id) for one in known]
    if list(wanted) != before:
        names = {int(one.rule.id): one.rule.name for one in known}
        old, new = ({"order": [names[one] for one in ids]} for ids in (before, wanted))
        note(session, request, who, "outbound_rule.ordered", THING, 0, old, new)


def move(session: Session, request: Request, who: SignedIn, rule: int, step: int) -> None:
    """Move a rule up (-1) or down (1) by one place."""
    store.rule_to_change(session, rule)
    ids = [int(one.rule.id) for one in store.rules(session)]
    place = ids.index(rule)
    other = place + step
    if 0 <= other < len(ids):
        ids[place], ids[other] = ids[other], ids[place]
        order(session, request, who, ids)


def _settings(session: Session, id_: RuleId, body: RuleBody) -> RuleSettings:
    _check_people(session, body)
    _check_digits(body)
    rule = OutboundRule(
        id=id_,
        name=body.name,
        classes=frozenset(body.classes),
        trunks=tuple(dict.fromkeys(map(TrunkId, body.trunks))),
        roles=frozenset(body.roles),
        groups=frozenset(body.groups),
        agents=frozenset(map(AgentId, body.agents)),
        begins=tuple(dict.fromkeys(one.strip() for one in body.begins if one.strip())),
        choice=body.choice,
        rewrites=tuple(
            Rewrite(one.begins.strip(), one.strip, one.prepend.strip()) for one in body.rewrites
        ),
        caller_number=body.caller_number,
        most_calls=body.most_calls,
        per_minute=body.per_minute,
        day_cost=body.day_cost,
        record=body.record,
        may_hide=body.may_hide,
    )
    return RuleSettings(rule, body.active)


def _check_people(session: Session, body: RuleBody) -> None:
    known = {
        "roles": {int(one.id) for one in roles(session)},
        "groups": {int(one.id) for one in groups(session)},
        "agents": set(agent_names(session)),
    }
    for field, ids in known.items():
        unknown = set(getattr(body, field)) - ids
        if unknown:
            raise InvalidError(
                N_("“{key}” is not one of the options."), field, key=str(min(unknown))
            )


def _check_digits(body: RuleBody) -> None:
    """Refuse other characters than those that can be dialed, beside the right field."""
    typed = [("begins", one) for one in body.begins]
    typed += [("rewrites", text) for one in body.rewrites for text in (one.begins, one.prepend)]
    for field, text in typed:
        if set(text.strip()) - DIAL_CHARACTERS:
            raise InvalidError(BAD_BEGINNING, field)


def _show(one: RuleSettings, names: RuleNames) -> RuleShape:
    rule = one.rule

    def named(ids: frozenset[int], known: Mapping[int, str]) -> list[Named]:
        found = [Named(id=id_, name=known.get(id_, str(id_))) for id_ in ids]
        return sorted(found, key=lambda one: one.name.casefold())

    return RuleShape(
        id=rule.id,
        name=rule.name,
        classes=sorted(rule.classes),
        begins=list(rule.begins),
        roles=named(rule.roles, names.roles),
        groups=named(rule.groups, names.groups),
        agents=named(frozenset(map(int, rule.agents)), names.agents),
        trunks=[Named(id=id_, name=names.trunks.get(id_, str(id_))) for id_ in rule.trunks],
        choice=rule.choice,
        rewrites=[
            RewriteBody(begins=part.begins, strip=part.strip, prepend=part.prepend)
            for part in rule.rewrites
        ],
        caller_number=rule.caller_number,
        most_calls=rule.most_calls,
        per_minute=rule.per_minute,
        day_cost=rule.day_cost,
        record=rule.record,
        may_hide=rule.may_hide,
        active=one.enabled,
    )


def _body(shape: RuleShape) -> RuleBody:
    values = dict(shape)
    values.pop("id")
    for name in ("roles", "groups", "agents", "trunks"):
        values[name] = [one.id for one in values[name]]
    # Not checked again: a rule whose trunks are gone can still be read.
    return RuleBody.model_construct(**values)


def _noted(one: RuleSettings) -> dict[str, Any]:
    rule = one.rule
    return {
        "name": rule.name,
        "classes": sorted(map(str, rule.classes)),
        "begins": list(rule.begins),
        "roles": sorted(rule.roles),
        "groups": sorted(rule.groups),
        "agents": sorted(rule.agents),
        "trunks": list(rule.trunks),
        "choice": str(rule.choice),
        "rewrites": [f"{part.begins} -{part.strip} +{part.prepend}" for part in rule.rewrites],
        "caller_number": rule.caller_number,
        "most_calls": rule.most_calls,
        "per_minute": rule.per_minute,
        "day_cost": rule.day_cost,
        "record": rule.record,
        "may_hide": rule.may_hide,
        "active": one.enabled,
    }
