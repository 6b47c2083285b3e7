"""A valid request for each endpoint of simulations that changes something."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from unit.web.simulations.test_scenarios import SMALL
from unit.web.simulations.traffic_facts import add_traffic

from acd.store import agents
from web.kit.clock import now

if TYPE_CHECKING:
    from walks.requests import Targets

Request = tuple[dict[str, Any], dict[str, Any]]  # a body, and what fills the address


def _simulation(t: "Targets") -> dict[str, Any]:
    return {"simulation": t.made("/simulations", {"scenario": SMALL, "runs": 1})["id"]}


def _question(t: "Targets") -> dict[str, Any]:
    with t.site.database.begin() as session:
        agent = next(int(one.id) for one in agents(session) if one.enabled)
        add_traffic(session, agent, secrets.token_hex(4))
    day = (now().date() - timedelta(days=1)).isoformat()
    return {"queue": "support", "first": day, "last": day, "more": "1", "from_hour": "4",
            "to_hour": "5", "level": "5", "volume": "100"}  # fmt: skip


SIMULATION_REQUESTS: dict[str, Callable[["Targets"], Request]] = {
    "POST /simulations": lambda t: (_question(t), {}),
    "POST /api/v1/simulations": lambda _: ({"scenario": SMALL, "runs": 1}, {}),
    "POST /simulations/example": lambda _: ({}, {}),
    "POST /simulations/{simulation}/cancel": lambda t: ({}, _simulation(t)),
    "DELETE /simulations/{simulation}": lambda t: ({}, _simulation(t)),
}
