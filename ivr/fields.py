"""The fields of a step type: one declaration gives the reading of documents and their JSON schema.

A type declares a frozen dataclass; the metadata of each of its fields is a `FieldSpec`.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from ivr.step import StepId

F = TypeVar("F")

DIGITS = "0123456789*#"
MOST_LEVEL = 10  # of a skill
SPEC = "spec"


class FieldKind(StrEnum):
    """The kind of a field, which decides how a form asks for it."""

    PROMPTS = "prompts"  # names of prompts, played one after the other
    CHOICES = "choices"  # key -> step
    OUTPUT = "output"  # a step
    BRANCHES = "branches"  # expression → step, in order
    SHARES = "shares"  # share of callers → step
    QUEUE = "queue"
    AGENT = "agent"
    RING_GROUP = "ring-group"
    BOX = "box"  # of voicemail
    FLOW = "flow"
    CUSTOM = "custom"
    TIME_GROUP = "time-group"
    PHONE_NUMBER = "phone-number"
    NUMBER = "number"
    INTEGER = "integer"
    FLAG = "flag"
    TEXT = "text"
    OPTION = "option"  # one of several words
    VARIABLE = "variable"  # the name of a variable
    TEMPLATE = "template"  # a text with `{variable}`, or `=` and an expression
    TEMPLATES = "templates"  # name → template
    LIST = "list"  # of numbers
    NEEDS = "needs"  # skill → level


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field of a step: its label in forms, its kind, and its bounds.

    Bounds are for the value, or for the number of values. A step's check reports a breach.
    """

    label: str
    kind: FieldKind
    least: int | None = None
    most: int | None = None
    options: tuple[str, ...] = ()  # of an option
    hint: str = ""


def spec(  # noqa: PLR0913 - what a form needs to know of a field
    label: str,
    kind: FieldKind,
    *,
    least: int | None = None,
    most: int | None = None,
    options: Iterable[str] = (),
    hint: str = "",
) -> dict[str, FieldSpec]:
    """The metadata of a dataclass field."""
    return {SPEC: FieldSpec(label, kind, least, most, tuple(options), hint)}


@dataclass(frozen=True, slots=True)
class Branch:
    """A way that is taken when its expression is true."""

    when: str
    then: StepId


@dataclass(frozen=True, slots=True)
class Share:
    """A way and the percentage of callers who take it."""

    share: int
    then: StepId


REFERENCES = frozenset(
    {
        FieldKind.AGENT,
        FieldKind.RING_GROUP,
        FieldKind.BOX,
        FieldKind.FLOW,
        FieldKind.CUSTOM,
        FieldKind.TIME_GROUP,
        FieldKind.LIST,
    }
)
"""The kinds that name a row of the database, by its number."""

VARIABLE_NAME = r"^[a-z][a-z0-9_]{0,39}$"


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
        one.name: READERS[one.metadata[SPEC].kind](one.metadata[SPEC], node[one.name])
        for one in declared
        if one.name in node or _must_be(one)
    }
    return fields(**values)


def _must_be(one: dataclasses.Field[Any]) -> bool:
    return one.default is one.default_factory is dataclasses.MISSING


def read_text(value: Any) -> str:
    """Read a text; TypeError if it is something else."""
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _read_list(value: Any) -> list[Mapping[str, Any]]:
    if not isinstance(value, list | tuple) or not all(isinstance(one, Mapping) for one in value):
        raise TypeError(value)
    return list(value)


def _read_prompts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise TypeError(value)
    return tuple(map(read_text, value))


def _read_number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(value)
    return value


def _read_choices(value: Any) -> dict[str, StepId]:
    if not isinstance(value, Mapping):
        raise TypeError(value)
    return {read_text(key): StepId(read_text(to)) for key, to in value.items()}


def _read_integer(value: Any) -> int:
    number = _read_number(value)
    if number != int(number):
        raise ValueError(value)
    return int(number)


def _read_option(one: FieldSpec, value: Any) -> str:
    if read_text(value) not in one.options:
        raise ValueError(value)
    return read_text(value)


def _read_flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _read_reference(value: Any) -> int:
    number = _read_integer(value)
    if number < 1:
        raise ValueError(value)
    return number


