"""A valid request for each endpoint of queues, skills, levels and groups that changes something."""

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from acd.store import agents

if TYPE_CHECKING:
    from walks.requests import Targets

Request = tuple[dict[str, Any], dict[str, Any]]  # a body, and what fills the address


def _agent(t: "Targets") -> int:
    with t.site.database.begin() as session:
        return next(int(one.id) for one in agents(session) if one.enabled)


def skill(t: "Targets") -> str:
    return str(t.made("/skills", _skill())["key"])


def skill_group(t: "Targets") -> int:
    return int(t.made("/skill-groups", _group(t))["id"])


def _skill() -> dict[str, Any]:
    return {"name_en": f"Skill {secrets.token_hex(4)}", "name_zh": "技能"}


def _group(t: "Targets") -> dict[str, Any]:
    return {"name": f"Group {secrets.token_hex(4)}", "members": [_agent(t)]}


def service_level(t: "Targets") -> int:
    return int(t.made("/service-levels", _level())["id"])


def _level() -> dict[str, Any]:
    return {"name_en": f"Level {secrets.token_hex(4)}", "priority": 3, "patience_seconds": 30}


def _used_queue(t: "Targets") -> dict[str, Any]:
    """Make a queue that another one sends its callers to; give what leads to a successor."""
    used = t.queue()
    sends = {"after_seconds": 60, "do": "send to", "destination": f"queue:{used}"}
    t.made("/queues", {"name_en": secrets.token_hex(4), "steps": [sends]})
    return {"queue": used}


QUEUE_REQUESTS: dict[str, Callable[["Targets"], Request]] = {
    "DELETE /queues/{queue}": lambda t: ({}, {"queue": t.queue()}),
    "POST /queues/{queue}/delete": lambda t: ({"successor": t.queue()}, _used_queue(t)),
    "PUT /queues/{queue}/members": lambda t: (
        {"members": [{"agent": _agent(t), "rank": 3}], "groups": [{"group": skill_group(t)}]},
        {"queue": t.queue()},
    ),
    "POST /skills": lambda _: (_skill(), {}),
    "POST /skills/{skill}": lambda t: (_skill(), {"skill": skill(t)}),
    "PATCH /skills/{skill}": lambda t: ({"name_en": "x"}, {"skill": skill(t)}),
    "DELETE /skills/{skill}": lambda t: ({}, {"skill": skill(t)}),
    "POST /skills/{skill}/remove": lambda t: ({}, {"skill": skill(t)}),
    "PUT /agents/{agent}/skills": lambda t: ({"skills": {skill(t): 5}}, {"agent": _agent(t)}),
    "GET /skills/matrix/export": lambda _: ({}, {}),
    "POST /service-levels": lambda _: (_level(), {}),
    "POST /service-levels/{level}": lambda t: (_level(), {"level": service_level(t)}),
    "PATCH /service-levels/{level}": lambda t: ({"priority": 9}, {"level": service_level(t)}),
    "DELETE /service-levels/{level}": lambda t: ({}, {"level": service_level(t)}),
    "POST /service-levels/{level}/remove": lambda t: ({}, {"level": service_level(t)}),
    "POST /skill-groups": lambda t: (_group(t), {}),
    "POST /skill-groups/{group}": lambda t: (_group(t), {"group": skill_group(t)}),
    "PATCH /skill-groups/{group}": lambda t: ({"description": "x"}, {"group": skill_group(t)}),
}
