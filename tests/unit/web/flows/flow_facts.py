"""Flows for tests: added over the API, written and published."""

import secrets
from typing import Any

from unit.web.visitor import Visitor

Document = dict[str, Any]


def new_flow(admin: Visitor) -> int:
    """Add an empty flow."""
    answer = admin.ask("/flows", {"name": f"Flow {secrets.token_hex(4)}"})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def write(admin: Visitor, flow: int, document: Document) -> Document:
    """Store a draft; gives it with its problems."""
    answer = admin.ask(f"/flows/{flow}/draft", {"document": document}, "PUT")
    assert answer.status_code == 200, answer.text
    found: Document = answer.json()
    return found


def publish(admin: Visitor, flow: int, message: str = "First") -> Any:
    """Publish the draft."""
    return admin.ask(f"/flows/{flow}/publish", {"message": message})


def with_step(**node: Any) -> Document:
    """A document of one step and an end."""
    return {"start": "x", "nodes": {"x": node, "end": {"type": "hangup"}}}
