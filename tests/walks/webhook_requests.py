"""A valid request for each endpoint of webhooks that changes something."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from walks.requests import Targets

Request = tuple[dict[str, Any], dict[str, Any]]  # a body, and what fills the address
HOOK = {"name": "ERP", "url": "https://crm.example/hook", "events": ["call.ended"]}


def _request(body: dict[str, Any], where: dict[str, Any] | None = None) -> Request:
    return body, where or {}


WEBHOOK_REQUESTS: dict[str, Callable[["Targets"], Request]] = {
    "POST /webhooks": lambda _: _request(HOOK),
    "POST /webhooks/deliveries/replay": lambda t: _request({"ids": [t.delivery()]}),
    "POST /webhooks/deliveries/{delivery}/replay": lambda t: _request(
        {}, {"delivery": t.delivery()}
    ),
    "POST /webhooks/{webhook}": lambda t: _request(HOOK, {"webhook": t.webhook()}),
    "PATCH /webhooks/{webhook}": lambda t: _request({"name": "x"}, {"webhook": t.webhook()}),
    "DELETE /webhooks/{webhook}": lambda t: _request({}, {"webhook": t.webhook()}),
    "POST /webhooks/{webhook}/remove": lambda t: _request({}, {"webhook": t.webhook()}),
    "POST /webhooks/{webhook}/secret": lambda t: _request({}, {"webhook": t.webhook()}),
    "POST /webhooks/{webhook}/test": lambda t: _request({}, {"webhook": t.webhook()}),
}
