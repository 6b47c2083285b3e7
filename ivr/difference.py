"""What differs between two versions of a flow, by meaning: steps are the same by their ids."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class FlowChange(StrEnum):
    """What happened to a step, or to the flow."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    START = "start"


@dataclass(frozen=True, slots=True)
class Difference:
    """A step that was added, removed or changed; of a changed one a field and both values."""

    change: FlowChange
    step: str
    field: str = ""
    before: Any = None
    after: Any = None


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Give the differences, by the steps' ids; removed steps last."""
    old, new = before.get("nodes") or {}, after.get("nodes") or {}
    found: list[Difference] = []
    if before.get("start") != after.get("start"):
        start = str(after.get("start") or "")
        found.append(Difference(FlowChange.START, start, "start", before.get("start"), start))
    for step, node in sorted(new.items()):
        if step not in old:
            found.append(Difference(FlowChange.ADDED, step, after=node))
            continue
        for name in sorted({*old[step], *node}):
            was, is_ = old[step].get(name), node.get(name)
            if was != is_:
                found.append(Difference(FlowChange.CHANGED, step, name, was, is_))
    gone = (step for step in sorted(old) if step not in new)
    found += (Difference(FlowChange.REMOVED, step, before=old[step]) for step in gone)
    return found
