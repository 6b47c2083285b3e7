"""Messages that callers left: their states, and who may hear them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from crm.kernel.errors import InvalidError
from crm.voicemail.box import BoxId

MessageId = NewType("MessageId", int)


class MessageState(StrEnum):
    """How far a message is. The values are stored."""

    NEW = "new"
    ASSIGNED = "assigned"
    HANDLED = "handled"


@dataclass(frozen=True, slots=True)
class Message:
    """A message in a box; its file is below Asterisk's recordings."""

    id: MessageId
    box: BoxId
    box_name: str
    box_agent: int | None  # the owner of the personal box that it is in
    call: str
    file: str  # without its ending, "voicemail/…"
    caller: str
    called: str
    customer: int | None
    at: datetime
    seconds: float
    state: MessageState
    assigned_to: int | None
    handled_by: int | None
    handled_at: datetime | None
    note: str
    heard_at: datetime | None = None  # first
    heard_by: int | None = None  # None: unknown, the box was opened by its PIN
    heard_by_phone: bool = False


@dataclass(frozen=True, slots=True)
class MessageReach:
    """The messages that a user may hear; all if `people` is None.

    Within reach are the personal boxes of these people, the boxes of these user groups, and what is
    assigned to one of these people.
    """

    people: frozenset[int] | None = None
    groups: frozenset[int] = frozenset()


EVERY_MESSAGE = MessageReach()


@dataclass(frozen=True, slots=True)
class MessageFilter:
    """The filter of a list of messages; an empty field matches all."""

    state: MessageState | None = None
    open_only: bool = False  # without handled messages
    unheard_only: bool = False  # without messages already heard
    box: int | None = None
    caller: str = ""  # E.164, or a part of a number
    customer: int | None = None
    assigned_to: int | None = None
    since: datetime | None = None
    until: datetime | None = None  # not included


@dataclass(frozen=True, slots=True)
class Care:
    """What a user sets for a message: an owner, whether it is handled, and a note."""

    assigned_to: int | None = None
    handled: bool = False
    note: str = ""


def state_of(care: Care) -> MessageState:
    """Give the state that follows from what a user set."""
    if care.handled:
        return MessageState.HANDLED
    return MessageState.NEW if care.assigned_to is None else MessageState.ASSIGNED


def care_of(message: Message) -> Care:
    """Give what is set of a message."""
    handled = message.state is MessageState.HANDLED
    return Care(message.assigned_to, handled, message.note)


def check_assigned(care: Care, before: Care, may_care: Iterable[int]) -> None:
    """Refuse a new person who cannot open messages; InvalidError names the field."""
    chosen = care.assigned_to
    if chosen is not None and chosen != before.assigned_to and chosen not in set(may_care):
        raise InvalidError("“{key}” is not one of the options.", "assigned_to", key=chosen)
