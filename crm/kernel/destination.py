"""Where a call, a chat or a flow goes next: one type for every such setting."""

from dataclasses import dataclass
from enum import StrEnum

from crm.kernel.errors import InvalidError

LONGEST_KEY = 100  # characters


class DestinationKind(StrEnum):
    """The kind of a destination; the values are stored in settings and in flows."""

    AGENT = "agent"
    RING_GROUP = "ring-group"
    QUEUE = "queue"
    FLOW = "flow"
    NUMBER = "number"
    VOICEMAIL = "voicemail"
    FAX = "fax"
    CALLBACK = "callback"
    CUSTOM = "custom"
    HANG_UP = "hangup"


@dataclass(frozen=True, slots=True)
class Destination:
    """One place to go: a kind, and which one of that kind ("" where there is one)."""

    kind: DestinationKind
    key: str = ""

    def __str__(self) -> str:
        """The text form: `queue:support`, `hangup`."""
        return f"{self.kind}:{self.key}" if self.key else self.kind.value


WITHOUT_KEY = frozenset({DestinationKind.FAX, DestinationKind.HANG_UP})
"""The kinds of which there is one."""


def to_agent(agent: int) -> Destination:
    """The destination of one agent."""
    return Destination(DestinationKind.AGENT, str(agent))


NUMBERED = frozenset(
    {
        DestinationKind.AGENT,
        DestinationKind.RING_GROUP,
        DestinationKind.FLOW,
        DestinationKind.VOICEMAIL,
        DestinationKind.CUSTOM,
    }
)
"""The kinds that have a number of the database as their key."""


def read_destination(text: str) -> Destination:
    """Read the text form.

    Hanging up and faxes have no key, agents and flows have a number, all others a printable key.
    InvalidError for anything else.
    """
    word, colon, key = text.partition(":")
    try:
        kind = DestinationKind(word)
    except ValueError:
        raise InvalidError("“{text}” is not a destination.", text=text) from None
    if kind in WITHOUT_KEY:
        right = not colon
    elif kind in NUMBERED:
        right = key.isascii() and key.isdigit() and len(key) <= LONGEST_KEY
    else:
        right = 0 < len(key) <= LONGEST_KEY and key.isprintable() and key == key.strip()
    if not right:
        raise InvalidError("“{text}” is not a destination.", text=text)
    return Destination(kind, key)
