"""Saved test cases of the routes: where each call goes, and which a change would send elsewhere."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from crm.kernel.destination import Destination
from cti.routes.rule import RoutePlan, decide


@dataclass(frozen=True, slots=True)
class RouteCase:
    """A saved question: where a call at a time goes, and where it should."""

    id: int
    called: str
    caller: str
    at: datetime
    destination: str


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case and where its call goes now."""

    case: RouteCase
    destination: Destination

    @property
    def as_expected(self) -> bool:
        """Whether the call goes where it should."""
        return str(self.destination) == self.case.destination


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A case whose call a change of the routes would send elsewhere."""

    case: RouteCase
    before: Destination
    after: Destination


def run(plan: RoutePlan, cases: Iterable[RouteCase]) -> Iterator[CaseResult]:
    """Give where the call of each case goes."""
    for case in cases:
        found = decide(plan, case.called, case.caller, case.at.timestamp())
        yield CaseResult(case, found.destination)


def changes(before: RoutePlan, after: RoutePlan, cases: Iterable[RouteCase]) -> list[CaseChange]:
    """Give the cases whose calls another plan sends elsewhere."""
    kept = list(cases)
    pairs = zip(run(before, kept), run(after, kept), strict=True)
    return [
        CaseChange(one.case, one.destination, two.destination)
        for one, two in pairs
        if one.destination != two.destination
    ]
