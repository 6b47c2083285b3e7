"""Where a call goes that arrives: lists, forced handling, routes, hours; always a destination."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.hours.group import Interval, TimeGroup, TimeGroupId, WeeklyHours
from crm.kernel.destination import Destination, DestinationKind, read_destination
from crm.kernel.errors import InvalidError
from crm.number_lists.lists import (
    Effect,
    EffectKind,
    EntryId,
    ListEntry,
    ListKind,
    NumberListId,
    NumberLists,
    Pattern,
)
from crm.number_lists.typed import WITHHELD
from cti.routes.rule import (
    BUSY,
    REJECTED,
    UNALLOCATED,
    Forced,
    RouteId,
    RoutePlan,
    RouteRule,
    Why,
    decide,
    explain,
    hides,
    matches,
    read_pattern,
)
from ivr.flow import FlowId, NumberSettings

HOTLINE, CALLER = "+864008001234", "+8613800138000"
OPEN = datetime(2026, 11, 30, 2, tzinfo=UTC).timestamp()  # Monday 10:00 in Shanghai
NIGHT = datetime(2026, 11, 30, 15, tzinfo=UTC).timestamp()
OFFICE = TimeGroup(
    TimeGroupId(1), "Office", "Asia/Shanghai",
    (WeeklyHours(frozenset(range(5)), Interval(540, 1080)),), {}, {}, {},
)  # fmt: skip


def to(text):
    return read_destination(text)


def route(number, destination="queue:sales", **more):
    return RouteRule(RouteId(number), f"Route {number}", to(destination), **more)


def plan(*rules, **more):
    numbers = {HOTLINE: NumberSettings(FlowId(1), "zh_CN")}
    return RoutePlan(numbers, rules, {OFFICE.id: OFFICE}, **more)


def entry(kind, effect, number=CALLER):
    pattern = Pattern(number, (number,))
    return ListEntry(EntryId(1), NumberListId(1), kind, pattern, effect=effect)


def test_without_a_route_the_numbers_own_flow_answers_in_its_language():
    found = decide(plan(), HOTLINE, CALLER, OPEN)
    assert (str(found.destination), found.language, found.by.kind) == ("flow:1", "zh_CN", "number")


def test_a_number_that_is_not_ours_is_not_answered():
    found = decide(plan(), "+8621999", CALLER, OPEN)
    assert (found.destination.kind, found.cause) == (DestinationKind.HANG_UP, UNALLOCATED)


def test_the_first_route_that_applies_decides():
    rules = (
        route(1, "hangup", caller="+86139*"),
        route(2, "queue:vip", called=HOTLINE, caller=CALLER),
        route(3, "queue:sales"),
    )
    found = explain(plan(*rules), HOTLINE, CALLER, OPEN)
    assert str(found.destination) == "queue:vip"
    assert [one.why for one in found.checked] == [Why.OTHER_CALLER, Why.APPLIES]
    assert str(decide(plan(*rules), "+8621", "+86139", OPEN).destination) == "hangup"


def test_outside_of_its_hours_a_route_leads_elsewhere_or_does_not_apply():
    day = route(1, "queue:sales", hours=OFFICE.id, closed=to("voicemail:7"))
    assert str(decide(plan(day), HOTLINE, CALLER, OPEN).destination) == "queue:sales"
    night = decide(plan(day), HOTLINE, CALLER, NIGHT)
    assert (str(night.destination), night.by.why) == ("voicemail:7", Why.AFTER_HOURS)
    only = replace(day, closed=None)
    assert str(decide(plan(only), HOTLINE, CALLER, NIGHT).destination) == "flow:1"


def test_forced_handling_goes_before_routes_until_its_time():
    forced = Forced(to("flow:9"), until=OPEN + 60)
    made = plan(route(1), forced=(forced,))
    assert str(decide(made, HOTLINE, CALLER, OPEN).destination) == "flow:9"
    assert str(decide(made, HOTLINE, CALLER, OPEN + 60).destination) == "queue:sales"
    one = Forced(to("queue:one"), number=HOTLINE)
    both = plan(forced=(forced, one))
    assert str(decide(both, HOTLINE, CALLER, OPEN).destination) == "queue:one"


@pytest.mark.parametrize(
    ("effect", "cause", "message"),
    [
        (Effect(EffectKind.REFUSE), REJECTED, False),
        (Effect(EffectKind.BUSY), BUSY, False),
        (Effect(EffectKind.MESSAGE), None, True),
    ],
)
def test_a_blacklisted_caller_is_refused_before_everything_else(effect, cause, message):
    lists = NumberLists([entry(ListKind.BLACK, effect)])
    found = decide(plan(route(1), lists=lists), HOTLINE, CALLER, OPEN)
    assert found.destination.kind is DestinationKind.HANG_UP
    assert (found.cause, found.message, found.by.kind) == (cause, message, "list")
    assert decide(plan(route(1), lists=lists), HOTLINE, "", OPEN).by.kind == "route"


def test_callers_who_hide_their_number_can_be_blacklisted():
    hidden = replace(entry(ListKind.BLACK, Effect(EffectKind.REFUSE)), pattern=WITHHELD)
    made = plan(route(1), lists=NumberLists([hidden]))
    assert decide(made, HOTLINE, "", OPEN).cause == REJECTED
    assert decide(made, HOTLINE, CALLER, OPEN).cause is None


def test_a_vip_has_priority_or_a_queue_of_their_own():
    first = NumberLists([entry(ListKind.VIP, Effect(EffectKind.PRIORITY, "20"))])
    found = decide(plan(route(1), lists=first), HOTLINE, CALLER, OPEN)
    assert (str(found.destination), found.priority) == ("queue:sales", 20)
    own = NumberLists([entry(ListKind.VIP, Effect(EffectKind.QUEUE, "vip"))])
    assert str(decide(plan(route(1), lists=own), HOTLINE, CALLER, OPEN).destination) == "queue:vip"


@pytest.mark.parametrize(
    ("pattern", "number", "wanted"),
    [
        ("", "anything", True), ("+86400*", HOTLINE, True), ("+86400*", "+8610", False),
        (HOTLINE, HOTLINE, True), ("+86400800????", HOTLINE, True),
        ("+86400800???", HOTLINE, False),
        ("+86?00*", HOTLINE, True), ("1*", "", False),
    ],
)  # fmt: skip
def test_a_pattern_is_a_number_a_beginning_or_has_open_digits(pattern, number, wanted):
    assert matches(pattern, number) is wanted


@pytest.mark.parametrize("text", ["abc", "+86 400", "1;2", "1" * 40, "1,2"])
def test_what_is_no_pattern_is_refused(text):
    with pytest.raises(InvalidError):
        read_pattern(text, "called")


def test_a_route_behind_a_broader_one_is_hidden():
    assert hides(route(1), route(2, called=HOTLINE))
    assert hides(route(1, called="+86*"), route(2, called="+86400*"))
    assert not hides(route(1, called="+86400*"), route(2, called="+86*"))
    assert not hides(route(1, hours=OFFICE.id), route(2))
    assert not hides(route(1, caller=CALLER), route(2))


DIGITS = st.text("0123456789", min_size=0, max_size=12).map(lambda d: f"+{d}" if d else "")
PATTERNS = st.one_of(
    st.just(""), DIGITS, DIGITS.map(lambda d: f"{d}*" if d else ""),
    DIGITS.map(lambda d: d[:3] + "?" + d[4:] if len(d) > 4 else d),
)  # fmt: skip
DESTINATIONS = st.sampled_from(["queue:a", "flow:2", "agent:3", "hangup", "voicemail:4"]).map(to)
ROUTES = st.lists(
    st.builds(
        RouteRule, st.integers(1, 99).map(RouteId), st.just("r"), DESTINATIONS, PATTERNS, PATTERNS,
        st.sampled_from([None, OFFICE.id]), st.one_of(st.none(), DESTINATIONS),
    ),
    max_size=8,
).map(tuple)  # fmt: skip


@given(ROUTES, DIGITS, DIGITS, st.sampled_from([OPEN, NIGHT]))
def test_every_call_ends_in_a_destination_and_the_index_changes_nothing(rules, called, caller, at):
    made = plan(*rules)
    found, slow = decide(made, called, caller, at), explain(made, called, caller, at)
    assert isinstance(found.destination, Destination)
    assert (found.destination, found.by) == (slow.destination, slow.by)
