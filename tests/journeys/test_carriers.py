"""Carriers that name another number, and carriers that say nothing."""

import pytest
from journeys.calls_out import (
    CALL,
    CUSTOMER,
    MOBILE,
    ONE,
    TWO,
    call_out,
    dialling,
    open_for_calls,
    plan,
    routed,
)
from journeys.invariants import check

from crm.calls.record import CallResult, Kind
from cti.core import events as e
from cti.core.commands import AskTrunk
from cti.core.leg import LegId
from cti.core.stage import Stage
from cti.core.trunk_legs import MOST_REDIRECTS

OTHER = "13900139000"
MOVED = 23  # Q.850: redirection to a new destination


@pytest.fixture
def ready(fake):
    return open_for_calls(fake)


def names(fake, leg, number):
    """The carrier names another number for a leg, and so ends it."""
    fake.hear(e.LegRedirected(LegId(leg), number))
    fake.ends(leg, MOVED)


def test_a_number_that_the_carrier_names_is_dialled_by_our_rules(ready):
    call_out(ready)
    names(ready, CUSTOMER, OTHER)
    assert ready.dialled[LegId("o1-c3")] == (ONE, "+8613900139000", "+864008001234")
    assert ready.together("o1-a1", "o1-c3")
    ready.answers("o1-c3")
    assert ready.stage(CALL) is Stage.TALKING
    assert CALL in ready.recorded
    ready.ends("o1-c3")
    assert ready.record(CALL).customer_number == f"+86{MOBILE}"
    check(ready)


@pytest.mark.parametrize("number", ["+442079460000", "110", "*43"])
def test_a_number_that_nobody_here_may_dial_or_has_dialled_is_refused(ready, number):
    call_out(ready)
    names(ready, CUSTOMER, number)
    assert ready.channels == {}
    record = ready.record(CALL)
    assert (record.result, record.cause) == (CallResult.UNANSWERED, MOVED)
    (refused,) = [one for one in ready.timeline(CALL) if one.kind is Kind.NOT_TAKEN]
    assert refused.detail["to"] == f"number:{number}"
    check(ready)


def test_numbers_that_lead_in_a_circle_are_given_up(ready):
    call_out(ready)
    for at in range(MOST_REDIRECTS + 1):
        names(ready, f"o1-c{2 + at}", OTHER)
    assert ready.channels == {}
    assert ready.record(CALL).result is CallResult.UNANSWERED


def test_the_end_may_be_told_before_the_new_number(ready):
    call_out(ready)
    ready.unheard(CUSTOMER)
    ready.hear(e.LegEnded(LegId(CUSTOMER), MOVED, sip=302))
    assert ready.stage(CALL) is Stage.DIALLING
    ready.hear(e.LegRedirected(LegId(CUSTOMER), OTHER))
    ready.wait(0)
    assert ready.dialled[LegId("o1-c3")][1] == "+8613900139000"
    ready.answers("o1-c3")
    assert ready.stage(CALL) is Stage.TALKING
    check(ready)


@pytest.mark.parametrize("number", ["", "+442079460000"])
def test_a_number_that_is_never_told_or_not_allowed_ends_the_call_in_words(ready, number):
    call_out(ready)
    ready.unheard(CUSTOMER)
    ready.hear(e.LegEnded(LegId(CUSTOMER), MOVED, sip=302))
    if number:
        ready.hear(e.LegRedirected(LegId(CUSTOMER), number))
    ready.wait(1)
    assert ready.channels == {}
    assert (ready.record(CALL).result, ready.record(CALL).cause) == (CallResult.UNANSWERED, MOVED)
    check(ready)


def test_a_caller_led_outside_waits_for_the_new_number_too(fake):
    routed(fake, f"number:{MOBILE}")
    fake.unheard("c1-o1")
    fake.hear(e.LegEnded(LegId("c1-o1"), MOVED, sip=302))
    fake.hear(e.LegRedirected(LegId("c1-o1"), OTHER))
    fake.wait(0)
    fake.answers("c1-o2")
    assert fake.stage("c1") is Stage.FORWARDED
    assert fake.together("c1", "c1-o2")
    check(fake)


def test_the_new_number_has_the_second_trunk_too(ready):
    call_out(ready)
    names(ready, CUSTOMER, OTHER)
    ready.ends("o1-c3", 34)
    assert ready.dialled[LegId("o1-c4")][:2] == (TWO, "+8613900139000")


def test_an_engine_that_dies_goes_on_with_the_new_number(ready):
    call_out(ready)
    names(ready, CUSTOMER, OTHER)
    ready.engine_dies()
    ready.answers("o1-c3")
    assert ready.stage(CALL) is Stage.TALKING
    assert ready.together("o1-a1", "o1-c3")
    check(ready)


def test_a_caller_led_outside_follows_to_the_number_that_is_named(fake):
    routed(fake, f"number:{MOBILE}")
    names(fake, "c1-o1", OTHER)
    assert fake.dialled[LegId("c1-o2")][1] == "+8613900139000"
    fake.answers("c1-o2")
    assert fake.stage("c1") is Stage.FORWARDED
    assert fake.together("c1", "c1-o2")
    check(fake)


def test_another_number_for_a_leg_that_is_gone_or_up_means_nothing(ready):
    call_out(ready)
    ready.answers(CUSTOMER)
    ready.hear(e.LegRedirected(LegId(CUSTOMER), OTHER))
    ready.hear(e.LegRedirected(LegId("nobody"), OTHER))
    ready.ends(CUSTOMER)
    assert list(ready.dialled) == [CUSTOMER]


def test_a_trunk_that_says_nothing_is_asked_and_left_when_it_is_down(ready):
    call_out(ready)
    ready.state.legs.write(LegId(CUSTOMER), dialling(ready))
    ready.wait(0.8)
    assert AskTrunk(ONE) in ready.asked
    ready.hear(e.TrunkReachable(ONE, reachable=False))
    ready.wait(2.1)
    assert ready.dialled[LegId("o1-c3")][0] == TWO


def test_a_trunk_over_which_it_rings_is_not_asked(ready):
    call_out(ready)
    ready.hear(e.LegRang(LegId(CUSTOMER)))
    ready.wait(5)
    assert not [one for one in ready.asked if isinstance(one, AskTrunk)]


def test_a_rule_that_was_taken_away_meanwhile_allows_no_other_number(ready):
    call_out(ready)
    ready.hear(e.OutboundChanged(plan(rules=())))
    names(ready, CUSTOMER, OTHER)
    assert ready.channels == {}
    check(ready)


@pytest.mark.parametrize("early", [True, False])
def test_an_engine_that_dies_before_the_answer_does_not_dial_again(ready, early):
    ready.early = early
    call_out(ready)
    ready.engine_dies()
    assert ready.together("o1-a1", CUSTOMER)
    ready.answers(CUSTOMER)
    assert ready.stage(CALL) is Stage.TALKING
    check(ready)


def test_a_carrier_that_takes_long_is_not_dialled_again(ready):
    ready.early = True
    call_out(ready)
    ready.wait(20)
    ready.look(first=False)
    ready.answers(CUSTOMER)
    assert ready.stage(CALL) is Stage.TALKING


def test_a_caller_led_outside_is_not_lost_with_the_engine_before_the_answer(fake):
    fake.early = True
    routed(fake, f"number:{MOBILE}")
    fake.ends("c1-o1", 34)
    fake.engine_dies()
    assert fake.together("c1", "c1-o2")
    fake.answers("c1-o2")
    assert fake.stage("c1") is Stage.FORWARDED
    check(fake)
