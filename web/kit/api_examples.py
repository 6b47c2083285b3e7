"""Examples for the API's description, made from the schemas. Pure.

The name of a member says more than its type: `login` is `li.wei`. An example in the schema itself
comes first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Schema = Mapping[str, Any]
DEEPEST = 6

# Values for members of several features; `id` is a call's.
SHARED_WORDS: Mapping[str, Any] = {
    "id": "hotline-1-1763775000.1",
    "address": "上海市南京东路 1 号",
    "at": "2026-11-22T03:00:00Z",
    "cursor": "",
    "detail": "There is no customer 17.",
    "instance": "/api/v1/customers/17",
    "language": "zh_CN",
    "name": "王小明",
    "note": "Calls back on Monday.",
    "title": "Not found",
}
FORMATS: Mapping[str, Any] = {
    "date": "2026-11-22",
    "date-time": "2026-11-22T03:00:00Z",
    "email": "wang@example.com",
    "uri": "https://example.com/",
    "uuid": "8f14e45f-ceea-4672-a9f1-0c1d2e3f4a5b",
    "binary": "",
}


@dataclass(frozen=True, slots=True)
class Examples:
    """Makes examples: `schemas` are those referred to, `words` are values by member name."""

    schemas: Schema
    words: Mapping[str, Any]

    def of(self, schema: Schema, name: str = "", depth: int = 0) -> Any:
        """Make an example of a schema; `name` is the member's."""
        if "$ref" in schema:
            schema = self.schemas.get(str(schema["$ref"]).rpartition("/")[2], {})
        found = _own_example(schema)
        if found is not None:
            return found
        choices = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
        if choices:
            some = [one for one in choices if one.get("type") != "null"] or choices
            return self.of(some[0], name, depth)
        return {} if depth > DEEPEST else self._made(schema, name, depth)

    def _made(self, schema: Schema, name: str, depth: int) -> Any:
        match schema.get("type"):
            case "array":
                return self._array(schema, name, depth)
            case "string":
                return self._text(schema, name)
            case "integer" | "number":
                return _number(schema)
            case "boolean":
                return True
            case _:
                return self._object(schema, depth)

    def _object(self, schema: Schema, depth: int) -> dict[str, Any]:
        members = schema.get("properties", {})
        if members:
            return {name: self.of(one, name, depth + 1) for name, one in members.items()}
        more = schema.get("additionalProperties")
        if isinstance(more, Mapping) and more and depth < DEEPEST:
            names = schema.get("propertyNames", {})
            key = self.of(names, "key", depth + 1) if names else "key"
            return {str(key): self.of(more, "", depth + 1)}
        return {}

    def _array(self, schema: Schema, name: str, depth: int) -> list[Any]:
        known = self.words.get(name)
        if isinstance(known, list):
            return known
        one = self.of(schema.get("items", {}), name.removesuffix("s"), depth + 1)
        return [one] * max(1, int(schema.get("minItems", 1)))

    def _text(self, schema: Schema, name: str) -> str:
        word = FORMATS.get(str(schema.get("format"))) or self.words.get(name)
        if not isinstance(word, str):
            word = name.replace("_", " ") or "text"
        if schema.get("pattern"):
            return word
        least = int(schema.get("minLength", 0))
        return word[: schema.get("maxLength")].ljust(least, "x")


def _own_example(schema: Schema) -> Any:
    """Give the schema's own example; None if it has none."""
    for word in ("examples", "enum"):
        if schema.get(word):
            return schema[word][0]
    words = ("example", "const", "default")
    return next((schema[word] for word in words if schema.get(word) is not None), None)


def _number(schema: Schema) -> int | float:
    least = schema.get("minimum", schema.get("exclusiveMinimum", 0))
    most = schema.get("maximum", least + 1)
    value = min(max(1, least + (1 if "exclusiveMinimum" in schema else 0)), most)
    return int(value) if schema.get("type") == "integer" else float(value)
