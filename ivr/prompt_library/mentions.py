"""The prompts that the steps of a flow's document play."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from ivr.fields import FieldKind, specs
from ivr.registry import STEP_TYPES


def prompts_of(document: Mapping[str, Any]) -> set[str]:
    """Give the names of the prompts in a document that may hold anything."""
    return {one for prompts in _lists(document) for one in prompts if isinstance(one, str)}


def with_renamed(document: Mapping[str, Any], old: str, new: str) -> dict[str, Any]:
    """Give a copy of a document that plays a prompt under its new name."""
    changed = deepcopy(dict(document))
    for prompts in _lists(changed):
        prompts[:] = [new if one == old else one for one in prompts]
    return changed


def _lists(document: Mapping[str, Any]) -> Iterator[list[Any]]:
    nodes = document.get("nodes")
    for node in nodes.values() if isinstance(nodes, Mapping) else ():
        type_ = STEP_TYPES.get(str(node.get("type"))) if isinstance(node, Mapping) else None
        for name, one in specs(type_.fields).items() if type_ is not None else ():
            if one.kind is FieldKind.PROMPTS and isinstance(node.get(name), list):
                yield node[name]
