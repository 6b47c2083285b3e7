"""What the steps of a flow's document name, as destinations."""

from collections.abc import Iterator, Mapping
from typing import Any

from crm.kernel.destination import DestinationKind
from ivr.fields import FieldKind, specs
from ivr.registry import STEP_TYPES

NAMED: Mapping[FieldKind, DestinationKind] = {
    FieldKind.QUEUE: DestinationKind.QUEUE,
    FieldKind.AGENT: DestinationKind.AGENT,
    FieldKind.RING_GROUP: DestinationKind.RING_GROUP,
    FieldKind.PHONE_NUMBER: DestinationKind.NUMBER,
    FieldKind.BOX: DestinationKind.VOICEMAIL,
    FieldKind.CUSTOM: DestinationKind.CUSTOM,
    FieldKind.FLOW: DestinationKind.FLOW,
}


def things_of(document: Mapping[str, Any]) -> Iterator[tuple[str, FieldKind, Any]]:
    """Give what the fields of the steps hold: the step's type, the field's kind, its value."""
    nodes = document.get("nodes")
    for node in nodes.values() if isinstance(nodes, Mapping) else ():
        type_ = STEP_TYPES.get(str(node.get("type"))) if isinstance(node, Mapping) else None
        for name, one in specs(type_.fields).items() if type_ is not None else ():
            if type_ is not None and name in node:
                yield type_.name, one.kind, node[name]


def destinations_of(document: Mapping[str, Any]) -> Iterator[str]:
    """Give the destinations that steps lead to or go through, as texts."""
    for type_, kind, value in things_of(document):
        if kind in NAMED:
            yield f"{NAMED[kind]}:{value}"
            if type_ == DestinationKind.CALLBACK:
                yield f"{DestinationKind.CALLBACK}:{value}"
