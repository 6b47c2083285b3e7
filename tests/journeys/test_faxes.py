"""A fax machine calls: the dialplan receives the fax, whether an engine is there or not."""

import pytest
from journeys.invariants import check

from crm.calls.record import CallResult
from crm.kernel.destination import read_destination
from cti.core import events as e
from cti.core.leg import LegId
from cti.core.stage import Stage
from cti.routes.rule import RouteId, RoutePlan, RouteRule
from ivr.flow import FlowId, NumberSettings


def plan(*, faxes=True):
    rule = RouteRule(RouteId(1), "Fax", read_destination("fax"))
    return RoutePlan({"100": NumberSettings(FlowId(1))}, (rule,), faxes=faxes)


@pytest.fixture
def faxing(fake):
    fake.hear(e.RoutesChanged(plan()))
    fake.dial("c1")
    return fake


def details(fake, kind):
    return [line.detail for line in fake.timeline("c1") if line.kind == kind]


def test_a_fax_is_received_and_noted_though_the_call_is_over(faxing):
    assert faxing.stage("c1") is Stage.FAX
    assert faxing.hearing[LegId("c1")] == "fax c1-1"
    faxing.wait(40)
    faxing.caller_hangs_up("c1")
    faxing.hear(e.FaxEnded(LegId("c1"), "c1-1", 3, "+8621"))

    (told,) = details(faxing, "fax received")
    assert told == {"file": "c1-1", "pages": 3, "station": "+8621"}
    assert faxing.record("c1").result is CallResult.FAX
    check(faxing)


def test_what_fails_says_why(faxing):
    faxing.caller_hangs_up("c1")
    faxing.hear(e.FaxEnded(LegId("c1"), "c1-1", 1, why="the other side hung up"))

    (told,) = details(faxing, "fax failed")
    assert told == {"file": "c1-1", "pages": 1, "why": "the other side hung up"}
    assert faxing.record("c1").result is CallResult.FAILED


def test_an_engine_that_dies_meanwhile_does_not_disturb_it(faxing):
    faxing.engine_dies()
    assert faxing.stage("c1") is Stage.FAX
    assert faxing.hearing[LegId("c1")] == "fax c1-1"
    faxing.press("c1", "1")
    faxing.wait(10)
    faxing.caller_hangs_up("c1")
    faxing.hear(e.FaxEnded(LegId("c1"), "c1-1", 2))

    assert faxing.record("c1").result is CallResult.FAX
    check(faxing)


def test_a_caller_whose_fax_was_never_begun_is_led_there_again(faxing):
    del faxing.hearing[LegId("c1")]  # the order was lost
    faxing.wait(10)
    faxing.look(first=False)

    assert faxing.hearing[LegId("c1")] == "fax c1-1"


def test_where_faxes_are_off_the_call_ends_and_says_so(fake):
    fake.hear(e.RoutesChanged(plan(faxes=False)))
    fake.dial("c1")

    assert fake.channels == {}
    assert details(fake, "fax refused") == [{"why": "receiving faxes is off"}]
