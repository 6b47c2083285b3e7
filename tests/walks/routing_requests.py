"""A valid request for each endpoint of time groups and number lists that changes something."""

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from crm.number_lists.entries.store import EntryDraft, add_entries
from crm.number_lists.typed import exact
from web.kit.clock import now

if TYPE_CHECKING:
    from walks.requests import Targets

Request = tuple[dict[str, Any], dict[str, Any]]  # a body, and what fills the address


def time_group(t: "Targets") -> int:
    return int(_made(t, "/time-groups", _time_group())["id"])


def number_list(t: "Targets") -> int:
    return int(_made(t, "/number-lists", _number_list())["id"])


def waiting_entry(t: "Targets") -> int:
    """Add an entry to a list as another user, who cannot approve it."""
    list_, other = number_list(t), t.user()
    patterns = [exact("+8613800138000")]
    with t.site.database.begin() as session:
        (made,) = add_entries(session, list_, patterns, EntryDraft(), other, now(), approved=False)
    return int(made)


def _number_list() -> dict[str, Any]:
    return {"name": f"List {secrets.token_hex(4)}", "kind": "black"}


def _time_group() -> dict[str, Any]:
    hours = [{"weekdays": ["mon"], "hours": ["09:00-18:00"]}]
    return {"name": f"Hours {secrets.token_hex(4)}", "zone": "Asia/Shanghai", "weekly": hours}


def _time_group_form() -> dict[str, Any]:
    rows = {"weekdays_1": ["mon", "tue"], "hours_1": "9:00-18:00"}
    return {"name": f"Hours {secrets.token_hex(4)}", "zone": "Asia/Shanghai", **rows}


def _made(t: "Targets", path: str, body: dict[str, Any]) -> Any:
    answer = t.visitor.ask(path, body)
    assert answer.status_code < 300, (path, answer.text)
    return answer.json()


def _request(body: dict[str, Any], where: dict[str, Any] | None = None) -> Request:
    return body, where or {}


# By method and path, as in `requests.py`.
ROUTING_REQUESTS: dict[str, Callable[["Targets"], Request]] = {
    "POST /number-lists": lambda _: _request(_number_list()),
    "POST /number-lists/{number_list}": lambda t: _request(
        {"name": secrets.token_hex(4), "effect": "busy"}, {"number_list": number_list(t)}
    ),
    "PATCH /number-lists/{number_list}": lambda t: _request(
        {"effect": "busy"}, {"number_list": number_list(t)}
    ),
    "DELETE /number-lists/{number_list}": lambda t: _request({}, {"number_list": number_list(t)}),
    "POST /number-lists/{number_list}/remove": lambda t: _request(
        {}, {"number_list": number_list(t)}
    ),
    "POST /number-lists/{number_list}/entries": lambda t: _request(
        {"numbers": "138 0013 8000\n139*", "direction": "in"}, {"number_list": number_list(t)}
    ),
    "POST /api/v1/number-lists/{number_list}/entries": lambda t: _request(
        {"numbers": ["138 0013 8000", "139*"]}, {"number_list": number_list(t)}
    ),
    "POST /number-lists/entries/approve": lambda t: _request({"ids": [waiting_entry(t)]}),
    "POST /number-lists/entries/reject": lambda t: _request({"ids": [waiting_entry(t)]}),
    "POST /number-lists/entries/remove": lambda t: _request({"ids": [waiting_entry(t)]}),
    "POST /number-lists/entries/{entry}": lambda t: _request(
        {"do": "approve"}, {"entry": waiting_entry(t)}
    ),
    "POST /number-lists/entries/{entry}/approve": lambda t: _request(
        {}, {"entry": waiting_entry(t)}
    ),
    "POST /number-lists/entries/{entry}/reject": lambda t: _request(
        {}, {"entry": waiting_entry(t)}
    ),
    "DELETE /number-lists/entries/{entry}": lambda t: _request({}, {"entry": waiting_entry(t)}),
    "POST /time-groups": lambda _: _request(_time_group_form()),
    "POST /api/v1/time-groups": lambda _: _request(_time_group()),
    "POST /time-groups/{group}": lambda t: _request(_time_group_form(), {"group": time_group(t)}),
    "PATCH /time-groups/{group}": lambda t: _request(
        {"zone": "Asia/Tokyo"}, {"group": time_group(t)}
    ),
    "DELETE /time-groups/{group}": lambda t: _request({}, {"group": time_group(t)}),
    "POST /time-groups/{group}/remove": lambda t: _request({}, {"group": time_group(t)}),
}
