"""The callers of one run, drawn from a seed before it begins.

Each stream of a scenario has its own random numbers, so a change of the staff or of the strategy
meets the very same callers: differences between two variants are theirs, not chance.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from acd.simulate.scenario import (
    ArrivalRate,
    Constant,
    Empirical,
    Exponential,
    Lognormal,
    Scenario,
    Stream,
    Times,
)

NEVER = math.inf


@dataclass(frozen=True, slots=True)
class Caller:
    """One caller with all that chance decides about them."""

    at: float
    stream: int
    handling: float
    patience: float
    wrap_up: float | None


def generator(seed: int, run: int, part: int) -> Generator:
    """Random numbers that depend on these three numbers alone."""
    return np.random.default_rng([seed, run, part])


def callers(scenario: Scenario, seed: int, run: int) -> list[Caller]:
    """Give all callers of a run in the order in which they come."""
    found = [
        caller
        for number, stream in enumerate(scenario.streams)
        for caller in _of_stream(scenario, stream, number, generator(seed, run, number))
    ]
    return sorted(found, key=lambda one: (one.at, one.stream))


def _of_stream(scenario: Scenario, stream: Stream, number: int, chance: Generator) -> list[Caller]:
    times = arrivals(stream.arrivals, scenario.seconds, chance)
    count = len(times)
    handling = draw(stream.handling, count, chance)
    patience = [NEVER] * count if stream.patience is None else draw(stream.patience, count, chance)
    wrap_up: Sequence[float | None] = [None] * count
    if stream.wrap_up is not None:
        wrap_up = draw(stream.wrap_up, count, chance)
    return [
        Caller(at, number, talk, waits, after)
        for at, talk, waits, after in zip(times, handling, patience, wrap_up, strict=True)
    ]


def arrivals(
    given: Sequence[ArrivalRate] | Sequence[float], until: float, chance: Generator
) -> list[float]:
    """Give the times at which callers come, those of Poisson rates drawn."""
    times: list[float] = []
    for one in given:
        if isinstance(one, ArrivalRate):
            end = min(one.end, until)
            count = chance.poisson(one.per_hour * max(0.0, end - one.start) / 3600)
            times.extend(chance.uniform(one.start, end, count).tolist())
        elif one < until:
            times.append(one)
    return sorted(times)


def draw(times: Times, count: int, chance: Generator) -> list[float]:
    """Draw the given number of times from a distribution."""
    match times:
        case Constant(seconds):
            return [seconds] * count
        case Exponential(mean):
            drawn = chance.exponential(mean, count)
        case Lognormal(mean, deviation):
            spread = math.log1p((deviation / mean) ** 2)
            drawn = chance.lognormal(math.log(mean) - spread / 2, math.sqrt(spread), count)
        case Empirical(seconds):
            drawn = chance.choice(np.array(seconds), count)
    values: list[float] = drawn.tolist()
    return values
