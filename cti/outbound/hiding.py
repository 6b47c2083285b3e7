"""Calls that hide our number: where the outbound rule allows it, over trunks that can do it."""

from collections.abc import Iterable
from dataclasses import replace

from cti.outbound.numbers import NumberClass
from cti.outbound.refusals import MAY_NOT_HIDE, NO_HIDING_TRUNK
from cti.outbound.rule import Allowed, Dialler, OutboundPlan, OutboundRule, Refused, is_for


def hidden(allowed: Allowed, plan: OutboundPlan) -> Allowed | Refused:
    """The same call without our number; an emergency call always shows it."""
    if allowed.number_class is NumberClass.EMERGENCY:
        return allowed
    ways = tuple(
        replace(way, caller_number="")
        for way in allowed.ways
        if way.trunk in plan.trunks and plan.trunks[way.trunk].hide_allowed
    )
    if allowed.rule.may_hide and ways:
        return replace(allowed, ways=ways)
    why = NO_HIDING_TRUNK if allowed.rule.may_hide else MAY_NOT_HIDE
    kind, rule, looked = allowed.number_class, allowed.rule.name, allowed.looked
    return Refused(why, allowed.number, kind, rule, looked)


def may_hide(dialler: Dialler, rules: Iterable[OutboundRule]) -> bool:
    """Whether a person may hide the number in some calls."""
    return any(rule.may_hide and is_for(rule, dialler) for rule in rules)
