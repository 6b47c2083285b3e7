"""Actions on the tests of flows: simulate, list with results, add, change, remove."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from crm.kernel.errors import InvalidError
from crm.people.person import SignedIn
from crm.people.store import names
from ivr.drafts import store as drafts
from ivr.simulation import store
from ivr.simulation.scenario import read_scenario
from ivr.simulation.store import FlowTest
from web.flow_tests.naming import Naming
from web.flow_tests.playing import TestRun, draft_of, play, run_tests, simulated
from web.flow_tests.shapes import (
    CallScenarioBody,
    CoverageShape,
    FlowTestBody,
    FlowTestShape,
    FlowTestShapes,
    PlayedShape,
    SimulateBody,
)
from web.flow_tests.views import show_named_ways, show_played
from web.flows.world import flow_world
from web.kit.audit import note
from web.kit.i18n import N_, Reader


def simulate(session: Session, reader: Reader, flow: int, body: SimulateBody) -> PlayedShape:
    """Play a scenario on the draft or on a document."""
    document = body.document
    if document is None:
        drafts.flow_name(session, flow)
        document = dict(drafts.draft(session, flow).document)
    read = draft_of(session, flow, document)
    played = play(simulated(session, read), read, read_scenario(dump(body.scenario)))
    naming = Naming(session, reader, flow_world(session, reader), flow, document)
    return show_played(session, naming, played)


def dump(body: CallScenarioBody | Any) -> dict[str, Any]:
    """A body as it is stored: without what is as usual."""
    told: dict[str, Any] = body.model_dump(mode="json", exclude_defaults=True)
    return told


def show_tests(session: Session, reader: Reader, flow: int) -> FlowTestShapes:
    """Run all tests of a flow on its draft, and show their results."""
    drafts.flow_name(session, flow)
    document = drafts.draft(session, flow).document
    run = run_tests(session, flow, document)
    naming = Naming(session, reader, flow_world(session, reader), flow, document)
    return FlowTestShapes(items=_shapes(session, naming, run), coverage=_coverage(naming, run))


def _shapes(session: Session, naming: Naming, run: TestRun) -> list[FlowTestShape]:
    people = names(session, [one.test.changed_by for one in run.tested if one.test.changed_by])
    return [
        FlowTestShape(
            id=one.test.id,
            name=one.test.name,
            scenario=dict(one.test.scenario),
            expect=dict(one.test.expect),
            passed=one.passed,
            why=naming.failures(one),
            changed_at=one.test.changed_at,
            changed_by=people.get(one.test.changed_by or 0, ""),
        )
        for one in run.tested
    ]


def _coverage(naming: Naming, run: TestRun) -> CoverageShape:
    found = run.coverage
    missing = show_named_ways(naming, found.missing)
    return CoverageShape(ways=len(found.ways), taken=len(found.taken), missing=missing)


def show_test(session: Session, reader: Reader, flow: int, test: int) -> FlowTestShape:
    """Run one test on the draft, and show its result."""
    found = store.flow_test(session, flow, test)
    document = drafts.draft(session, flow).document
    run = run_tests(session, flow, document, [found])
    naming = Naming(session, reader, flow_world(session, reader), flow, document)
    return _shapes(session, naming, run)[0]


def add(session: Session, request: Request, who: SignedIn, flow: int, body: FlowTestBody) -> int:
    """Add a test."""
    drafts.flow_name(session, flow, lock=True)
    said = (body.name, dump(body.scenario), dump(body.expect), who.user.id)
    test = store.add_test(session, flow, *said)
    note(session, request, who, "flow.test_added", "flows", flow, {}, {"test": body.name})
    return test


def change(  # noqa: PLR0913, PLR0917 - a test and who changes it
    session: Session, request: Request, who: SignedIn, flow: int, test: int, body: FlowTestBody
) -> None:
    """Change a test."""
    drafts.flow_name(session, flow, lock=True)
    before = store.flow_test(session, flow, test)
    said = (body.name, dump(body.scenario), dump(body.expect), who.user.id)
    store.change_test(session, flow, test, *said)
    after = store.flow_test(session, flow, test)
    if _kept(before) != _kept(after):
        told = [
            {"test": one.name, "scenario": dict(one.scenario), "expect": dict(one.expect)}
            for one in (before, after)
        ]
        note(session, request, who, "flow.test_changed", "flows", flow, *told)


def remove(session: Session, request: Request, who: SignedIn, flow: int, test: int) -> None:
    """Delete a test."""
    drafts.flow_name(session, flow, lock=True)
    name = store.flow_test(session, flow, test).name
    store.remove_test(session, flow, test)
    note(session, request, who, "flow.test_removed", "flows", flow, {"test": name}, {})


def _kept(test: FlowTest) -> tuple[object, ...]:
    return test.name, dict(test.scenario), dict(test.expect)


# ---- a file with a flow and its tests


def export(session: Session, flow: int) -> dict[str, Any]:
    """Give the draft with its tests, as a file holds them."""
    drafts.flow_name(session, flow)
    tests = store.flow_tests(session, flow)
    return {
        "document": dict(drafts.draft(session, flow).document),
        "tests": [
            {"name": one.name, "scenario": dict(one.scenario), "expect": dict(one.expect)}
            for one in tests
        ],
    }


def read_tests(told: object) -> list[FlowTestBody]:
    """Read the tests of a file; InvalidError if one cannot be read."""
    if not isinstance(told, Sequence) or isinstance(told, str):
        raise InvalidError(N_("The tests of the file cannot be read."), "document")
    try:
        return [FlowTestBody.model_validate(one) for one in told]
    except ValueError:
        raise InvalidError(N_("The tests of the file cannot be read."), "document") from None


def take_tests(
    session: Session, request: Request, who: SignedIn, flow: int, tests: Sequence[FlowTestBody]
) -> None:
    """Put tests in the place of those that a flow has; its row is locked."""
    before = [one.name for one in store.flow_tests(session, flow)]
    store.remove_tests(session, flow)
    for one in tests:
        store.add_test(session, flow, one.name, dump(one.scenario), dump(one.expect), who.user.id)
    told = {"tests": before}, {"tests": [one.name for one in tests]}
    note(session, request, who, "flow.tests_imported", "flows", flow, *told)


def tests_of(told: Mapping[str, Any]) -> list[FlowTest]:
    """The tests of a file, as if they were stored."""
    return [
        FlowTest(number, one.name, dump(one.scenario), dump(one.expect))
        for number, one in enumerate(read_tests(told.get("tests", [])), start=1)
    ]
