"""A valid request for each endpoint of a call's parties and of the monitor's control."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from walks.requests import Targets

Request = tuple[dict[str, Any], dict[str, Any]]  # a body, and what fills the address
CALL = {"call": "c1"}
WHY = {"reason": "Team meeting"}

PARTY_REQUESTS: dict[str, Callable[["Targets"], Request]] = {
    "POST /desk/calls/{call}/transfer": lambda _: ({"to": "queue:support"}, CALL),
    "POST /desk/calls/{call}/consult": lambda _: ({"to": "agent:2"}, CALL),
    "POST /desk/calls/{call}/add": lambda _: ({"to": "agent:2"}, CALL),
    "POST /desk/calls/{call}/drop": lambda _: ({"leg": "c1-a2"}, CALL),
    "POST /desk/calls/{call}/mute": lambda _: ({"leg": "c1-a2", "on": True}, CALL),
    "POST /desk/when-free": lambda _: ({"agent": 2}, {}),
    "POST /desk/retrieve": lambda _: ({"slot": 1}, {}),
    "POST /desk/pickup": lambda _: ({"call": "c1"}, {}),
    "POST /floor/calls/{call}/monitor": lambda _: ({"mode": "listen"}, CALL),
    "POST /floor/calls/{call}/move": lambda _: ({"to": "", **WHY}, CALL),
    "POST /floor/calls/{call}/hangup": lambda _: (WHY, CALL),
    "POST /floor/agents/{agent}/state": lambda _: ({"state": "paused", **WHY}, {"agent": 1}),
}
