"""Voicemail boxes: greeting, longest message, and the agent or user group that a box belongs to."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NewType

from crm.kernel.errors import InvalidError
from crm.mail.mail import checked_address
from crm.people.person import Language

BoxId = NewType("BoxId", int)

SHORTEST_SECONDS = 1.0
"""A shorter message has no words in it."""

STANDARD_GREETING = "voicemail"
"""The prompt of a box without a greeting of its own."""

LEAST_SECONDS, MOST_SECONDS = 5, 1800  # of the longest message
MOST_DAYS = 3650
LONGEST_GREETING = 1000  # characters
MOST_ADDRESSES = 10
PIN_DIGITS = range(4, 11)


@dataclass(frozen=True, slots=True)
class VoicemailBox:
    """A box as the engine uses it."""

    id: BoxId
    name: str
    greeting: str = STANDARD_GREETING  # name of a prompt
    most_seconds: int = 180  # of one message
    agent: int | None = None  # the owner of a personal box
    language: Language = Language.ENGLISH
    has_pin: bool = False  # without one it is opened by its agent's own phone only


@dataclass(frozen=True, slots=True)
class BoxCodes:
    """What phones dial to hear messages; "" for a code that is not in use."""

    own: str = "*97"  # the own box
    other: str = "*98"  # another box, by its number and PIN


@dataclass(frozen=True, slots=True)
class BoxDraft:
    """What can be set of a box. Without an agent and a group it is the whole site's."""

    name: str
    agent: int | None = None
    group: int | None = None
    language: Language = Language.ENGLISH
    greeting: str = ""  # what is said; "": the standard greeting
    most_seconds: int = 180
    keep_days: int = 90  # 0: until a user deletes the message
    mail_to: tuple[str, ...] = ()
    pin_hash: str = ""  # "": no access by phone
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class BoxSettings:
    """A stored box with the number of its messages."""

    id: BoxId
    draft: BoxDraft
    messages: int = 0
    waiting: int = 0  # of them not handled yet


def check_draft(draft: BoxDraft) -> None:
    """Check what belongs together; InvalidError names the field that is wrong."""
    if draft.agent is not None and draft.group is not None:
        raise InvalidError("Choose an agent or a user group, not both.", "group")


def read_addresses(typed: Iterable[str]) -> tuple[str, ...]:
    """Read mail addresses, each once; InvalidError if one is not valid or there are too many."""
    read = [checked_address(one, "mail_to") for one in typed if one.strip()]
    addresses = tuple({one.casefold(): one for one in read}.values())
    if len(addresses) > MOST_ADDRESSES:
        raise InvalidError("Too many: at most {longest}.", "mail_to", longest=MOST_ADDRESSES)
    return addresses


def read_pin(typed: str) -> str:
    """Read a PIN, "" for none; InvalidError unless it is of digits that are not easily guessed."""
    pin = typed.strip()
    if not pin:
        return ""
    if not (pin.isascii() and pin.isdigit() and len(pin) in PIN_DIGITS):
        raise InvalidError(
            "A PIN has {least} to {most} digits.",
            "pin",
            least=PIN_DIGITS.start,
            most=PIN_DIGITS.stop - 1,
        )
    if len(set(pin)) == 1 or pin in "01234567890" or pin in "09876543210":
        raise InvalidError("This PIN is too easy to guess.", "pin")
    return pin
