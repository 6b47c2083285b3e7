"""Decides who may dial which number, over which trunks, and which number is shown.

The engine, the page that tests the rules and the tests call `may_dial`. It takes what a person
dialled and gives either the ways to dial it or a sentence that names the rule that refuses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

from acd.agent import Outbound
from acd.queue import AgentId
from crm.kernel.text import N_
from crm.number_lists.lists import ListDirection, NumberLists
from cti.outbound.digits import clean, without_prefix
from cti.outbound.guard import Guard, GuardCounts, rule_key, trunk_key
from cti.outbound.numbers import NumberClass, class_of
from cti.outbound.refusals import (
    ALL_BUSY,
    ALL_STOPPED,
    LIMITED,
    LISTED,
    NO_NUMBER,
    NO_RIGHT,
    NO_TRUNK,
    OTHER_CLASS,
    OTHER_NUMBERS,
    OTHER_PEOPLE,
    OVER_RULE,
    TOO_FAST,
    TOO_MANY,
)
from cti.trunks.trunk import TrunkId

RuleId = NewType("RuleId", int)

MOST_WAYS = 10


class TrunkChoice(StrEnum):
    """In which order the trunks of a rule are tried."""

    ORDER = "order"
    ROUND_ROBIN = "round robin"
    RANDOM = "random"
    LEAST_USED = "least used"


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A change of the number for a rule's trunks: where it begins so, strip and prepend digits.

    The number is E.164, `+8613800138000`, or a short code.
    """

    begins: str
    strip: int = 0
    prepend: str = ""


@dataclass(frozen=True, slots=True)
class OutboundRule:
    """Who may dial what, and how. Empty `people` is all of them; empty `begins` every number."""

    id: RuleId
    name: str
    classes: frozenset[NumberClass]
    trunks: tuple[TrunkId, ...]
    roles: frozenset[int] = frozenset()
    groups: frozenset[int] = frozenset()
    agents: frozenset[AgentId] = frozenset()
    begins: tuple[str, ...] = ()  # E.164 beginnings
    choice: TrunkChoice = TrunkChoice.ORDER
    rewrites: tuple[Rewrite, ...] = ()
    caller_number: str = ""  # "": the agent's, else the site's
    most_calls: int = 0  # at the same time; 0: no limit
    per_minute: int = 0  # begun in a minute; 0: no limit
    record: bool = True
    day_cost: int = 0  # of a day, in the currency's unit; 0: no limit
    may_hide: bool = False  # a call may hide our number

    @property
    def for_everybody(self) -> bool:
        """Whether the rule names nobody."""
        return not (self.roles or self.groups or self.agents)


@dataclass(frozen=True, slots=True)
class DialTrunk:
    """What the rule needs to know about a trunk."""

    id: TrunkId
    name: str
    most_calls: int = 0  # 0: no limit
    caller_number: str = ""  # "": the site's
    codecs: tuple[str, ...] = ()  # in the order of the offer
    forbidden_is_next: bool = False  # after SIP 403 the next trunk is tried
    hide_allowed: bool = True  # the carrier takes calls without our number


@dataclass(frozen=True, slots=True)
class Dialler:
    """Who dials: an agent with roles, groups, an own caller number and an override."""

    agent: AgentId | None = None
    roles: frozenset[int] = frozenset()
    groups: frozenset[int] = frozenset()
    caller_number: str = ""
    limit: Outbound = Outbound.BY_RULE
    limit_until: float | None = None  # seconds since the epoch; then BY_RULE again
    phone_number: str = ""  # the number outside at which the agent takes calls


SYSTEM = Dialler()
"""A call that a route or a flow sends to an outside number."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What is going on now: calls by trunk and by rule, and how often each rule was used."""

    by_trunk: Mapping[TrunkId, int] = field(default_factory=dict)
    by_rule: Mapping[RuleId, int] = field(default_factory=dict)
    last_minute: Mapping[RuleId, int] = field(default_factory=dict)
    turn: int = 0  # counts calls, for round robin; any number for a random choice
    down: frozenset[TrunkId] = frozenset()  # trunks that do not answer
    counts: GuardCounts = field(default_factory=GuardCounts)


@dataclass(frozen=True, slots=True)
class OutboundPlan:
    """All settings of dialling out. `rules` stand in their order."""

    rules: tuple[OutboundRule, ...] = ()
    trunks: Mapping[TrunkId, DialTrunk] = field(default_factory=dict)
    diallers: Mapping[AgentId, Dialler] = field(default_factory=dict)
    own_numbers: frozenset[str] = frozenset()
    site_number: str = ""
    region: str = "CN"
    prefix: str = ""  # dialled first for an outside line, such as 9; "": none
    guard: Guard = field(default_factory=Guard)


@dataclass(frozen=True, slots=True)
class Way:
    """One try: a trunk, the digits to dial there, the number to show."""

    trunk: TrunkId
    digits: str
    caller_number: str


