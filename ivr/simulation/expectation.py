"""What a test of a flow expects, and whether a simulated call did it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from crm.kernel.errors import HotlineError
from ivr.flow import Flow
from ivr.simulation.run import End, PlayedCall
from ivr.simulation.ways import FlowWay, ways_of
from ivr.step import WaitsFor


@dataclass(frozen=True, slots=True)
class Expectation:
    """Where the call ends, the steps it comes to, and variables at the end."""

    ends: End | None = None
    passes: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)


class MismatchKind(StrEnum):
    """Why a test fails."""

    UNREADABLE = "unreadable"  # the flow or the test cannot be read
    MISSING = "missing"  # a question without an answer
    WAITS = "waits"  # the script is over and the call waits for a key
    ENDS = "ends"
    PASSES = "passes"
    VARIABLE = "variable"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing that was not as expected."""

    why: MismatchKind
    step: str = ""
    name: str = ""
    found: str = ""
    wanted: str = ""
    end: End | None = None  # how it ended instead
    error: HotlineError | None = None  # why no call can begin


def read_expectation(told: Mapping[str, Any]) -> Expectation:
    """Read it from JSON that was checked."""
    ends = told.get("ends")
    return Expectation(
        End(str(ends["kind"]), str(ends.get("target") or "")) if ends else None,
        tuple(map(str, told.get("passes") or ())),
        {str(name): str(value) for name, value in (told.get("variables") or {}).items()},
    )


def mismatches(expected: Expectation, played: PlayedCall) -> Iterator[Mismatch]:
    """Give what is not as expected; nothing if the test passes."""
    if played.missing:
        yield Mismatch(MismatchKind.MISSING, played.missing[0].step, played.missing[0].question)
    elif expected.ends is not None and played.ended is None:
        if played.waits_for is not WaitsFor.NOTHING:
            yield Mismatch(MismatchKind.WAITS, played.at[1])
    elif expected.ends is not None and played.ended != expected.ends:
        yield Mismatch(MismatchKind.ENDS, end=played.ended)
    came = {one.step for one in played.entered}
    for step in expected.passes:
        if step not in came:
            yield Mismatch(MismatchKind.PASSES, step)
    for name, wanted in expected.variables.items():
        if (found := played.variables.get(name, "")) != wanted:
            yield Mismatch(MismatchKind.VARIABLE, name=name, found=found, wanted=wanted)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The ways of a flow, and those that passing tests take."""

    ways: tuple[FlowWay, ...]
    taken: frozenset[FlowWay]

    @property
    def missing(self) -> tuple[FlowWay, ...]:
        """The ways that no passing test takes."""
        return tuple(way for way in self.ways if way not in self.taken)


def coverage(flow: Flow, passing: Iterable[PlayedCall]) -> Coverage:
    """Count the ways of a flow that calls took."""
    ways = tuple(ways_of(flow))
    taken = {way for played in passing for way in played.ways}
    return Coverage(ways, frozenset(taken & set(ways)))
