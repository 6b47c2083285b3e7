"""Saved test cases: where their calls go, and which a change of the routes sends elsewhere."""

from dataclasses import replace
from datetime import UTC, datetime

from crm.kernel.destination import read_destination
from cti.routes.cases import RouteCase, changes, run
from cti.routes.rule import RouteId, RoutePlan, RouteRule
from ivr.flow import FlowId, NumberSettings

HOTLINE, SHANGHAI, BEIJING = "+864008001234", "+862161234567", "+861065529988"
AT = datetime(2026, 12, 1, 2, tzinfo=UTC)


def case(caller: str, destination: str = "flow:1", id_: int = 1) -> RouteCase:
    return RouteCase(id_, HOTLINE, caller, AT, destination)


def plan(*rules: RouteRule) -> RoutePlan:
    return RoutePlan({HOTLINE: NumberSettings(FlowId(1), "en")}, rules)


def rule(destination: str, caller: str = "+8621*") -> RouteRule:
    return RouteRule(RouteId(1), "Shanghai", read_destination(destination), caller=caller)


def test_a_case_that_differs_from_what_is_expected_is_told() -> None:
    (found,) = run(plan(rule("queue:sales")), [case(SHANGHAI)])

    assert str(found.destination) == "queue:sales"
    assert not found.as_expected
    assert next(run(plan(), [case(SHANGHAI)])).as_expected


def test_only_cases_whose_calls_go_elsewhere_are_changed() -> None:
    before = plan(rule("queue:sales"))
    cases = [case(SHANGHAI), case(BEIJING, id_=2)]

    (changed,) = changes(before, plan(rule("hangup")), cases)

    assert (str(changed.before), str(changed.after)) == ("queue:sales", "hangup")
    assert changed.case.caller == SHANGHAI
    assert changes(before, replace(before), cases) == []
