"""Mail: what is on its way to people, and what becomes of one after an attempt to send it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from crm.kernel.errors import InvalidError
from crm.parameters.parameter import Parameters
from crm.people.person import Language

MailId = NewType("MailId", int)
LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3, without the brackets


def server_is_named(known: Parameters) -> bool:
    """Say whether the site named a mail server; without one nothing is put into the outbox."""
    return bool(known.text("mail_server"))


class MailKind(StrEnum):
    """What a mail is; its template has this name. Kept in the database: never reuse one."""

    NOTICE = "notice"
    PASSWORD = "password"  # noqa: S105 - the way to a new one
    WELCOME = "welcome"  # the way to the first one
    TEST = "test"


class Wanted(StrEnum):
    """Which notices a person wants by mail."""

    OFF = "off"
    URGENT = "urgent"
    ALL = "all"


DEFAULT_WANTED = Wanted.URGENT


class MailState(StrEnum):
    """How far a mail has come."""

    WAITING = "waiting"
    SENT = "sent"  # a mail server has accepted it
    DEAD = "dead"  # given up; it can be sent again by hand


class MailFailure(StrEnum):
    """Why an attempt failed."""

    OFF = "off"  # no server is named
    NAME = "name"  # the server's name is not known
    CONNECT = "connect"
    TLS = "tls"
    PLAIN = "plain"  # it offers no encryption
    TIMEOUT = "timeout"
    CLOSED = "closed"  # in the middle of the talk, or it speaks no SMTP
    LOGIN = "login"
    SECRET = "secret"  # noqa: S105 - ours can no longer be read
    SENDER = "sender"
    ADDRESS = "address"  # the recipient's is none, so no server was asked
    RECIPIENT = "recipient"
    REFUSED = "refused"  # the mail itself
    LATER = "later"  # the server asks to come again
    LATE = "late"  # by now it would be of no use


# Of the mail or its recipient, and for good: the next attempt would come out the same.
FOR_GOOD = frozenset(
    {MailFailure.ADDRESS, MailFailure.RECIPIENT, MailFailure.REFUSED, MailFailure.LATE}
)
# Of the server, so that the next mail would fare no better now.
OF_SERVER = frozenset(
    {
        MailFailure.OFF,
        MailFailure.NAME,
        MailFailure.CONNECT,
        MailFailure.TLS,
        MailFailure.PLAIN,
        MailFailure.TIMEOUT,
        MailFailure.CLOSED,
        MailFailure.LOGIN,
        MailFailure.SECRET,
        MailFailure.SENDER,
    }
)


@dataclass(frozen=True, slots=True)
class NewMail:
    """A mail about to be put into the outbox; `sealed` is what only the web can read of it."""

    kind: MailKind
    address: str
    language: Language
    values: Mapping[str, str | float] = field(default_factory=dict)
    user: int | None = None
    sealed: str = field(default="", repr=False)
    good_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail as it stands in the outbox."""

    id: MailId
    kind: MailKind
    user: int | None
    address: str
    language: Language
    values: Mapping[str, str | float]
    sealed: str = field(repr=False)
    state: MailState
    attempts: int
    created_at: datetime
    due_at: datetime
    good_until: datetime | None
    done_at: datetime | None
    failure: MailFailure | None
    answer: str


@dataclass(frozen=True, slots=True)
class MailAnswer:
    """How an attempt came out; no failure is a success. `text` is what the server said."""

    failure: MailFailure | None = None
    text: str = ""
    for_good: bool = False


@dataclass(frozen=True, slots=True)
class MailVerdict:
    """What becomes of a mail after an attempt."""

    state: MailState
    wait_seconds: float = 0.0


WAITS = (30.0, 120.0, 600.0, 1800.0, 3600.0, 3 * 3600.0, 6 * 3600.0, 12 * 3600.0, 24 * 3600.0)
MOST_ATTEMPTS = len(WAITS) + 1
JITTER = 0.2  # of a wait, to either side


def judge(attempt: int, answer: MailAnswer, chance: float) -> MailVerdict:
    """Say what becomes of a mail after its attempt (1 is the first); `chance` is 0..1.

    It is tried for two days; what is refused for good is given up at once (RFC 5321, 4.5.4.1).
    """
    if answer.failure is None:
        return MailVerdict(MailState.SENT)
    if answer.for_good or answer.failure in FOR_GOOD or attempt >= MOST_ATTEMPTS:
        return MailVerdict(MailState.DEAD)
    wait = WAITS[attempt - 1] * (1 + JITTER * (2 * chance - 1))
    return MailVerdict(MailState.WAITING, wait)


# One address as people have it: no quoted names, no addresses by number, no letters beyond ASCII.
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)


def is_address(text: str) -> bool:
    """Say whether mail can be sent to it: exactly one plain address, and nothing beside it."""
    return len(text) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None


def checked_address(text: str, field_name: str = "email") -> str:
    """Give an address without spaces around it; InvalidError if it is none."""
    address = text.strip()
    if not is_address(address):
        raise InvalidError("This is not an e-mail address.", field=field_name)
    return address


def wants(choice: Wanted, *, urgent: bool) -> bool:
    """Whether a person with this choice wants a notice by mail."""
    return choice is Wanted.ALL or (choice is Wanted.URGENT and urgent)


def read_wanted(kept: object) -> Wanted:
    """Read a choice as it is kept; who never chose has the default."""
    return Wanted(str(kept)) if kept in set(Wanted) else DEFAULT_WANTED
