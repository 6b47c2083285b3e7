"""The command `hotline simulate FILE`: play a scenario and print its figures."""

import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from pydantic import ValidationError

from acd.simulate.result import Figures, Result, simulate
from acd.simulate.scenario import Scenario
from acd.simulate.student import ConfidenceInterval
from crm.kernel.errors import InvalidError
from web.simulations.reading import read_scenario
from web.simulations.scenario_shapes import ScenarioBody
from web.simulations.shapes import show_result

MOST_RUNS = 10_000
NAME_WIDTH = 24
_SHARE, _SECONDS, _COUNT = "share", "seconds", "count"
COLUMNS = (
    ("Offered", "offered", _COUNT),
    ("Answered", "answered", _COUNT),
    ("Abandoned", "abandoned_share", _SHARE),
    ("Service level", "service_level_3", _SHARE),
    ("ASA", "asa_seconds", _SECONDS),
    ("Longest wait", "longest_wait_seconds", _SECONDS),
    ("Occupancy", "occupancy", _SHARE),
)
WIDTH = 17


def command(path: Path | None, *, runs: int, seed: int, as_json: bool, schema: bool) -> int:
    """Simulate the scenario of a file, or print the JSON schema of such files."""
    if schema:
        _print([json.dumps(ScenarioBody.model_json_schema(), indent=2)])
        return 0
    if path is None:
        raise InvalidError("Name the file of a scenario, or ask for --schema.")
    if not 1 <= runs <= MOST_RUNS or seed < 0:
        raise InvalidError("Use 1 to {most} runs, and a seed that is not negative.", most=MOST_RUNS)
    body, scenario = read(path)
    progress = _progress(runs) if sys.stderr.isatty() else None
    result = simulate(scenario, runs=runs, seed=seed, after_run=progress)
    if as_json:
        _print([show_result(result).model_dump_json(indent=2)])
    else:
        _print(table(body.name or path.name, scenario, result))
    return 0


def read(path: Path) -> tuple[ScenarioBody, Scenario]:
    """Read a scenario; InvalidError says what is wrong at which place of the file."""
    try:
        given = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise InvalidError("{file} cannot be read: {why}.", file=path, why=why) from None
    try:
        body = ScenarioBody.model_validate_json(given)
        return body, read_scenario(body)
    except ValidationError as error:
        lines = [f"  {_place(one['loc'])}{one['msg']}" for one in error.errors()]
        what = "\n".join(lines)
        raise InvalidError("{file} is no scenario:\n{what}", file=path, what=what) from None
    except InvalidError as error:
        what = _place(error.field.split(".")) + error.sentence.format(**error.values)
        raise InvalidError("{file} is no scenario:\n  {what}", file=path, what=what) from None


def _place(parts: Iterable[str | int]) -> str:
    """Write a place as `queues[0].members`."""
    text = ""
    for part in map(str, parts):
        text += f"[{part}]" if part.isdecimal() else f".{part}" if text else part
    return f"{text}: " if text else ""


def table(name: str, scenario: Scenario, result: Result) -> list[str]:
    """Give the lines of the result's table."""
    runs = "1 run" if result.runs == 1 else f"{result.runs} runs"
    lines = [
        f"{name}: {runs}, seed {result.seed}, {len(scenario.seats)} agents",
        "",
        " " * NAME_WIDTH + "".join(f"{title:>{WIDTH}}" for title, _, _ in COLUMNS),
        _line("All", result.whole),
    ]
    names = {str(queue.key): queue.name for queue in scenario.queues}
    lines += [_line(f"Queue {names.get(key, key)}", one) for key, one in result.queues.items()]
    lines += [_line(f"Skill {key}", one) for key, one in result.skills.items()]
    lines += [
        "",
        "Service level: answered within the queue's threshold, of answered and abandoned.",
    ]
    if result.runs > 1:
        lines.append("± is half the 95 % interval over the runs.")
    return lines


def _line(name: str, figures: Figures) -> str:
    cells = (_cell(figures.get(key), kind) for _, key, kind in COLUMNS)
    cut = name if len(name) < NAME_WIDTH else f"{name[: NAME_WIDTH - 2]}…"
    return f"{cut:{NAME_WIDTH}}" + "".join(f"{cell:>{WIDTH}}" for cell in cells)


def _cell(value: ConfidenceInterval | None, kind: str) -> str:
    if value is None:
        return "-"
    times, unit, digits = {
        _SHARE: (100.0, " %", 1),
        _SECONDS: (1.0, " s", 1),
        _COUNT: (1.0, "", 0),
    }[kind]
    text = f"{value.mean * times:.{digits}f}"
    if value.half is not None:
        text += f" ±{value.half * times:.{digits}f}"
    return text + unit


def _progress(runs: int) -> Callable[[int], None]:
    def show(done: int) -> None:
        sys.stderr.write(f"\r{done} of {runs} runs" + ("\n" if done == runs else ""))
        sys.stderr.flush()

    return show


def _print(lines: Iterable[str]) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
