"""A change of the live house: whom its items concern, and how each watcher reads it. Pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from web.scope import Audience, Scope

Value = Mapping[str, Any]
Item = Mapping[str, Any]  # {"kind": …, "id": …, "value": {…} | None}, as it came over the link
Key = tuple[str, str]

# A desk acts on its agent and its call; a queue's figures may come a moment later, many at once.
HURRIED = frozenset({"agent", "call"})


@dataclass(frozen=True, slots=True)
class Part:
    """One item of a change, and whom it concerned before and concerns after.

    `own` is False for an item that is as it was, but is seen by others now: a call that was
    offered, a queue that was joined.
    """

    item: Item
    before: Audience
    after: Audience
    own: bool = True

    def shown_to(self, scope: Scope) -> Item | None:
        """Give what a watcher is told: the item, that it is gone for him, or nothing."""
        if scope.sees(self.after):
            return self.item if self.own or not scope.sees(self.before) else None
        if scope.sees(self.before):
            return {"kind": self.item["kind"], "id": self.item["id"], "value": None}
        return None


@dataclass(frozen=True, slots=True)
class Change:
    """One numbered change of the engine's; each view of it is written as JSON once."""

    number: int
    parts: tuple[Part, ...]
    _written: dict[tuple[tuple[int, bool], ...], str] = field(default_factory=dict, compare=False)

    def items(self, scope: Scope) -> list[Item]:
        """Give what somebody sees of it."""
        return [shown for part in self.parts if (shown := part.shown_to(scope)) is not None]

    def text(self, scope: Scope) -> str:
        """Write what somebody sees of it, "" for nothing; who sees the same shares the text."""
        shown = [(index, part.shown_to(scope)) for index, part in enumerate(self.parts)]
        view = tuple((index, one["value"] is None) for index, one in shown if one is not None)
        if not view:
            return ""
        if view not in self._written:
            items = [one for _, one in shown if one is not None]
            self._written[view] = write({"number": self.number, "items": items})
        return self._written[view]


@dataclass(frozen=True, slots=True)
class Told:
    """A message of changes: `text` is JSON, `number` the one up to which it tells."""

    number: int
    text: str


def write(message: object) -> str:
    """Write a message as the wire has it."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"), default=str)


def told(changes: Iterable[Change], scope: Scope) -> list[Told]:
    """Write changes one by one; for a desk, figures that follow each other are told once."""
    if scope.floor:
        texts = ((change.number, change.text(scope)) for change in changes)
        return [Told(number, text) for number, text in texts if text]
    messages: list[Told] = []
    figures: dict[Key, Item] = {}
    number = 0
    for change in changes:
        items = change.items(scope)
        if any(item["kind"] in HURRIED for item in items):
            if figures:
                messages.append(
                    Told(number, write({"number": number, "items": [*figures.values()]}))
                )
                figures = {}
            messages.append(Told(change.number, change.text(scope)))
        elif items:
            figures |= {key_of(item): item for item in items}
            number = change.number
    if figures:
        messages.append(Told(number, write({"number": number, "items": [*figures.values()]})))
    return messages


def key_of(item: Item) -> Key:
    """Name an item."""
    return str(item["kind"]), str(item["id"])
