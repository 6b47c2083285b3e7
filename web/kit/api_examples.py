"""Examples for the API's description, made from the schemas. Pure.

A name tells more than a type: `login` is `li.wei`. What the schema says itself goes before that.
"""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]
DEEPEST = 6

WORDS: Mapping[str, Any] = {
    "address": "上海市南京东路 1 号",
    "at": "2026-11-22T03:00:00Z",
    "boot": "19af3c",
    "call": "hotline-1-1763775000.1",
    "called": "+864008001234",
    "caller": "+8613800138000",
    "caller_number": "+864008001234",
    "company": "Blue Sky",
    "csrf": "wKd1…",
    "cursor": "",
    "detail": "There is no customer 17.",
    "email": "wang@example.com",
    "extension": "1001",
    "icon": "phone",
    "instance": "/api/v1/customers/17",
    "key": "complaint",
    "label": "Complaint",
    "language": "zh_CN",
    "level": "gold",
    "login": "li.wei",
    "method": "phone",
    "name": "王小明",
    "name_en": "Complaint",
    "name_zh": "投诉",
    "note": "Calls back on Monday.",
    "outcome": "solved",
    "password": "correct horse battery",
    "phones": ["+8613800138000"],
    "queue": "support",
    "queue_name": "Support",
    "reason": "lunch",
    "recording": "/api/v1/calls/hotline-1-1763775000.1/recording",
    "role_name": "Agent",
    "secret": "whsec_…",
    "sentence": "Somebody called.",
    "service_type": "complaint",
    "state": "ready",
    "text": "Your password was changed.",
    "timezone": "Asia/Shanghai",
    "title": "Not found",
    "token": "kq8vYc…",
    "url": "https://example.com/hook",
}
FORMATS: Mapping[str, Any] = {
    "date": "2026-11-22",
    "date-time": "2026-11-22T03:00:00Z",
    "email": "wang@example.com",
    "uri": "https://example.com/",
    "uuid": "8f14e45f-ceea-4672-a9f1-0c1d2e3f4a5b",
    "binary": "",
}


def example_of(schema: Schema, schemas: Schema, name: str = "", depth: int = 0) -> Any:
    """Make an example of a schema; `schemas` are those that it may refer to by name."""
    if "$ref" in schema:
        schema = schemas.get(str(schema["$ref"]).rpartition("/")[2], {})
    found = _told(schema)
    if found is not None:
        return found
    choices = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if choices:
        some = [one for one in choices if one.get("type") != "null"] or choices
        return example_of(some[0], schemas, name, depth)
    return {} if depth > DEEPEST else _made(schema, schemas, name, depth)


def _told(schema: Schema) -> Any:
    """Give what the schema says itself; None for nothing."""
    for word in ("examples", "enum"):
        if schema.get(word):
            return schema[word][0]
    words = ("example", "const", "default")
    return next((schema[word] for word in words if schema.get(word) is not None), None)


def _made(schema: Schema, schemas: Schema, name: str, depth: int) -> Any:
    match schema.get("type"):
        case "array":
            return _array(schema, schemas, name, depth)
        case "string":
            return _text(schema, name)
        case "integer" | "number":
            return _number(schema)
        case "boolean":
            return True
        case _:
            return _object(schema, schemas, depth)


def _object(schema: Schema, schemas: Schema, depth: int) -> dict[str, Any]:
    members = schema.get("properties", {})
    if members:
        return {name: example_of(one, schemas, name, depth + 1) for name, one in members.items()}
    more = schema.get("additionalProperties")
    if isinstance(more, Mapping) and more and depth < DEEPEST:
        names = schema.get("propertyNames", {})
        key = example_of(names, schemas, "key", depth + 1) if names else "key"
        return {str(key): example_of(more, schemas, "", depth + 1)}
    return {}


def _array(schema: Schema, schemas: Schema, name: str, depth: int) -> list[Any]:
    known = WORDS.get(name)
    if isinstance(known, list):
        return known
    one = example_of(schema.get("items", {}), schemas, name.removesuffix("s"), depth + 1)
    return [one] * max(1, int(schema.get("minItems", 1)))


def _text(schema: Schema, name: str) -> str:
    word = FORMATS.get(str(schema.get("format"))) or WORDS.get(name)
    if name == "id" or not isinstance(word, str):
        word = WORDS["call"] if name == "id" else (name.replace("_", " ") or "text")
    if schema.get("pattern"):
        return word
    least = int(schema.get("minLength", 0))
    return word[: schema.get("maxLength")].ljust(least, "x")


def _number(schema: Schema) -> int | float:
    least = schema.get("minimum", schema.get("exclusiveMinimum", 0))
    most = schema.get("maximum", least + 1)
    value = min(max(1, least + (1 if "exclusiveMinimum" in schema else 0)), most)
    return int(value) if schema.get("type") == "integer" else float(value)
