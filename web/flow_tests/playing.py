"""Plays scenarios and tests on drafts, with what is in the database; asks no other system."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from crm.hours.store import time_groups
from crm.kernel.errors import InvalidError
from ivr import fields
from ivr.drafts import store as drafts
from ivr.fields import FieldKind
from ivr.flow import Flow, FlowId
from ivr.simulation.expectation import (
    Coverage,
    Expectation,
    Mismatch,
    MismatchKind,
    coverage,
    mismatches,
    read_expectation,
)
from ivr.simulation.reading import read_draft
from ivr.simulation.run import PlayedCall, SimulatedSite, site_of
from ivr.simulation.scenario import CallScenario, read_scenario
from ivr.simulation.script import play_scenario
from ivr.simulation.store import FlowTest, flow_tests
from ivr.store import published_flows
from web.flow_tests.words import NO_TEST
from web.kit.clock import now


@dataclass(frozen=True, slots=True)
class Tested:
    """A test and what came of it."""

    test: FlowTest
    played: PlayedCall | None
    failures: tuple[Mismatch, ...]

    @property
    def passed(self) -> bool:
        """Whether all was as expected."""
        return not self.failures


@dataclass(frozen=True, slots=True)
class TestRun:
    """The tests of a flow, played on one document of it."""

    __test__ = False

    flow: Flow | None  # None: no call can begin in it
    tested: tuple[Tested, ...]

    @property
    def coverage(self) -> Coverage:
        """The ways that passing tests take."""
        if self.flow is None:
            return Coverage((), frozenset())
        passing = (one.played for one in self.tested if one.passed and one.played is not None)
        return coverage(self.flow, passing)


def draft_of(session: Session, flow: int, document: Mapping[str, Any] | None = None) -> Flow:
    """Read a flow's draft, or another document for it; InvalidError if no call can begin."""
    name = drafts.flow_name(session, flow)
    if document is None:
        document = drafts.draft(session, flow).document
    return read_draft(flow, name, document)


def simulated(session: Session, flow: Flow) -> SimulatedSite:
    """A site with this flow, and the newest versions of all that calls can go on to from it."""
    known: dict[FlowId, Flow] = {flow.id: flow}
    wanted = _led_to(flow) - {flow.id}
    while wanted:
        found = {one.id: one for one in published_flows(session, wanted)}
        known |= found
        wanted = {to for one in found.values() for to in _led_to(one)} - known.keys()
    groups = {group.id: group for group in time_groups(session)}
    return site_of(known, groups, now())


def _led_to(flow: Flow) -> set[FlowId]:
    return {
        FlowId(getattr(step.fields, name))
        for step in flow.steps.values()
        for name, one in fields.specs(type(step.fields)).items()
        if one.kind is FieldKind.FLOW
    }


def play(site: SimulatedSite, flow: Flow, scenario: CallScenario) -> PlayedCall:
    """Play a scenario at its own time."""
    if scenario.clock is not None:
        site = SimulatedSite(site.flows, site.hours, scenario.clock)
    return play_scenario(site, flow.id, scenario)


def run_tests(
    session: Session,
    flow: int,
    document: Mapping[str, Any] | None = None,
    tests: Sequence[FlowTest] | None = None,
) -> TestRun:
    """Run the tests of a flow, or others, on its draft, or on another document for it."""
    tests = flow_tests(session, flow) if tests is None else tests
    try:
        read = draft_of(session, flow, document)
    except InvalidError as error:
        failed = Mismatch(MismatchKind.UNREADABLE, error=error)
        return TestRun(None, tuple(Tested(one, None, (failed,)) for one in tests))
    return run_on(simulated(session, read), read, tests)


def run_on(site: SimulatedSite, flow: Flow, tests: Sequence[FlowTest]) -> TestRun:
    """Run tests on a flow of a site."""
    return TestRun(flow, tuple(_tested(site, flow, tests)))


def _tested(site: SimulatedSite, flow: Flow, tests: Sequence[FlowTest]) -> Iterator[Tested]:
    for one in tests:
        try:
            scenario: CallScenario = read_scenario(one.scenario)
            expected: Expectation = read_expectation(one.expect)
        except (ValueError, TypeError, KeyError, AttributeError):
            yield Tested(
                one, None, (Mismatch(MismatchKind.UNREADABLE, error=InvalidError(NO_TEST)),)
            )
            continue
        played = play(site, flow, scenario)
        yield Tested(one, played, tuple(mismatches(expected, played)))
