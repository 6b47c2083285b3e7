"""The fields of a step type: one declaration gives the reading of documents and their JSON schema.

A type declares a frozen dataclass; the metadata of each of its fields is a `FieldSpec`.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from ivr.step import StepId

F = TypeVar("F")

DIGITS = "0123456789*#"
SPEC = "spec"


class FieldKind(StrEnum):
    """The kind of a field, which decides how a form asks for it."""

    PROMPTS = "prompts"  # names of prompts, played one after the other
    CHOICES = "choices"  # key -> step
    OUTPUT = "output"  # a step
    QUEUE = "queue"
    NUMBER = "number"
    INTEGER = "integer"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field of a step: its label in forms, its kind, and its bounds.

    Bounds are for the value, or for the number of values. A step's check reports a breach.
    """

    label: str
    kind: FieldKind
    least: int | None = None
    most: int | None = None


def spec(
    label: str, kind: FieldKind, *, least: int | None = None, most: int | None = None
) -> dict[str, FieldSpec]:
    """The metadata of a dataclass field."""
    return {SPEC: FieldSpec(label, kind, least, most)}


def specs(fields: type[Any]) -> dict[str, FieldSpec]:
    """The fields of a step type by name."""
    return {one.name: one.metadata[SPEC] for one in dataclasses.fields(fields)}


def read_fields(fields: type[F], node: Mapping[str, Any]) -> F:
    """Read a step's document.

    KeyError names a field that is missing; TypeError, ValueError or OverflowError say that one
    cannot be read.
    """
    declared: tuple[dataclasses.Field[Any], ...] = dataclasses.fields(fields)  # type: ignore[arg-type]
    values = {
        one.name: _read(one.metadata[SPEC].kind, node[one.name])
        for one in declared
        if one.name in node or one.default is dataclasses.MISSING
    }
    return fields(**values)


def read_text(value: Any) -> str:
    """Read a text; TypeError if it is something else."""
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _read(kind: FieldKind, value: Any) -> Any:
    match kind:
        case FieldKind.PROMPTS:
            return _read_prompts(value)
        case FieldKind.CHOICES:
            if not isinstance(value, Mapping):
                raise TypeError(value)
            return {read_text(key): StepId(read_text(to)) for key, to in value.items()}
        case FieldKind.OUTPUT | FieldKind.QUEUE | FieldKind.TEXT:
            return read_text(value)
        case FieldKind.NUMBER:
            return float(_read_number(value))
        case FieldKind.INTEGER:
            number = _read_number(value)
            if number != int(number):
                raise ValueError(value)
            return int(number)


def _read_prompts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise TypeError(value)
    return tuple(map(read_text, value))


def _read_number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(value)
    return value


def outputs(fields: Any) -> dict[str, StepId]:
    """The outputs that a step's fields connect: by a field's name, a choice by its key."""
    found: dict[str, StepId] = {}
    for name, one in specs(type(fields)).items():
        value = getattr(fields, name)
        if one.kind is FieldKind.OUTPUT:
            found[name] = value
        elif one.kind is FieldKind.CHOICES:
            found.update(value)
    return found


def queues(fields: Any) -> list[str]:
    """The queues that a step's fields name."""
    declared = specs(type(fields)).items()
    return [getattr(fields, name) for name, one in declared if one.kind is FieldKind.QUEUE]


def properties(fields: type[Any]) -> dict[str, Any]:
    """The JSON schema of each field."""
    return {name: {"title": one.label, **_schema(one)} for name, one in specs(fields).items()}


def required(fields: type[Any]) -> list[str]:
    """The fields that a document must have."""
    return [
        one.name
        for one in dataclasses.fields(fields)
        if one.default is dataclasses.MISSING
        or (one.metadata[SPEC].kind is FieldKind.PROMPTS and one.metadata[SPEC].least)
    ]


def _schema(one: FieldSpec) -> dict[str, Any]:
    match one.kind:
        case FieldKind.PROMPTS:
            whole = {"type": "array", "items": {"type": "string"}}
            return whole | _bounds(one, "minItems", "maxItems")
        case FieldKind.CHOICES:
            whole = {
                "type": "object",
                "propertyNames": {"enum": list(DIGITS)},
                "additionalProperties": {"type": "string"},
            }
            return whole | _bounds(one, "minProperties", "maxProperties")
        case FieldKind.NUMBER | FieldKind.INTEGER:
            return {"type": one.kind.value} | _bounds(one, "minimum", "maximum")
        case FieldKind.OUTPUT | FieldKind.QUEUE | FieldKind.TEXT:
            return {"type": "string"}


def _bounds(one: FieldSpec, least: str, most: str) -> dict[str, Any]:
    bounds = {least: one.least, most: one.most}
    return {word: value for word, value in bounds.items() if value is not None}
