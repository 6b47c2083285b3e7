"""A valid request for each endpoint of ring groups that changes something."""

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from acd.store import agents

if TYPE_CHECKING:
    from walks.requests import Targets

Request = tuple[dict[str, Any], dict[str, Any]]  # a body, and what fills the address


def _agents(t: "Targets") -> list[int]:
    with t.site.database.begin() as session:
        return [int(one.id) for one in agents(session) if one.enabled][:2]


def _group(t: "Targets") -> dict[str, Any]:
    return {"name": f"Group {secrets.token_hex(4)}", "members": _agents(t)}


def ring_group(t: "Targets") -> int:
    return int(t.made("/ring-groups", _group(t))["id"])


def _form(t: "Targets") -> dict[str, Any]:
    sent = _group(t)
    return {**sent, "order": "in turn", "ring_seconds": "20", "then": "", "active": "on"}


RING_GROUP_REQUESTS: dict[str, Callable[["Targets"], Request]] = {
    "POST /ring-groups": lambda t: (_form(t), {}),
    "POST /api/v1/ring-groups": lambda t: (_group(t), {}),
    "POST /ring-groups/{group}": lambda t: (_form(t), {"group": ring_group(t)}),
    "PATCH /ring-groups/{group}": lambda t: ({"ring_seconds": 9}, {"group": ring_group(t)}),
    "DELETE /ring-groups/{group}": lambda t: ({}, {"group": ring_group(t)}),
    "POST /ring-groups/{group}/remove": lambda t: ({}, {"group": ring_group(t)}),
    "POST /ring-groups/{group}/move": lambda t: (
        {"agent": str(_agents(t)[0]), "do": "down"},
        {"group": ring_group(t)},
    ),
}
