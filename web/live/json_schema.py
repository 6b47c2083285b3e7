"""The live items in the API's description: JSON schemas made from their declarations."""

from collections.abc import Mapping
from enum import StrEnum
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

from pydantic import WithJsonSchema

from web.live.declarations import about, choices, members_of, named_types, plain
from web.live.schema import LIVE_KINDS, ItemKind

Json = dict[str, Any]
SIMPLE = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}
PLACE = "#/components/schemas/"
ITEM = "LiveItem"
TAG = "Live"


def _refer(kind: ItemKind) -> WithJsonSchema:
    # Pydantic looks a bare reference up among its own schemas and raises.
    return WithJsonSchema({"allOf": [{"$ref": PLACE + LIVE_KINDS[kind].shape.__name__}]})


# Values that an answer passes on unchanged from the engine: described, but not checked again.
LiveAgent = Annotated[dict[str, Any], _refer(ItemKind.AGENT)]
LiveCall = Annotated[dict[str, Any], _refer(ItemKind.CALL)]
LiveQueue = Annotated[dict[str, Any], _refer(ItemKind.QUEUE)]
LiveNode = Annotated[dict[str, Any], _refer(ItemKind.NODE)]
LiveEngine = Annotated[dict[str, Any], _refer(ItemKind.ENGINE)]


def json_schemas() -> Mapping[str, Json]:
    """Give the schema of every declared type by its name, and of an item.

    `x-tag` is the part of the API under which the description shows it.
    """
    known = {one.shape: one for one in LIVE_KINDS.values()}
    found: dict[str, Json] = {}
    for named in named_types(known):
        found[named.__name__] = schema = _named(named)
        if kind := known.get(named):
            schema["description"] += f" Seen by {kind.visibility.value}."
            schema |= {"examples": [kind.example], "x-tag": TAG}
    return found | {ITEM: _item()}


def _named(named: type) -> Json:
    if issubclass(named, StrEnum):
        values = [one.value for one in named]
        return {"type": "string", "enum": values, "description": about(named)}
    members = members_of(named)
    return {
        "type": "object",
        "description": about(named),
        "properties": {one.name: _described(one.type, one.notes) for one in members},
        "required": [one.name for one in members if one.required],
    }


def _item() -> Json:
    return {
        "description": "One item of a message: its whole new value, or null when it is gone.",
        "oneOf": [
            {
                "type": "object",
                "properties": {
                    "kind": {"const": one.kind.value},
                    "id": {"type": "string"},
                    "value": _schema(one.shape | None),
                },
                "required": ["kind", "id", "value"],
            }
            for one in LIVE_KINDS.values()
        ],
    }


def _described(hint: Any, notes: tuple[str, ...]) -> Json:
    schema = _schema(hint)
    if notes:
        schema["description"] = "; ".join(reversed(notes))
    return schema


def _schema(hint: Any) -> Json:
    hint, notes = plain(hint)
    if notes:
        return _described(hint, notes)
    if len(choices(hint)) > 1:
        return {"anyOf": [_schema(one) for one in choices(hint)]}
    if get_origin(hint) is list:
        return {"type": "array", "items": _schema(get_args(hint)[0])}
    if get_origin(hint) is dict:
        return {"type": "object", "additionalProperties": _schema(get_args(hint)[1])}
    if hint in SIMPLE:
        return {"type": SIMPLE[hint]}
    return {"$ref": PLACE + hint.__name__}
