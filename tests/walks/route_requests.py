"""A valid request for each endpoint of routes, forced handling and outbound rules."""

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from walks.routing_requests import Request

if TYPE_CHECKING:
    from walks.requests import Targets

AT = "2026-12-01T10:00:00+08:00"
CALL = {"called": "4008001234", "caller": "13800138000", "at": AT}


def route(t: "Targets") -> int:
    return int(t.made("/routes", _route())["id"])


def route_case(t: "Targets") -> int:
    return int(t.made("/routes/cases", CALL)["id"])


def rule(t: "Targets") -> int:
    return int(t.made("/outbound-rules", _rule(t))["id"])


def _all(t: "Targets", path: str, make: Callable[["Targets"], int]) -> list[int]:
    make(t)
    page = t.visitor.get(f"/api/v1{path}?limit=500").json()
    return [one["id"] for one in page["items"]]


def _route(**more: Any) -> dict[str, Any]:
    # Inactive, so that the calls of other tests go where they always do.
    name = f"Route {secrets.token_hex(4)}"
    return {"name": name, "destination": "queue:support", "active": False, **more}


def _route_form() -> dict[str, Any]:
    return {"name": f"Route {secrets.token_hex(4)}", "destination": "queue:support"}


def _rule(t: "Targets", **more: Any) -> dict[str, Any]:
    name = f"Rule {secrets.token_hex(4)}"
    return {"name": name, "classes": ["mobile"], "trunks": [t.trunk()], **more}


def _rule_form(t: "Targets") -> dict[str, Any]:
    numbers = {"most_calls": "0", "per_minute": "0", "day_cost": "0", "choice": "order"}
    name = f"Rule {secrets.token_hex(4)}"
    return {"name": name, "classes": ["mobile"], "trunk_1": str(t.trunk()), **numbers}


def _request(body: dict[str, Any], where: dict[str, Any] | None = None) -> Request:
    return body, where or {}


# By method and path, as in `requests.py`.
ROUTE_REQUESTS: dict[str, Callable[["Targets"], Request]] = {
    "POST /routes": lambda _: _request(_route_form()),
    "POST /api/v1/routes": lambda _: _request(_route()),
    "POST /routes/{route}": lambda t: _request(_route_form(), {"route": route(t)}),
    "PUT /routes/{route}": lambda t: _request(_route(name="New name"), {"route": route(t)}),
    "PATCH /routes/{route}": lambda t: _request({"caller": "021*"}, {"route": route(t)}),
    "DELETE /routes/{route}": lambda t: _request({}, {"route": route(t)}),
    "POST /routes/{route}/delete": lambda t: _request({}, {"route": route(t)}),
    "POST /routes/{route}/move": lambda t: _request(
        {"do": "up"}, {"route": (route(t), route(t))[1]}
    ),
    "PUT /routes/order": lambda t: _request({"keys": [*reversed(_all(t, "/routes", route))]}),
    "POST /routes/test": lambda _: _request(CALL),
    "POST /routes/cases": lambda _: _request(CALL),
    "POST /routes/cases/{case}": lambda t: _request({"do": "delete"}, {"case": route_case(t)}),
    "DELETE /routes/cases/{case}": lambda t: _request({}, {"case": route_case(t)}),
    "POST /forced-handling": lambda _: _request({"destination": "queue:support"}),
    "PUT /forced-handling": lambda _: _request({"destination": "queue:support"}),
    "POST /forced-handling/off": lambda t: _request(_on(t)),
    "POST /forced-handling/key": lambda t: _request({**_on(t), "do": "off"}),
    "POST /outbound-rules": lambda t: _request(_rule_form(t)),
    "POST /api/v1/outbound-rules": lambda t: _request(_rule(t)),
    "POST /outbound-rules/{rule}": lambda t: _request(_rule_form(t), {"rule": rule(t)}),
    "PUT /outbound-rules/{rule}": lambda t: _request(_rule(t), {"rule": rule(t)}),
    "PATCH /outbound-rules/{rule}": lambda t: _request({"most_calls": 3}, {"rule": rule(t)}),
    "DELETE /outbound-rules/{rule}": lambda t: _request({}, {"rule": rule(t)}),
    "POST /outbound-rules/{rule}/delete": lambda t: _request({}, {"rule": rule(t)}),
    "POST /outbound-rules/{rule}/move": lambda t: _request(
        {"do": "up"}, {"rule": (rule(t), rule(t))[1]}
    ),
    "PUT /outbound-rules/order": lambda t: _request(
        {"keys": [*reversed((rule(t), *_all(t, "/outbound-rules", rule))[1:])]}
    ),
    "POST /outbound-rules/test": lambda _: _request({"number": "13800138000"}),
    "POST /agents/{agent}/outbound-limit": lambda t: _request(
        {"limit": "internal", "until": "2026-12-01T18:00"}, {"agent": t.agent()}
    ),
}


def _on(t: "Targets") -> dict[str, Any]:
    """Turn forced handling of all numbers on; give the form that turns it off."""
    t.visitor.ask("/forced-handling", {"destination": "hangup"}, "PUT")
    return {"number": ""}
