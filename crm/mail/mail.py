"""Mail to users: its kinds and states, and what happens after an attempt to send it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from crm.jobs.job import Schedule
from crm.kernel.errors import InvalidError
from crm.parameters.parameter import Parameters
from crm.people.person import Language

MailId = NewType("MailId", int)
LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3, without the brackets


def server_is_named(known: Parameters) -> bool:
    """Say whether a mail server is set; without one no mail is queued."""
    return bool(known.text("mail_server"))


class MailKind(StrEnum):
    """The kind of a mail, also the name of its template. Stored: never reuse a value."""

    NOTICE = "notice"
    PASSWORD = "password"  # noqa: S105 - a link to set a new password
    WELCOME = "welcome"  # a link to set the first password
    TEST = "test"
    VOICEMAIL = "voicemail"  # a message that a caller left, attached if it is small


class MailPreference(StrEnum):
    """Which notifications a user wants by mail."""

    OFF = "off"
    URGENT = "urgent"
    ALL = "all"


DEFAULT_MAIL_PREFERENCE = MailPreference.URGENT


class MailState(StrEnum):
    """How far a mail is."""

    WAITING = "waiting"
    SENT = "sent"  # a server accepted it; whether it is read is unknown
    DEAD = "dead"  # given up; an administrator can send it again


class MailFailure(StrEnum):
    """Why an attempt failed."""

    OFF = "off"  # no server is set
    NAME = "name"  # the server's name does not resolve
    CONNECT = "connect"
    TLS = "tls"
    PLAIN = "plain"  # the server offers no encryption
    TIMEOUT = "timeout"
    CLOSED = "closed"  # the connection broke, or it is not an SMTP server
    LOGIN = "login"
    SECRET = "secret"  # noqa: S105 - our stored password cannot be decrypted
    SENDER = "sender"
    ADDRESS = "address"  # the recipient's address is not valid; no server was asked
    RECIPIENT = "recipient"
    REFUSED = "refused"  # the mail itself was refused
    LATER = "later"  # the server asks to try again later
    LATE = "late"  # its time has passed, e.g. of an expired link


# Permanent failures of the mail or its recipient: another attempt would fail in the same way.
FOR_GOOD = frozenset(
    {MailFailure.ADDRESS, MailFailure.RECIPIENT, MailFailure.REFUSED, MailFailure.LATE}
)
# Failures of the server: the next mail would fail too.
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
    """A mail to be queued; `sealed` holds values that only the web can decrypt."""

    kind: MailKind
    address: str
    language: Language
    values: Mapping[str, str | float] = field(default_factory=dict)
    user: int | None = None
    sealed: str = field(default="", repr=False)
    good_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """A stored mail. `attempts` and `due_at` come from its job."""

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
class MailResult:
    """The result of an attempt; without a failure it succeeded. `text` is what the server said."""

    failure: MailFailure | None = None
    text: str = ""
    for_good: bool = False


@dataclass(frozen=True, slots=True)
class MailDecision:
    """What to do with a mail after an attempt."""

    state: MailState
    wait_seconds: float = 0.0


# Two days in all (RFC 5321, 4.5.4.1 asks for several).
SCHEDULE = Schedule(
    (30.0, 120.0, 600.0, 1800.0, 3600.0, 3 * 3600.0, 6 * 3600.0, 12 * 3600.0, 24 * 3600.0)
)


def judge(attempt: int, result: MailResult, chance: float) -> MailDecision:
    """Decide about a mail after its attempt (1 is the first); `chance` is 0..1.

    A permanent refusal is given up at once.
    """
    if result.failure is None:
        return MailDecision(MailState.SENT)
    wait = SCHEDULE.wait_after(attempt, chance)
    if result.for_good or result.failure in FOR_GOOD or wait is None:
        return MailDecision(MailState.DEAD)
    return MailDecision(MailState.WAITING, wait)


# One ordinary address: no quoted local part, no IP address as domain, ASCII only.
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)


def is_address(text: str) -> bool:
    """Say whether a text is exactly one ordinary mail address."""
    return len(text) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None


def checked_address(text: str, field_name: str = "email") -> str:
    """Give an address without surrounding spaces; InvalidError if it is not valid."""
    address = text.strip()
    if not is_address(address):
        raise InvalidError("Enter a valid email address.", field=field_name)
    return address


def wants(choice: MailPreference, *, urgent: bool) -> bool:
    """Say whether a user with this preference gets a notification by mail."""
    return choice is MailPreference.ALL or (choice is MailPreference.URGENT and urgent)


def read_mail_preference(kept: object) -> MailPreference:
    """Read a stored preference; the default if the user never chose."""
    return MailPreference(str(kept)) if kept in set(MailPreference) else DEFAULT_MAIL_PREFERENCE
