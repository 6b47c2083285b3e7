"""The API of simulations: begin one, read how far it is and what it gave, cancel it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.auth import needs
from web.simulations import actions
from web.simulations.shapes import SimulationBody, SimulationShape

router = APIRouter(prefix="/simulations")
Planner = Annotated[SignedIn, Depends(needs(Right.STATISTICS_SEE))]
SimulationId = Annotated[str, Path(pattern="^[0-9a-f]{16}$")]


@router.post("", status_code=202)
def start_simulation(
    request: Request, response: Response, body: SimulationBody, who: Planner
) -> SimulationShape:
    """Begin to play a scenario; `Location` leads to its progress and its result.

    It runs in a process of its own for at most a few minutes, and is kept for a day.
    """
    id_ = actions.begin(request, who, [body.scenario], body.runs, body.seed)
    response.headers["Location"] = f"/api/v1/simulations/{id_}"
    return actions.show(actions.find(request, who, id_))


@router.get("/{simulation}")
def read_simulation(request: Request, simulation: SimulationId, who: Planner) -> SimulationShape:
    """Show one of your simulations: how far it is, and its result when it is done."""
    return actions.show(actions.find(request, who, simulation))


@router.delete("/{simulation}", status_code=204)
def cancel_simulation(request: Request, simulation: SimulationId, who: Planner) -> None:
    """End a simulation, if it still runs, and remove it."""
    actions.cancel(request, who, simulation)
