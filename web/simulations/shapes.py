"""Simulations, as the API takes and returns them."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from acd.simulate.result import Figures, Result
from acd.simulate.student import ConfidenceInterval
from web.kit.bodies import Body
from web.simulations.scenario_shapes import ScenarioBody

Runs = Annotated[int, Field(ge=1, le=100)]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]


class SimulationBody(Body):
    """A scenario, how often it is played, and the seed of chance: the same gives the same."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "runs": 2,
                    "seed": 1,
                    "scenario": {
                        "hours": 1,
                        "queues": [{"key": "support"}],
                        "agents": [{"name": "Agent", "count": 4}],
                        "callers": [
                            {
                                "queue": "support",
                                "rates": [{"start": 0, "end": 1, "per_hour": 30}],
                                "handling": {"kind": "exponential", "mean": 180},
                            }
                        ],
                    },
                }
            ]
        },
    )

    scenario: ScenarioBody
    runs: Runs = 10
    seed: Seed = 1


class IntervalShape(BaseModel):
    """A mean over the runs, and its 95 % interval; without bounds after a single run."""

    mean: float
    low: float | None
    high: float | None


class FiguresShape(BaseModel):
    """Figures of calls; null where there was nothing to measure.

    With N answered, B abandoned and T the queue's threshold, the service levels are
    (N≤T + B≤T) / (N + B), N≤T / N, N≤T / (N + B) and N≤T / (N + B>T).
    """

    offered: IntervalShape | None = None
    answered: IntervalShape | None = None
    abandoned: IntervalShape | None = None
    sent_on: IntervalShape | None = None
    still_waiting: IntervalShape | None = None
    service_level_1: IntervalShape | None = None
    service_level_2: IntervalShape | None = None
    service_level_3: IntervalShape | None = None
    service_level_4: IntervalShape | None = None
    asa_seconds: IntervalShape | None = None
    mean_wait_seconds: IntervalShape | None = None
    longest_wait_seconds: IntervalShape | None = None
    abandoned_share: IntervalShape | None = None
    delayed_share: IntervalShape | None = None
    occupancy: IntervalShape | None = None


class IntervalFigures(FiguresShape):
    """Figures of the callers who came within one interval."""

    start_hours: float


class SimulatedAgent(BaseModel):
    """The part of one agent: busy of the time at work, and of all answered calls."""

    name: str
    occupancy: IntervalShape | None
    share: IntervalShape | None


class ResultShape(BaseModel):
    """What the runs of one scenario gave."""

    runs: int
    seed: int
    whole: FiguresShape
    queues: dict[str, FiguresShape]
    skills: dict[str, FiguresShape]
    intervals: list[IntervalFigures]
    agents: list[SimulatedAgent]


class SimulationState(StrEnum):
    """How far a simulation is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class SimulationShape(BaseModel):
    """A simulation: how far it is, and its result when it is done."""

    id: str
    name: str
    state: SimulationState
    created_at: datetime
    runs_done: int
    runs: int
    result: ResultShape | None = None


def show_result(result: Result) -> ResultShape:
    """Give a result as the API returns it."""
    return ResultShape(
        runs=result.runs,
        seed=result.seed,
        whole=show_figures(result.whole),
        queues=_by_name(result.queues),
        skills=_by_name(result.skills),
        intervals=[
            IntervalFigures(start_hours=start / 3600, **dict(show_figures(figures)))
            for start, figures in result.intervals.items()
        ],
        agents=[
            SimulatedAgent(
                name=one.name, occupancy=_interval(one.occupancy), share=_interval(one.share)
            )
            for one in result.agents
        ],
    )


def show_figures(figures: Figures) -> FiguresShape:
    """Give figures as the API returns them."""
    return FiguresShape(**{name: _interval(one) for name, one in figures.items()})


def _by_name(parts: Mapping[str, Figures]) -> dict[str, FiguresShape]:
    return {name: show_figures(figures) for name, figures in parts.items()}


def _interval(one: ConfidenceInterval | None) -> IntervalShape | None:
    if one is None:
        return None
    low = high = None
    if one.half is not None:
        low, high = round(one.mean - one.half, 6), round(one.mean + one.half, 6)
    return IntervalShape(mean=round(one.mean, 6), low=low, high=high)