def _read_branches(value: Any) -> tuple[Branch, ...]:
    return tuple(
        Branch(read_text(one["when"]), StepId(read_text(one["then"]))) for one in _read_list(value)
    )


def _read_shares(value: Any) -> tuple[Share, ...]:
    return tuple(
        Share(_read_integer(one["share"]), StepId(read_text(one["then"])))
        for one in _read_list(value)
    )


def _read_templates(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise TypeError(value)
    return {read_text(key): read_text(to) for key, to in value.items()}


def _read_needs(value: Any) -> dict[str, int]:
    if not isinstance(value, Mapping):
        raise TypeError(value)
    found = {read_text(key): _read_integer(level) for key, level in value.items()}
    if not all(1 <= level <= MOST_LEVEL for level in found.values()):
        raise ValueError(value)
    return found


READERS: Mapping[FieldKind, Callable[[FieldSpec, Any], Any]] = {
    **dict.fromkeys(FieldKind, lambda _, value: read_text(value)),
    **dict.fromkeys(REFERENCES, lambda _, value: _read_reference(value)),
    FieldKind.PROMPTS: lambda _, value: _read_prompts(value),
    FieldKind.CHOICES: lambda _, value: _read_choices(value),
    FieldKind.BRANCHES: lambda _, value: _read_branches(value),
    FieldKind.SHARES: lambda _, value: _read_shares(value),
    FieldKind.TEMPLATES: lambda _, value: _read_templates(value),
    FieldKind.NEEDS: lambda _, value: _read_needs(value),
    FieldKind.NUMBER: lambda _, value: float(_read_number(value)),
    FieldKind.INTEGER: lambda _, value: _read_integer(value),
    FieldKind.OPTION: _read_option,
    FieldKind.FLAG: lambda _, value: _read_flag(value),
}
"""How the value of a field is read, by the field's kind."""


def outputs(fields: Any) -> dict[str, StepId]:
    """The outputs that a step's fields connect: by a field's name, a choice by its key."""
    found: dict[str, StepId] = {}
    for name, one in specs(type(fields)).items():
        value = getattr(fields, name)
        if one.kind is FieldKind.OUTPUT:
            found[name] = value
        elif one.kind is FieldKind.CHOICES:
            found.update(value)
        elif one.kind in {FieldKind.BRANCHES, FieldKind.SHARES}:
            found.update({str(at): way.then for at, way in enumerate(value, start=1)})
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
        if _must_be(one)
        or (
            one.metadata[SPEC].kind is FieldKind.PROMPTS
            and one.metadata[SPEC].least
            and not one.default
        )
    ]


def _schema(one: FieldSpec) -> dict[str, Any]:  # noqa: C901, PLR0911 - one for each kind
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
        case FieldKind.BRANCHES:
            return _ways("when", {"type": "string"}, one)
        case FieldKind.SHARES:
            return _ways("share", {"type": "integer", "minimum": 1, "maximum": 100}, one)
        case FieldKind.TEMPLATES:
            return {"type": "object", "additionalProperties": {"type": "string"}}
        case FieldKind.NEEDS:
            level = {"type": "integer", "minimum": 1, "maximum": MOST_LEVEL}
            return {"type": "object", "additionalProperties": level}
        case FieldKind.NUMBER | FieldKind.INTEGER:
            return {"type": one.kind.value} | _bounds(one, "minimum", "maximum")
        case FieldKind.FLAG:
            return {"type": "boolean"}
        case FieldKind.OPTION:
            return {"type": "string", "enum": list(one.options)}
        case FieldKind.VARIABLE:
            return {"type": "string", "pattern": VARIABLE_NAME}
        case _ if one.kind in REFERENCES:
            return {"type": "integer", "minimum": 1}
        case _:
            return {"type": "string"}


def _ways(name: str, schema: dict[str, Any], one: FieldSpec) -> dict[str, Any]:
    properties = {name: schema, "then": {"type": "string"}}
    item = {"type": "object", "properties": properties, "required": list(properties)}
    return {"type": "array", "items": item} | _bounds(one, "minItems", "maxItems")


def _bounds(one: FieldSpec, least: str, most: str) -> dict[str, Any]:
    bounds = {least: one.least, most: one.most}
    return {word: value for word, value in bounds.items() if value is not None}
