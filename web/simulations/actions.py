"""Actions on simulations that pages and API share: begin, show, cancel."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request

from crm.kernel.errors import InvalidError
from crm.people.person import SignedIn
from web.kit.audit import note
from web.kit.clock import now
from web.kit.i18n import N_
from web.kit.request import context_of
from web.simulations import folder
from web.simulations.folder import Simulation
from web.simulations.reading import expected_calls, read_scenario
from web.simulations.scenario_shapes import ScenarioBody
from web.simulations.shapes import ResultShape, SimulationShape

MOST_CALLS = 20_000  # of one run, in all variants
MOST_CALLS_OF_RUNS = 300_000
THING = "simulations"


def begin(  # noqa: PLR0913, PLR0917 - what a simulation is made of
    request: Request,
    who: SignedIn,
    variants: Sequence[ScenarioBody],
    runs: int,
    seed: int,
    said: Mapping[str, Any] | None = None,
) -> str:
    """Check scenarios and begin to play them; give the simulation's id.

    InvalidError for a bad scenario, and for one that would take too long.
    """
    calls = sum(expected_calls(read_scenario(one)) for one in variants)
    if calls > MOST_CALLS * len(variants):
        raise InvalidError(
            N_("Too many calls: about {calls} in each run, and at most {most} are played."),
            "scenario",
            calls=math.ceil(calls / len(variants)),
            most=MOST_CALLS,
        )
    if calls * runs > MOST_CALLS_OF_RUNS:
        raise InvalidError(
            N_("Too many runs: at most {most} with so many calls."),
            "runs",
            most=max(1, int(MOST_CALLS_OF_RUNS / calls)),
        )
    context = context_of(request)
    wanted = {
        "name": variants[0].name,
        "variants": [one.model_dump(mode="json") for one in variants],
        "runs": runs,
        "seed": seed,
        "said": dict(said or {}),
    }
    with context.database.begin() as session:
        id_ = folder.start(context.settings, who.user.id, wanted, now())
        note(session, request, who, "simulation.started", THING, id_)
    return id_


def find(request: Request, who: SignedIn, id_: str) -> Simulation:
    """Read one of the user's simulations; MissingError if there is none."""
    return folder.find(context_of(request).settings, who.user.id, id_, now())


def all_of(request: Request, who: SignedIn) -> list[Simulation]:
    """Give the user's simulations of the last day, the newest first."""
    return folder.simulations_of(context_of(request).settings, who.user.id, now())


def cancel(request: Request, who: SignedIn, id_: str) -> None:
    """End a simulation and remove it."""
    context = context_of(request)
    with context.database.begin() as session:
        folder.cancel(context.settings, who.user.id, id_, now())
        note(session, request, who, "simulation.cancelled", THING, id_)


def show(one: Simulation) -> SimulationShape:
    """Give a simulation as the API returns it: the result is the last variant's."""
    results = (one.result or {}).get("results")
    return SimulationShape(
        id=one.id,
        name=str(one.request["name"]),
        state=one.state,
        created_at=one.created_at,
        runs_done=one.runs_done if results is None else int(results[-1]["runs"]),
        runs=int(one.request["runs"]),
        result=ResultShape(**results[-1]) if results else None,
    )
