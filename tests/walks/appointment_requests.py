"""A valid request for each endpoint of appointments and of a role's workspace."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from web.kit.clock import now

if TYPE_CHECKING:
    from walks.requests import Targets

Request = tuple[dict[str, Any], dict[str, Any]]  # a body, and what fills the address


def _body(**more: Any) -> dict[str, Any]:
    due = (now() + timedelta(hours=3)).isoformat()
    return {"title": "回访 Call back", "due": due, "remind_minutes": 10, "medium": "call", **more}


def _made(t: "Targets") -> dict[str, Any]:
    return {"appointment": t.made("/appointments", _body())["id"]}


APPOINTMENT_REQUESTS: dict[str, Callable[["Targets"], Request]] = {
    "POST /appointments": lambda t: (_body(owner=f"user:{t.me}", source="manual"), {}),
    "POST /appointments/done": lambda t: ({"ids": [_made(t)["appointment"]]}, {}),
    "POST /appointments/{appointment}": lambda t: (
        _body(title="Other", owner=f"user:{t.me}"),
        _made(t),
    ),
    "PATCH /appointments/{appointment}": lambda t: ({"state": "done", "result": "x"}, _made(t)),
    "POST /appointments/{appointment}/state": lambda t: (
        {"state": "done", "result": "They ordered."},
        _made(t),
    ),
    "POST /appointments/{appointment}/postpone": lambda t: ({"by": "tomorrow"}, _made(t)),
    "POST /roles/{role}/layout": lambda t: ({"do": "hide:day"}, {"role": t.role()}),
    "PUT /roles/{role}/layout": lambda t: ({"order": ["day"]}, {"role": t.role()}),
}
