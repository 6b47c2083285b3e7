"""A valid request for each endpoint of call flows that changes something."""

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from crm.people.store import user_by_login
from ivr.drafts import store
from ivr.flow import FlowId
from ivr.simulation.store import add_test
from ivr.store import add_flow

if TYPE_CHECKING:
    from walks.requests import Targets

Request = tuple[dict[str, Any], dict[str, Any]]  # a body, and what fills the address

DOCUMENT = {"start": "bye", "nodes": {"bye": {"type": "hangup"}}}


def _name() -> dict[str, Any]:
    return {"name": f"Flow {secrets.token_hex(4)}"}


def flow(t: "Targets", *, drafts: int = 1, published: int = 0) -> dict[str, Any]:
    """Make a flow with published versions and a draft; give what fills the address."""
    with t.site.database.begin() as session:
        made: FlowId = add_flow(session, _name()["name"])
        for at in range(published):
            store.publish_document(session, made, DOCUMENT, {}, f"Version {at}", None)
        if drafts:
            admin = user_by_login(session, "admin")
            assert admin is not None
            store.save_draft(session, made, DOCUMENT, {}, admin.id)
    return {"flow": made}


def _test() -> dict[str, Any]:
    return {"name": "It ends", "scenario": {}, "expect": {"ends": {"kind": "hangup"}}}


def _with_test(t: "Targets") -> dict[str, Any]:
    """Make a flow with a test; give what fills the address."""
    filled = flow(t)
    with t.site.database.begin() as session:
        test = add_test(session, filled["flow"], secrets.token_hex(4), {}, {}, None)
    return {**filled, "test": test}


FLOW_REQUESTS: dict[str, Callable[["Targets"], Request]] = {
    "POST /flows": lambda _: (_name(), {}),
    "POST /api/v1/flows": lambda _: (_name(), {}),
    "PATCH /flows/{flow}": lambda t: (_name(), flow(t)),
    "POST /flows/{flow}/rename": lambda t: (_name(), flow(t)),
    "POST /flows/{flow}/copy": lambda t: (_name(), flow(t)),
    "POST /api/v1/flows/{flow}/copy": lambda t: (_name(), flow(t)),
    "DELETE /flows/{flow}": lambda t: ({}, flow(t)),
    "POST /flows/{flow}/remove": lambda t: ({}, flow(t)),
    "DELETE /flows/{flow}/draft": lambda t: ({}, flow(t)),
    "POST /flows/{flow}/discard": lambda t: ({}, flow(t)),
    "POST /flows/{flow}/publish": lambda t: ({"message": "First"}, flow(t)),
    "POST /api/v1/flows/{flow}/publish": lambda t: ({"message": "First"}, flow(t)),
    "POST /api/v1/flows/{flow}/tests": lambda t: (_test(), flow(t)),
    "PUT /api/v1/flows/{flow}/tests/{test}": lambda t: (_test(), _with_test(t)),
    "DELETE /api/v1/flows/{flow}/tests/{test}": lambda t: ({}, _with_test(t)),
    "POST /flows/{flow}/unplan": lambda t: ({}, flow(t)),
    "POST /flows/{flow}/rollback": lambda t: (
        {"version": 1, "message": "Back"},
        flow(t, published=2),
    ),
    "POST /api/v1/flows/{flow}/rollback": lambda t: (
        {"version": 1, "message": "Back"},
        flow(t, published=2),
    ),
}
