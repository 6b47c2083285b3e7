"""A valid request for each changing endpoint of the rules of not-ready reasons."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from walks.requests import Targets

Request = tuple[dict[str, Any], dict[str, Any]]  # a body, and what fills the address

PAUSE_REASON_REQUESTS: dict[str, Callable[["Targets"], Request]] = {
    "POST /pause-reasons/{reason}": lambda _: (
        {"paid": "on", "most_minutes": 30, "most_at_once": 2, "counted_in": "site"},
        {"reason": "lunch"},
    ),
    "PATCH /pause-reasons/{reason}": lambda _: (
        {"paid": False, "most_minutes": 45},
        {"reason": "lunch"},
    ),
}
