"""Plays one simulation, in a process of its own with limits: `python -m web.simulations.worker`.

The argument is the simulation's folder. At most two play at once; others wait. When the time is
over, the result is of the runs that were done.
"""

import os
import resource
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from acd.simulate.figures import ALL, RunFigures, figures_of
from acd.simulate.result import Result, result_of
from acd.simulate.run import play
from acd.simulate.scenario import Scenario
from acd.simulate.student import over_runs
from web.simulations.folder import (
    PROGRESS,
    REQUEST,
    RESULT,
    alive_in,
    locked,
    read_json,
    write_whole,
)
from web.simulations.reading import read_scenario
from web.simulations.scenario_shapes import ScenarioBody
from web.simulations.shapes import show_figures, show_result

AT_ONCE = 2
MEMORY_BYTES = 2_000_000_000
SECONDS = 90.0  # of processor time, after which no run begins
CPU_SECONDS = 150
LONGEST_WAIT_SECONDS = 600.0
LEAST_RUNS = 2  # below it there are no intervals


def main() -> None:
    """Play the simulation of a folder."""
    folder = Path(sys.argv[1])
    os.nice(10)  # calls come first
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    with alive_in(folder):
        _wait_for_turn(folder, lambda: work(folder))


def _wait_for_turn(folder: Path, do: Callable[[], None]) -> None:
    until = time.monotonic() + LONGEST_WAIT_SECONDS
    while time.monotonic() < until and folder.is_dir():
        for slot in range(AT_ONCE):
            with locked(folder.parent / f"slot-{slot}") as ours:
                if ours:
                    do()
                    return
        time.sleep(0.2)


def work(folder: Path) -> None:
    """Play all variants, run by run, so that each run meets the same callers in each of them."""
    request = read_json(folder / REQUEST)
    if request is None:
        return
    scenarios = [read_scenario(ScenarioBody(**one)) for one in request["variants"]]
    try:
        result = _play(folder, scenarios, request)
    except MemoryError:
        result = {"error": "too large"}
    if folder.is_dir():  # else it was cancelled
        write_whole(folder / RESULT, result)


def _play(
    folder: Path, scenarios: Sequence[Scenario], request: Mapping[str, Any]
) -> dict[str, Any]:
    runs, seed = int(request["runs"]), int(request["seed"])
    played: list[list[RunFigures]] = [[] for _ in scenarios]
    for run in range(runs):
        if run >= LEAST_RUNS and time.process_time() > SECONDS:
            break
        write_whole(folder / PROGRESS, {"runs_done": run})
        for scenario, found in zip(scenarios, played, strict=True):
            found.append(figures_of(scenario, play(scenario, seed, run)))
    results = [
        result_of(scenario, its, seed) for scenario, its in zip(scenarios, played, strict=True)
    ]
    queue = str(request["said"].get("queue", ""))
    return {
        "results": [show_result(one).model_dump(mode="json") for one in results],
        "changes": _changes(played),
        "hours": [_by_hour(one, queue) for one in results],
    }


def _by_hour(result: Result, queue: str) -> list[dict[str, float]]:
    """Give a service level, and the calls behind it, for each interval of a queue, or of all."""
    intervals = result.queue_intervals.get(queue, {}) if queue else result.intervals
    rows = []
    for start, figures in intervals.items():
        level, answered, abandoned = (
            figures.get(name) for name in ("service_level_3", "answered", "abandoned")
        )
        if level is not None and answered is not None and abandoned is not None:
            calls = answered.mean + abandoned.mean
            rows.append({"start": start / 3600, "level": level.mean, "calls": calls})
    return rows


def _changes(played: Sequence[Sequence[RunFigures]]) -> dict[str, Any]:
    """Give the differences of the last variant to the first, by queue, and of all ("")."""
    if len(played) == 1:
        return {}
    before, after = played[0], played[-1]
    names = {key for run in before for key in run.parts if key == ALL or key[0] == "queue"}
    return {
        key[1]: show_figures(
            {
                name: over_runs(
                    [
                        _difference(
                            one.parts.get(key, {}).get(name), two.parts.get(key, {}).get(name)
                        )
                        for one, two in zip(before, after, strict=True)
                    ]
                )
                for name in before[0].parts.get(key, {})
            }
        ).model_dump(mode="json")
        for key in sorted(names)
    }


def _difference(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before


if __name__ == "__main__":
    main()
