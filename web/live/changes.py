"""Changes of the live state: the subscribers that see their items, and their messages. Pure.

Each item is written as JSON once for all subscribers; messages are joined from written items.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from web.live.schema import FIGURES, is_order
from web.live.scope import Audience, Scope

Item = Mapping[str, Any]  # {"kind": …, "id": …, "value": {…} | None}, as the engine sends it
Key = tuple[str, str]


@dataclass(frozen=True, eq=False)
class ChangedItem:
    """One item of a change, with its audience before and after.

    `own` is False for an item that has not changed itself but has another audience now: a call that
    was offered, a queue that an agent joined.
    """

    item: Item
    before: Audience
    after: Audience
    own: bool = True

    def is_shown_to(self, scope: Scope) -> bool:
        """Whether a subscriber with this scope gets a message about it."""
        if scope.sees(self.after):
            return self.own or not scope.sees(self.before)
        return scope.sees(self.before)

    def text(self, scope: Scope) -> str:
        """Write the message for a subscriber who sees it: the item, or that it is gone."""
        return self._text if scope.sees(self.after) else self._gone

    def is_figure_for(self, scope: Scope) -> bool:
        """Whether it is only a newer figure of an item that the subscriber sees anyway."""
        return self.item["kind"] in FIGURES and scope.sees(self.after)

    @property
    def is_order(self) -> bool:
        """Whether it is a command to a desk, which a later change must not replace."""
        return is_order(self.item["value"])

    @cached_property
    def key(self) -> Key:
        """Give the kind and id of the item."""
        return key_of(self.item)

    @property
    def desks(self) -> frozenset[int]:
        """Give the agents whose desks get it at once."""
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
    """One numbered change of the engine."""

    number: int
    parts: tuple[ChangedItem, ...]

    @cached_property
    def desks(self) -> frozenset[int]:
        """Give the agents whose desks get it at once."""
        return frozenset().union(*(part.desks for part in self.parts))


@dataclass(frozen=True, slots=True)
class ChangeMessage:
    """A message with changes: `text` is JSON, `number` the last change in it."""

    number: int
    text: str


def write(message: object) -> str:
    """Write a message as JSON."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"), default=str)


def message_of(number: int, items: Iterable[str]) -> ChangeMessage:
    """Make a message from written items."""
    return ChangeMessage(number, f'{{"number":{number},"items":[{",".join(items)}]}}')


def floor_messages(changes: Iterable[LiveChange], scope: Scope) -> list[ChangeMessage]:
    """Make the messages of a floor; an item that changed several times is sent once."""
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
    """Make the messages of a desk: one for each of its changes, the newest figures in the first.

    `figures` are the current ones that the desk sees; "" for one that it has already. Without any
    change they are sent with `number`.
    """
    messages = []
    newest = [text for text in figures.values() if text]
    for change in changes:
        # A queue that the agent left and joined again must not be sent as gone after its figures.
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
    """Give the kind and id of an item."""
    return str(item["kind"]), str(item["id"])
