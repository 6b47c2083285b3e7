"""The API's description as a page to read."""

import json
from collections import defaultdict
from typing import Any

from fastapi import APIRouter, Request, Response

from web.kit.auth import find_session
from web.kit.openapi import DESCRIPTION, operations
from web.kit.request import context_of

router = APIRouter()


@router.get("/api/docs")
def docs_page(request: Request) -> Response:
    """Show the API, one part after the other; also to a reader who is not signed in."""
    find_session(request)
    description = request.app.openapi()
    parts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path, method, operation in operations(description):
        parts[operation["tags"][0]].append(_shown(path, method, operation))
    schemas = [_shape(name, one) for name, one in description["components"]["schemas"].items()]
    shown = {
        "parts": [
            {
                "name": one["name"],
                "about": one["description"],
                "operations": parts[one["name"]],
                "shapes": [shape for shape in schemas if shape["tag"] == one["name"]],
            }
            for one in description["tags"]
        ],
        "paragraphs": [" ".join(text.split()) for text in DESCRIPTION.split("\n\n")],
    }
    return context_of(request).pages.page(request, "docs.html", shown)


def _shown(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    answers = operation["responses"]
    good = next((status for status in answers if status[0] == "2"), "")
    return {
        "id": f"{method}{path}".replace("/", "-").replace("{", "").replace("}", ""),
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "description": operation.get("description", ""),
        "parameters": [
            {
                "name": one["name"],
                "place": one["in"],
                "required": one.get("required", False),
                "example": json.dumps(one.get("example"), ensure_ascii=False).strip('"'),
            }
            for one in operation.get("parameters", [])
        ],
        "sent": _example(operation.get("requestBody", {})),
        "status": good,
        "answered": _example(answers.get(good, {})),
        "problems": [status for status in answers if status[0] in "45"],
        "open": not operation.get("security"),
    }


def _shape(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Show a schema that belongs to a part of the API: its members and its example."""
    return {
        "name": name,
        "tag": schema.get("x-tag"),
        "description": schema.get("description", ""),
        "members": [
            {"name": member, "type": _type(one), "about": one.get("description", "")}
            for member, one in schema.get("properties", {}).items()
        ],
        "example": json.dumps((schema.get("examples") or [None])[0], ensure_ascii=False, indent=2),
    }


def _type(schema: dict[str, Any]) -> str:
    if choices := schema.get("anyOf"):
        return " | ".join(_type(one) for one in choices)
    if reference := schema.get("$ref"):
        return str(reference).rpartition("/")[2]
    if schema.get("type") == "array":
        return f"{_type(schema['items'])}[]"
    return str(schema.get("type", ""))


def _example(body: dict[str, Any]) -> str:
    for content in body.get("content", {}).values():
        example = content.get("example")
        if isinstance(example, str):
            return example
        if example is not None:
            return json.dumps(example, ensure_ascii=False, indent=2)
    return ""
