"""The steps of a draft as a table: what each is, where it leads, what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ivr import fields
from ivr.fields import FieldKind, FieldSpec
from ivr.registry import STEP_TYPES
from ivr.step import ERROR
from web.flows.forms import step_title
from web.flows.nodes import nodes_of
from web.flows.shapes import DraftShape, FlowProblemShape
from web.flows.steps import ways_of
from web.flows.words import KEY, NODE_FIELDS, SHARE
from web.flows.world import FlowWorld
from web.kit.i18n import Reader


@dataclass(frozen=True, slots=True)
class WayRow:
    """A way out of a step."""

    label: str
    to: str
    to_name: str
    known: bool


@dataclass(frozen=True, slots=True)
class FlowStepRow:
    """A step."""

    id: str
    name: str
    type: str
    says: str  # prompts, queue and the like
    first: bool
    ways: list[WayRow]
    problems: list[FlowProblemShape]


def step_rows(reader: Reader, draft: DraftShape, world: FlowWorld) -> list[FlowStepRow]:
    """Give the steps in the order in which callers may come to them, the others last."""
    nodes = nodes_of(draft.document)
    start = draft.document.get("start")
    return [
        FlowStepRow(
            key,
            step_title(reader, key, nodes[key]),
            _type(reader, nodes[key]),
            _says(world, nodes[key]),
            key == start,
            [_way(reader, nodes, *way) for way in ways_of(nodes[key])],
            [one for one in draft.problems if one.step == key],
        )
        for key in _in_order(nodes, start)
    ]


def _in_order(nodes: Mapping[str, Any], start: object) -> list[str]:
    found: dict[str, None] = {}
    open_ = [start] if isinstance(start, str) and start in nodes else []
    while open_:
        key = open_.pop(0)
        if key not in found:
            found[key] = None
            open_ += [to for *_, to in ways_of(nodes[key]) if to in nodes]
    return [*found, *(key for key in nodes if key not in found)]


def _type(reader: Reader, node: Mapping[str, Any]) -> str:
    type_ = STEP_TYPES.get(str(node.get("type")))
    return reader.gettext(type_.label) if type_ is not None else str(node.get("type", ""))[:100]


def _says(world: FlowWorld, node: Mapping[str, Any]) -> str:
    """What the step plays, names or sets, in short."""
    type_ = STEP_TYPES.get(str(node.get("type")))
    found: list[str] = []
    for name, one in fields.specs(type_.fields).items() if type_ is not None else ():
        value = node.get(name)
        if one.kind is FieldKind.PROMPTS and isinstance(value, list):
            found += map(str, value)
        elif one.kind in world.choices and value:
            found.append(world.name_of(one.kind, value))
        elif one.kind in {FieldKind.VARIABLE, FieldKind.TEMPLATE, FieldKind.PHONE_NUMBER} and value:
            found.append(str(value))
    return ", ".join(found)[:200]


def _way(  # noqa: PLR0913, PLR0917 - a way out
    reader: Reader,
    nodes: Mapping[str, Any],
    name: str,
    one: FieldSpec | None,
    key: object,
    to: str,
) -> WayRow:
    if name == ERROR or one is None:
        label = reader.gettext(NODE_FIELDS[ERROR])
    elif one.kind is FieldKind.CHOICES:
        label = reader.say(KEY, digit=str(key))
    elif one.kind is FieldKind.SHARES:
        label = reader.say(SHARE, share=str(key))
    elif one.kind is FieldKind.BRANCHES:
        label = str(key)[:80]
    else:
        label = reader.gettext(one.label)
    known = to in nodes
    return WayRow(label, to, step_title(reader, to, nodes[to]) if known else to, known)
