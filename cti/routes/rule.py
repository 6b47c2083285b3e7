"""Decides where an inbound call goes: one pure function for engine, route tester and tests.

The order: a list refuses the caller or leads elsewhere; forced handling; the routes in their order;
the number's own call flow. Every decision ends in a destination.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from heapq import merge
from itertools import chain
from typing import NewType

from acd.forwards import Forwards
from acd.queue import AgentId, QueueKey
from acd.ring_group import RingGroup, RingGroupId
from acd.service_level import NO_LEVELS, ServiceLevels
from crm.custom_destinations.custom import CustomDestination, CustomId
from crm.hours.group import TimeGroup, TimeGroupId, is_open
from crm.kernel.destination import Destination, DestinationKind
from crm.kernel.errors import InvalidError
from crm.kernel.text import N_
from crm.number_lists.lists import Effect, EffectKind, ListDirection, NumberLists
from crm.voicemail.box import BoxCodes, BoxId, VoicemailBox
from ivr.flow import NumberSettings

RouteId = NewType("RouteId", int)

ANY = ""
_PATTERN = re.compile(r"\+?[0-9*#?]{0,31}\*?")

UNALLOCATED, REJECTED, BUSY = 1, 21, 17  # Q.850


@dataclass(frozen=True, slots=True)
class RouteRule:
    """A route: calls to numbers of a pattern, from numbers of a pattern, go to a destination.

    A pattern is a number, a beginning with `*` behind it, or "" for any; `?` is any one digit. With
    hours, calls outside of them go to `closed`; without a `closed` the route does not apply then.
    """

    id: RouteId
    name: str
    destination: Destination
    called: str = ANY
    caller: str = ANY
    hours: TimeGroupId | None = None
    closed: Destination | None = None


@dataclass(frozen=True, slots=True)
class Forced:
    """All calls, or those to one number, go elsewhere until a time (seconds since the epoch)."""

    destination: Destination
    number: str = ANY
    until: float | None = None
    by: str = ""  # who switched it on


class Why(StrEnum):
    """Why something applies to a call, or does not."""

    APPLIES = "applies"
    OTHER_NUMBER = "other number"  # another number was called
    OTHER_CALLER = "other caller"
    CLOSED = "closed"  # outside of its hours, and nothing is set for that
    AFTER_HOURS = "after hours"  # applies, with the destination for closed hours
    OVER = "over"  # forced handling whose time is over


@dataclass(frozen=True, slots=True)
class Checked:
    """One line of the explanation: what was looked at, and why it applies or does not."""

    kind: str  # "list" | "forced" | "route" | "number"
    name: str
    why: Why

    @property
    def applies(self) -> bool:
        """Whether the decision is by this one."""
        return self.why in (Why.APPLIES, Why.AFTER_HOURS)


@dataclass(frozen=True, slots=True)
class RouteDecision:
    """Where a call goes. `cause` (Q.850) is given where it is not even picked up."""

    destination: Destination
    by: Checked
    language: str = "en"
    priority: int = 0  # extra, from a list of VIPs
    cause: int | None = None
    message: bool = False  # the caller hears that the call is not taken, and why not
    checked: tuple[Checked, ...] = ()


NO_LISTS = NumberLists()
HANG_UP = Destination(DestinationKind.HANG_UP)
_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class RoutePlan:
    """All settings by which calls that arrive are led; `rules` stand in their order."""

    numbers: Mapping[str, NumberSettings] = field(default_factory=dict)
    rules: tuple[RouteRule, ...] = ()
    hours: Mapping[TimeGroupId, TimeGroup] = field(default_factory=dict)
    lists: NumberLists = NO_LISTS
    forced: tuple[Forced, ...] = ()
    boxes: Mapping[BoxId, VoicemailBox] = field(default_factory=dict)
    forwards: Mapping[AgentId, Forwards] = field(default_factory=dict)
    ring_groups: Mapping[RingGroupId, RingGroup] = field(default_factory=dict)
    box_codes: BoxCodes = BoxCodes()  # noqa: RUF009 - frozen
    custom: Mapping[CustomId, CustomDestination] = field(default_factory=dict)
    faxes: bool = True  # faxes are received
    levels: ServiceLevels = NO_LEVELS
    successors: Mapping[QueueKey, QueueKey] = field(default_factory=dict)  # of deleted queues
    places: Mapping[_Key, tuple[int, ...]] = field(init=False, repr=False, compare=False)
    """Where in `rules` stand those of a pair of patterns."""

    def __post_init__(self) -> None:
        """Index the rules."""
        found: dict[_Key, list[int]] = {}
        for at, rule in enumerate(self.rules):
            found.setdefault((_key(rule.called), _key(rule.caller)), []).append(at)
        object.__setattr__(self, "places", {key: tuple(ats) for key, ats in found.items()})


def decide(plan: RoutePlan, called: str, caller: str, at: float) -> RouteDecision:
    """Where a call to `called` from `caller` goes at a time (seconds since the epoch)."""
    return _decide(plan, called, caller, at, _candidates(plan, called, caller))


def explain(plan: RoutePlan, called: str, caller: str, at: float) -> RouteDecision:
    """The same decision, with a line for each rule that was looked at."""
    return _decide(plan, called, caller, at, range(len(plan.rules)))


def _decide(
    plan: RoutePlan, called: str, caller: str, at: float, rules: Iterable[int]
) -> RouteDecision:
    known = plan.numbers.get(called)
    language = known.language if known is not None else "en"
    checked: list[Checked] = []
    priority = 0
    for found in chain(
        _by_lists(plan, caller, at),
        _by_force(plan, called, at) if known is not None or plan.rules else (),
        (_check(plan, plan.rules[place], called, caller, at) for place in rules),
        [_by_number(known, called)],
    ):
        checked.append(found.checked)
        priority = max(priority, found.priority)
        if found.destination is not None:
            return RouteDecision(
                found.destination,
                found.checked,
                language,
                priority,
                found.cause,
                found.message,
                tuple(checked),
            )
    raise AssertionError  # the number itself gives a destination


@dataclass(frozen=True, slots=True)
class _Found:
    """What one setting says: where to, or None to look further."""

    checked: Checked
    destination: Destination | None = None
    cause: int | None = None
    message: bool = False
    priority: int = 0


def _by_lists(plan: RoutePlan, caller: str, at: float) -> Iterator[_Found]:
    hit = plan.lists.match(caller, ListDirection.IN, at)
    for entry in (hit.black, hit.vip) if hit is not None else ():
        if entry is not None and entry.effect is not None:
            yield _by_effect(Checked("list", entry.pattern.text, Why.APPLIES), entry.effect)


def _by_effect(checked: Checked, effect: Effect) -> _Found:
    match effect.kind:
        case EffectKind.REFUSE:
            return _Found(checked, HANG_UP, cause=REJECTED)
        case EffectKind.BUSY:
            return _Found(checked, HANG_UP, cause=BUSY)
        case EffectKind.MESSAGE:
            return _Found(checked, HANG_UP, message=True)
        case EffectKind.QUEUE:
            return _Found(checked, Destination(DestinationKind.QUEUE, effect.key))
        case EffectKind.PRIORITY:
            return _Found(checked, priority=effect.priority)


def _by_force(plan: RoutePlan, called: str, at: float) -> Iterator[_Found]:
    for forced in _forced(plan, called):
        over = forced.until is not None and forced.until <= at
        checked = Checked("forced", forced.number, Why.OVER if over else Why.APPLIES)
        yield _Found(checked, None if over else forced.destination)


def _by_number(known: NumberSettings | None, called: str) -> _Found:
    if known is None:
        return _Found(Checked("number", called, Why.OTHER_NUMBER), HANG_UP, cause=UNALLOCATED)
    to = Destination(DestinationKind.FLOW, str(known.flow))
    return _Found(Checked("number", called, Why.APPLIES), to)


def _forced(plan: RoutePlan, called: str) -> Iterator[Forced]:
    """That of the number before that of all numbers."""
    yield from (one for one in plan.forced if one.number == called)
    yield from (one for one in plan.forced if one.number == ANY)


def _check(plan: RoutePlan, rule: RouteRule, called: str, caller: str, at: float) -> _Found:
    def found(why: Why, to: Destination | None = None) -> _Found:
        return _Found(Checked("route", rule.name, why), to)

    if not matches(rule.called, called):
        return found(Why.OTHER_NUMBER)
    if not matches(rule.caller, caller):
        return found(Why.OTHER_CALLER)
    hours = plan.hours.get(rule.hours) if rule.hours is not None else None
    if hours is None or is_open(hours, datetime.fromtimestamp(at, UTC)):
        return found(Why.APPLIES, rule.destination)
    if rule.closed is None:
        return found(Why.CLOSED)
    return found(Why.AFTER_HOURS, rule.closed)


# ---- patterns


BAD_PATTERN = N_(
    "A pattern is a number, a beginning with * behind it, or empty; ? stands for any one digit."
)


def read_pattern(text: str, field_name: str) -> str:
    """Give a pattern as it is stored; InvalidError, naming the field, if it is none."""
    pattern = text.strip()
    if not _PATTERN.fullmatch(pattern):
        raise InvalidError(BAD_PATTERN, field_name)
    return ANY if pattern == "*" else pattern


def matches(pattern: str, number: str) -> bool:
    """Whether a number is of a pattern."""
    if pattern == ANY:
        return True
    if "?" in pattern:
        return _regex(pattern).fullmatch(number) is not None
    if pattern.endswith("*"):
        return number.startswith(pattern[:-1])
    return number == pattern


def hides(broad: RouteRule, narrow: RouteRule) -> bool:
    """Whether every call for `narrow` is taken by `broad`, which stands before it."""
    always = broad.hours is None or broad.closed is not None
    return always and _covers(broad.called, narrow.called) and _covers(broad.caller, narrow.caller)


def _covers(broad: str, narrow: str) -> bool:
    if broad in (ANY, narrow):
        return True
    if "?" in broad:
        return "?" not in narrow and not narrow.endswith("*") and matches(broad, narrow)
    if not broad.endswith("*") or narrow == ANY:
        return False
    return narrow.startswith(broad[:-1])


@lru_cache(maxsize=10_000)
def _regex(pattern: str) -> re.Pattern[str]:
    body = re.escape(pattern.removesuffix("*")).replace(r"\?", r"[0-9]")
    return re.compile(body + (".*" if pattern.endswith("*") else ""))


def _key(pattern: str) -> str:
    """The key of a pattern in the index: patterns with `?` stand with those of any number."""
    return ANY if "?" in pattern else pattern


def _candidates(plan: RoutePlan, called: str, caller: str) -> Iterator[int]:
    """Where in the rules those stand that may apply, in their order."""
    places = plan.places
    keys = ((one, two) for one in _keys(called) for two in _keys(caller))
    return merge(*(places[key] for key in keys if key in places))


def _keys(number: str) -> list[str]:
    """The patterns that a number is of: itself, its beginnings, any."""
    return [ANY, number, *(f"{number[:length]}*" for length in range(1, len(number) + 1))]
