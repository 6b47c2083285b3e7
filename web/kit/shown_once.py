"""Members of an answer that are shown once and never stored: first passwords, tokens, secrets.

They are marked with `SHOWN_ONCE` where the shape is declared. An answer that is stored for repeated
requests is stored without them.
"""

import json

from pydantic import BaseModel, Field
from starlette.types import Scope

MARK = "x-shown-once"
SHOWN_ONCE = Field(json_schema_extra={MARK: True})
WITHHELD = "withheld"  # the member that names the missing ones


def secret_members(scope: Scope) -> frozenset[str]:
    """Give the members that are shown once in the answer of the route that served a request."""
    return marked_members(getattr(scope.get("route"), "response_model", None))


def marked_members(model: object) -> frozenset[str]:
    """Give the marked members of an answer's shape."""
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return frozenset()
    return frozenset(
        name
        for name, one in model.model_fields.items()
        if isinstance(one.json_schema_extra, dict) and one.json_schema_extra.get(MARK)
    )


def without(body: bytes, members: frozenset[str], sentence: str) -> bytes:
    """Give an answer without some of its members; a sentence in it says so."""
    if not members:
        return body
    try:
        answer = json.loads(body)
    except ValueError:
        return b""
    if not isinstance(answer, dict) or not members & answer.keys():
        return body
    empty = {name: _nothing_of(answer[name]) for name in members & answer.keys()}
    return json.dumps(answer | empty | {WITHHELD: sentence}, ensure_ascii=False).encode()


def _nothing_of(value: object) -> object:
    """Give an empty value of the same kind, so that the answer keeps its shape."""
    return type(value)() if isinstance(value, (str, list, dict)) else None
