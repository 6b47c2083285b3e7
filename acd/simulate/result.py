"""The result of several runs: each figure with its 95 % interval."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from acd.queue import AgentId
from acd.simulate.figures import ALL, FigurePart, Key, RunFigures, figures_of
from acd.simulate.run import play
from acd.simulate.scenario import Scenario
from acd.simulate.student import ConfidenceInterval, over_runs

Figures = Mapping[str, ConfidenceInterval | None]

_COUNTS = ("offered", "answered", "abandoned", "sent_on", "still_waiting")


@dataclass(frozen=True, slots=True)
class SeatResult:
    """The part of one agent."""

    agent: AgentId
    name: str
    occupancy: ConfidenceInterval | None
    share: ConfidenceInterval | None  # of all answered calls


@dataclass(frozen=True, slots=True)
class Result:
    """The result of several runs of a scenario."""

    runs: int
    seed: int
    whole: Figures
    queues: Mapping[str, Figures]
    skills: Mapping[str, Figures]
    intervals: Mapping[int, Figures]  # by the second at which they start
    queue_intervals: Mapping[str, Mapping[int, Figures]]
    agents: Sequence[SeatResult]


def simulate(
    scenario: Scenario, *, runs: int, seed: int, after_run: Callable[[int], None] | None = None
) -> Result:
    """Play a scenario several times. `after_run` hears how many runs are done."""
    played = []
    for run in range(runs):
        played.append(figures_of(scenario, play(scenario, seed, run)))
        if after_run is not None:
            after_run(run + 1)
    return result_of(scenario, played, seed)


def result_of(scenario: Scenario, runs: Sequence[RunFigures], seed: int) -> Result:
    """Put the figures of runs together."""
    keys = {key: None for run in runs for key in run.parts}
    parts = {key: _figures(runs, key) for key in keys}
    by_start = {
        int(name): one for (part, name), one in parts.items() if part is FigurePart.INTERVAL
    }
    return Result(
        len(runs),
        seed,
        parts.get(ALL, {}),
        _named(parts, FigurePart.QUEUE, [queue.key for queue in scenario.queues]),
        _named(
            parts, FigurePart.SKILL, sorted(name for part, name in keys if part is FigurePart.SKILL)
        ),
        dict(sorted(by_start.items())),
        _queue_intervals(parts),
        [
            SeatResult(
                seat.agent,
                seat.name,
                over_runs([run.occupancy[seat.agent] for run in runs]),
                over_runs([run.shares[seat.agent] for run in runs]),
            )
            for seat in scenario.seats
        ],
    )


def _queue_intervals(parts: Mapping[Key, Figures]) -> Mapping[str, Mapping[int, Figures]]:
    found: dict[str, dict[int, Figures]] = {}
    for (part, name), figures in parts.items():
        if part is FigurePart.QUEUE_INTERVAL:
            start, _, queue = name.partition(" ")
            found.setdefault(queue, {})[int(start)] = figures
    return {queue: dict(sorted(its.items())) for queue, its in found.items()}


def _named(
    parts: Mapping[Key, Figures], part: FigurePart, names: Sequence[str]
) -> Mapping[str, Figures]:
    return {name: parts[part, name] for name in names if (part, name) in parts}


def _figures(runs: Sequence[RunFigures], key: Key) -> Figures:
    """Give each figure over the runs; a run without any call of the part counts as zero calls."""
    rows = [run.parts.get(key) for run in runs]
    names = {name: None for row in rows if row is not None for name in row}
    return {
        name: over_runs(
            [
                row.get(name) if row is not None else (0.0 if name in _COUNTS else None)
                for row in rows
            ]
        )
        for name in names
    }
