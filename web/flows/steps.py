"""The steps of a draft: listed, added, connected, and read from the form of their type."""

import math
from collections.abc import Mapping
from typing import Any

from crm.kernel.errors import InvalidError
from crm.kernel.text import one_line
from ivr import fields
from ivr.check import MOST_STEPS, type_of
from ivr.fields import DIGITS, REFERENCES, FieldKind, FieldSpec
from ivr.registry import STEP_TYPES
from ivr.step import ERROR, StepType
from web.flows.nodes import Node, Nodes
from web.kit.posted import Posted

MOST_ROWS = 20
NEW = "new:"


def with_nodes(document: Mapping[str, Any], nodes: Nodes) -> dict[str, Any]:
    """The document with these steps; it begins with the first one if with no other."""
    start = document.get("start")
    kept = start if isinstance(start, str) and start in nodes else next(iter(nodes), "")
    return {**document, "start": kept, "nodes": nodes}


def add_step(nodes: Nodes, type_: str) -> str:
    """Add a step of a type at the end and give its id; InvalidError if it cannot be."""
    if type_ not in STEP_TYPES:
        raise InvalidError("The step “{node}” has an unknown type: {type}.", node="", type=type_)
    if len(nodes) >= MOST_STEPS:
        raise InvalidError("The flow has more than {most} steps.", most=MOST_STEPS)
    number = 1
    while (key := f"{type_}-{number}" if number > 1 else type_) in nodes:
        number += 1
    nodes[key] = {"type": type_}
    return key


def remove_step(nodes: Nodes, step: str) -> None:
    """Remove a step and all connections to it."""
    nodes.pop(step, None)
    for node in nodes.values():
        for name in [name for name, value in node.items() if value == step and name != "type"]:
            if name in {ERROR, *_outputs(node)}:
                del node[name]
        for value in node.values():
            if isinstance(value, dict):
                for key in [key for key, to in value.items() if to == step]:
                    del value[key]
            elif isinstance(value, list):
                value[:] = [
                    one for one in value if not (isinstance(one, dict) and one.get("then") == step)
                ]


def _outputs(node: Node) -> list[str]:
    type_ = type_of(node)
    declared = fields.specs(type_.fields).items() if type_ is not None else ()
    return [name for name, one in declared if one.kind is FieldKind.OUTPUT]


def ways_of(node: Mapping[str, Any]) -> list[tuple[str, FieldSpec | None, object, str]]:
    """The connected ways out of a step: field, its declaration, key or expression, and target."""
    type_ = type_of(node)
    found: list[tuple[str, FieldSpec | None, object, str]] = []
    for name, one in fields.specs(type_.fields).items() if type_ is not None else ():
        value = node.get(name)
        if one.kind is FieldKind.OUTPUT and isinstance(value, str) and value:
            found.append((name, one, "", value))
        elif one.kind is FieldKind.CHOICES and isinstance(value, Mapping):
            found += ((name, one, key, str(to)) for key, to in value.items())
        elif one.kind in {FieldKind.BRANCHES, FieldKind.SHARES} and isinstance(value, list):
            word = "when" if one.kind is FieldKind.BRANCHES else "share"
            found += (
                (name, one, row.get(word, ""), str(row.get("then", "")))
                for row in value
                if isinstance(row, Mapping)
            )
    if isinstance(node.get(ERROR), str) and node[ERROR]:
        found.append((ERROR, None, "", str(node[ERROR])))
    return found


def read_step_form(sent: Posted, type_: StepType[Any], nodes: Nodes) -> Node:
    """Read the form of a step; a way to a new step adds it. InvalidError names the field."""
    node: Node = {"type": type_.name}
    if name := one_line(sent.one("name"), 100):
        node["name"] = name
    for field, one in fields.specs(type_.fields).items():
        value = _read(sent, field, one, nodes)
        if _is_kept(type_, field, one, value):
            node[field] = value
    if error := _way(sent.one(ERROR), nodes):
        node[ERROR] = error
    return node


def _is_kept(type_: StepType[Any], field: str, one: FieldSpec, value: object) -> bool:
    """Whether a document must say the value: a new step has another one."""
    default = type_.fields.__dataclass_fields__[field].default
    if one.kind is FieldKind.FLAG:
        return bool(value != default)
    if one.kind is FieldKind.PROMPTS and not value:
        return bool(isinstance(default, tuple) and default)
    return value not in ("", None, [], {})


def _way(value: str, nodes: Nodes) -> str:
    return add_step(nodes, value.removeprefix(NEW)) if value.startswith(NEW) else value[:100]


def _read(sent: Posted, name: str, one: FieldSpec, nodes: Nodes) -> Any:  # noqa: PLR0911 - one for each kind
    typed = sent.one(name).strip()
    match one.kind:
        case FieldKind.OUTPUT:
            return _way(typed, nodes)
        case FieldKind.CHOICES:
            ways = ((digit, sent.one(f"{name}.{digit}")) for digit in DIGITS)
            return {digit: _way(to, nodes) for digit, to in ways if to}
        case FieldKind.PROMPTS:
            rows = (sent.one(f"{name}.{at}")[:100] for at in range(1, MOST_ROWS + 1))
            return [prompt for prompt in rows if prompt]
        case FieldKind.BRANCHES | FieldKind.SHARES:
            return _read_rows(sent, name, one, nodes)
        case FieldKind.TEMPLATES:
            pairs = (
                (sent.one(f"{name}.{at}.name"), sent.one(f"{name}.{at}.value"))
                for at in range(1, MOST_ROWS + 1)
            )
            return {key.strip()[:100]: text.strip()[:500] for key, text in pairs if key.strip()}
        case FieldKind.NEEDS:
            return _read_needs(sent, name, one)
        case FieldKind.NUMBER | FieldKind.INTEGER:
            return _number(typed, name, one)
        case FieldKind.FLAG:
            return bool(typed)
        case _ if one.kind in REFERENCES:
            return int(typed) if typed.isascii() and typed.isdecimal() else None
        case _:
            return typed[:500]


def _read_rows(sent: Posted, name: str, one: FieldSpec, nodes: Nodes) -> list[Node]:
    word = "when" if one.kind is FieldKind.BRANCHES else "share"
    found: list[Node] = []
    for at in range(1, MOST_ROWS + 1):
        value = sent.one(f"{name}.{at}.{word}").strip()[:500]
        to = _way(sent.one(f"{name}.{at}.then"), nodes)
        if not value and not to:
            continue
        read: Any = value
        if one.kind is FieldKind.SHARES:
            read = _number(value, f"{name}.{at}.{word}", one) if value else 0
        found.append({word: read, "then": to})
    return found


def _read_needs(sent: Posted, name: str, one: FieldSpec) -> Node:
    found: Node = {}
    for at in range(1, MOST_ROWS + 1):
        if skill := sent.one(f"{name}.{at}.skill")[:100]:
            place = f"{name}.{at}.level"
            found[skill] = _number(sent.one(place).strip() or "1", place, one)
    return found


def _number(typed: str, name: str, one: FieldSpec) -> int | float | None:
    if not typed:
        return None
    try:
        value = float(typed)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InvalidError("Enter a number.", field=name)
    if one.kind is FieldKind.NUMBER:
        return value
    if value != int(value):
        raise InvalidError("Enter a whole number.", field=name)
    return int(value)
