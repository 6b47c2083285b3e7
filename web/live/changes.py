"""A change of the live house: whom its items concern, and how watchers read it. Pure.

Each item is written as JSON once, whoever reads it; a message is put together from written items.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from web.live.scope import Audience, Scope

Value = Mapping[str, Any]
Item = Mapping[str, Any]  # {"kind": …, "id": …, "value": {…} | None}, as it came over the link
Key = tuple[str, str]

# A desk acts on its agent and its call; these may come a moment later, only the newest of each.
FIGURES = frozenset({"queue", "engine"})


@dataclass(frozen=True, eq=False)
class ChangedItem:
    """One item of a change, and whom it concerned before and concerns after.

    `own` is False for an item that is as it was, but is seen by others now: a call that was
    offered, a queue that was joined.
    """

    item: Item
    before: Audience
    after: Audience
    own: bool = True

    def is_shown_to(self, scope: Scope) -> bool:
        """Whether a watcher is told anything of it."""
        if scope.sees(self.after):
            return self.own or not scope.sees(self.before)
        return scope.sees(self.before)

    def text(self, scope: Scope) -> str:
        """Write what a watcher is told, to whom it is shown: the item, or that it is gone."""
        return self._text if scope.sees(self.after) else self._gone

    def is_figure_for(self, scope: Scope) -> bool:
        """Whether it is only a newer figure of what a watcher sees anyway."""
        return self.item["kind"] in FIGURES and scope.sees(self.after)

    @property
    def is_order(self) -> bool:
        """Whether it asks a desk to do something: what follows must not be told in its place."""
        return "answer" in (self.item["value"] or ())

    @cached_property
    def key(self) -> Key:
        """Name its item."""
        return key_of(self.item)

    @property
    def desks(self) -> frozenset[int]:
        """Whose desks must hear of it at once."""
        before, after = self.before.people, self.after.people
        if self.item["kind"] not in FIGURES:
            return before | after
        return before ^ after if before is not after else frozenset()

    @cached_property
    def _text(self) -> str:
        return write(self.item)

    @cached_property
    def _gone(self) -> str:
        return write({"kind": self.item["kind"], "id": self.item["id"], "value": None})


@dataclass(frozen=True, eq=False)
class LiveChange:
    """One numbered change of the engine's."""

    number: int
    parts: tuple[ChangedItem, ...]

    @cached_property
    def desks(self) -> frozenset[int]:
        """Whose desks must hear of it at once."""
        return frozenset().union(*(part.desks for part in self.parts))


@dataclass(frozen=True, slots=True)
class ChangeMessage:
    """A message of changes: `text` is JSON, `number` the one up to which it tells."""

    number: int
    text: str


def write(message: object) -> str:
    """Write a message as the wire has it."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"), default=str)


def message_of(number: int, items: Iterable[str]) -> ChangeMessage:
    """Put a message together from items that are written already."""
    return ChangeMessage(number, f'{{"number":{number},"items":[{",".join(items)}]}}')


def floor_messages(changes: Iterable[LiveChange], scope: Scope) -> list[ChangeMessage]:
    """Tell a floor of changes: what changed more than once is told once, as it is now."""
    messages: list[ChangeMessage] = []
    newest: dict[Key, str] = {}
    number = 0
    for change in changes:
        shown = [part for part in change.parts if part.is_shown_to(scope)]
        for part in shown:
            newest[part.key] = part.text(scope)
            number = change.number
        if any(part.is_order for part in shown):
            messages.append(message_of(number, newest.values()))
            newest = {}
    if newest:
        messages.append(message_of(number, newest.values()))
    return messages


def desk_messages(
    changes: Iterable[LiveChange], figures: Mapping[Key, str], number: int, scope: Scope
) -> list[ChangeMessage]:
    """Tell a desk each change of its own, one by one, and the newest figures with the first.

    `figures` are those that it sees now; "" for one that it was told already. Without any change
    they are told up to `number`.
    """
    messages = []
    newest = [text for text in figures.values() if text]
    for change in changes:
        # A queue that was left and joined again must not be told as gone after its figures.
        own = [
            part.text(scope)
            for part in change.parts
            if part.is_shown_to(scope) and not (part.is_figure_for(scope) or part.key in figures)
        ]
        messages.append(message_of(change.number, [*own, *newest]))
        newest = []
    if newest:
        messages.append(message_of(number, newest))
    return messages


def key_of(item: Item) -> Key:
    """Name an item."""
    return str(item["kind"]), str(item["id"])