@dataclass(frozen=True, slots=True)
class Looked:
    """One line of the explanation: a rule, and why it does not apply, or "" when it does."""

    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class Allowed:
    """The number may be dialled."""

    number: str
    number_class: NumberClass
    rule: OutboundRule
    ways: tuple[Way, ...]
    looked: tuple[Looked, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """The number may not be dialled: a sentence with named places, and their values."""

    sentence: str
    number: str = ""
    number_class: NumberClass | None = None
    rule: str = ""
    looked: tuple[Looked, ...] = ()
    limit: str = ""  # the limit of cost that is reached, with its currency

    @property
    def values(self) -> Mapping[str, str]:
        """What the sentence's places hold."""
        return {"number": self.number, "rule": self.rule, "limit": self.limit}


_LEVELS: Mapping[Outbound, frozenset[NumberClass]] = {
    Outbound.NONE: frozenset(),
    Outbound.INTERNAL: frozenset({NumberClass.INTERNAL}),
    Outbound.NATIONAL: frozenset(
        {NumberClass.INTERNAL, NumberClass.LOCAL, NumberClass.NATIONAL, NumberClass.MOBILE}
    ),
    Outbound.INTERNATIONAL: frozenset(set(NumberClass) - {NumberClass.PREMIUM}),
}


def limit_of(dialler: Dialler, now: float) -> Outbound:
    """The limit that holds for a person now."""
    over = dialler.limit_until is not None and dialler.limit_until <= now
    return Outbound.BY_RULE if over else dialler.limit


def read_dialled(dialled: str, plan: OutboundPlan) -> str:
    """The number that was dialled, E.164 or a short code, without the prefix; "" if none."""
    return without_prefix(dialled, plan.region, plan.prefix)


@dataclass(frozen=True, slots=True)
class Moment:
    """The moment of dialling: what is going on, the number lists, seconds since the epoch."""

    now: float
    usage: Usage = field(default_factory=Usage)
    lists: NumberLists = field(default_factory=NumberLists)


def may_dial(
    dialled: str, dialler: Dialler, plan: OutboundPlan, moment: Moment
) -> Allowed | Refused:
    """Whether a person may dial a number, and how.

    Emergency numbers are refused to nobody and take any trunk.
    """
    number = read_dialled(dialled, plan)
    if not number:
        return Refused(NO_NUMBER, dialled[:40])
    kind = class_of(number, plan.region, plan.site_number)
    if kind is NumberClass.EMERGENCY:
        return _emergency(number, plan, moment.usage)
    return _chargeable(number, kind, dialler, plan, moment)


def _chargeable(
    number: str, kind: NumberClass, dialler: Dialler, plan: OutboundPlan, moment: Moment
) -> Allowed | Refused:
    limited = limit_of(dialler, moment.now)
    excluded = _excluded(number, kind, limited, moment)
    if refused := excluded or _guarded(number, kind, dialler, plan, moment):
        return refused
    looked, rule = _rule_for(plan, number, kind, dialler, raised=limited is not Outbound.BY_RULE)
    if rule is None:
        return Refused(NO_RIGHT[kind], number, kind, looked=looked)
    counts = moment.usage.counts
    if limit := plan.guard.reached(rule_key(rule.id), rule.day_cost, moment.now, counts):
        return Refused(OVER_RULE, number, kind, rule.name, looked, limit)
    ways = _by_rule(rule, number, dialler, plan, moment.usage)
    if isinstance(ways, str):
        return Refused(ways, number, kind, rule.name, looked)
    return Allowed(number, kind, rule, ways, looked)


def _excluded(number: str, kind: NumberClass, limited: Outbound, moment: Moment) -> Refused | None:
    """The refusal of a number that may not be dialled whatever the rules say."""
    if is_blocked(moment.lists, number, moment.now):
        return Refused(LISTED, number, kind)
    beyond = limited is not Outbound.BY_RULE and kind not in _LEVELS[limited]
    return Refused(LIMITED[kind], number, kind) if beyond else None


def _guarded(
    number: str, kind: NumberClass, dialler: Dialler, plan: OutboundPlan, moment: Moment
) -> Refused | None:
    """The refusal by a stop of the person, or by what the person or the site has spent today."""
    if kind is NumberClass.INTERNAL:
        return None
    sentence, limit = plan.guard.refusal(dialler.agent, moment.now, moment.usage.counts)
    return Refused(sentence, number, kind, limit=limit) if sentence else None


def is_stopped(trunk: TrunkId, plan: OutboundPlan, usage: Usage) -> bool:
    """Whether a trunk may carry emergency calls only."""
    key = trunk_key(trunk)
    return plan.guard.stopped(key, usage.counts.stops.get(key))


def _rule_for(
    plan: OutboundPlan, number: str, kind: NumberClass, dialler: Dialler, *, raised: bool
) -> tuple[tuple[Looked, ...], OutboundRule | None]:
    """The first rule that applies, and what was looked at on the way to it."""
    looked: list[Looked] = []
    for rule in plan.rules:
        why = _differs(rule, number, kind, dialler, raised=raised)
        looked.append(Looked(rule.name, why))
        if not why:
            return tuple(looked), rule
    return tuple(looked), None


def is_blocked(lists: NumberLists, number: str, now: float) -> bool:
    """Whether a list keeps us from calling a number."""
    hit = lists.match(number, ListDirection.OUT, now)
    return hit is not None and hit.black is not None


def is_for(rule: OutboundRule, dialler: Dialler) -> bool:
    """Whether a rule is for this person."""
    return bool(
        dialler.agent in rule.agents
        or rule.roles & dialler.roles
        or rule.groups & dialler.groups
        or rule.for_everybody
    )


def _differs(
    rule: OutboundRule, number: str, kind: NumberClass, dialler: Dialler, *, raised: bool
) -> str:
    """Why a rule does not apply; "" when it does. An own limit stands in for its classes."""
    if not is_for(rule, dialler):
        return OTHER_PEOPLE
    if kind not in rule.classes and not raised:
        return OTHER_CLASS
    if rule.begins and not any(number.startswith(one) for one in rule.begins):
        return OTHER_NUMBERS
    return ""


def _by_rule(
    rule: OutboundRule, number: str, dialler: Dialler, plan: OutboundPlan, usage: Usage
) -> tuple[Way, ...] | str:
    """The ways by a rule that applies, or the sentence that says why there are none now.

    A trunk that seems down is skipped, unless all of them do: what is known of them may be old.
    """
    if rule.most_calls and usage.by_rule.get(rule.id, 0) >= rule.most_calls:
        return TOO_MANY
    if rule.per_minute and usage.last_minute.get(rule.id, 0) >= rule.per_minute:
        return TOO_FAST
    known = [plan.trunks[one] for one in rule.trunks if one in plan.trunks]
    trunks = [one for one in known if not is_stopped(one.id, plan, usage)]
    if known and not trunks:
        return ALL_STOPPED
    up = [one for one in trunks if one.id not in usage.down] or trunks
    free = [one for one in up if not _is_full(one, usage)]
    if not free:
        return ALL_BUSY if up else NO_TRUNK
    digits = _rewritten(rule.rewrites, number)
    return tuple(
        Way(trunk.id, digits, _caller_number(rule, trunk, dialler, plan))
        for trunk in _in_order(rule.choice, free, usage)[:MOST_WAYS]
    )


def _emergency(number: str, plan: OutboundPlan, usage: Usage) -> Allowed | Refused:
    """Every trunk that works: those of rules for emergency numbers first, full ones last."""
    rules = [rule for rule in plan.rules if NumberClass.EMERGENCY in rule.classes]
    rule = rules[0] if rules else EMERGENCY_RULE
    ids = dict.fromkeys((*(one for rule in rules for one in rule.trunks), *plan.trunks))
    trunks = [plan.trunks[one] for one in ids if one in plan.trunks]
    trunks.sort(key=lambda one: (one.id in usage.down, _is_full(one, usage)))
    ways = tuple(
        Way(one.id, _rewritten(rule.rewrites, number), _caller_number(rule, one, SYSTEM, plan))
        for one in trunks[:MOST_WAYS]
    )
    if not ways:
        return Refused(NO_TRUNK, number, NumberClass.EMERGENCY, rule.name)
    return Allowed(number, NumberClass.EMERGENCY, rule, ways)


EMERGENCY_RULE = OutboundRule(
    RuleId(0), N_("Emergency calls"), frozenset({NumberClass.EMERGENCY}), ()
)


def _is_full(trunk: DialTrunk, usage: Usage) -> bool:
    return bool(trunk.most_calls) and usage.by_trunk.get(trunk.id, 0) >= trunk.most_calls


def _in_order(choice: TrunkChoice, trunks: Sequence[DialTrunk], usage: Usage) -> list[DialTrunk]:
    match choice:
        case TrunkChoice.LEAST_USED:
            return sorted(trunks, key=lambda one: usage.by_trunk.get(one.id, 0))
        case TrunkChoice.ROUND_ROBIN | TrunkChoice.RANDOM:
            # Knuth's multiplicative hash looks random and follows from the turn alone.
            random = (usage.turn * 2_654_435_761 % 2**32) >> 8
            at = (usage.turn if choice is TrunkChoice.ROUND_ROBIN else random) % len(trunks)
            return [*trunks[at:], *trunks[:at]]
        case TrunkChoice.ORDER:
            return list(trunks)


def _rewritten(rewrites: Sequence[Rewrite], number: str) -> str:
    """The digits to dial: by the first rewrite that applies."""
    for one in rewrites:
        if number.startswith(one.begins):
            return clean(one.prepend + number[one.strip :])
    return number


def _caller_number(
    rule: OutboundRule, trunk: DialTrunk, dialler: Dialler, plan: OutboundPlan
) -> str:
    """The number to show: only one of ours."""
    wanted = (rule.caller_number, dialler.caller_number, trunk.caller_number)
    ours = (one for one in wanted if one and one in plan.own_numbers)
    return next(ours, plan.site_number)
