"""People who sign in, their sessions, and the log of who came in."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

UserId = NewType("UserId", int)


class Role(StrEnum):
    """What somebody may do."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


class Language(StrEnum):
    """The languages of the pages, as gettext names them."""

    ENGLISH = "en"
    CHINESE = "zh_CN"


class SessionKind(StrEnum):
    """Whether a session is held by a browser's cookie or by a script's bearer token."""

    BROWSER = "browser"
    API = "api"


class LoginResult(StrEnum):
    """How an attempt to sign in came out."""

    SIGNED_IN = "signed in"
    SIGNED_OUT = "signed out"
    WRONG = "wrong"  # no such login, or not its password: the log does not tell which
    DISABLED = "disabled"
    THROTTLED = "throttled"


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in; disabled, never deleted."""

    id: UserId
    login: str
    name: str
    role: Role
    language: Language
    timezone: str  # IANA name; "" is the house's
    enabled: bool
    created_at: datetime
    password_hash: str = field(repr=False)  # argon2


@dataclass(frozen=True, slots=True)
class NewUser:
    """What is needed to add somebody."""

    login: str
    name: str
    role: Role
    password_hash: str = field(repr=False)
    language: Language = Language.ENGLISH
    timezone: str = ""


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session about to be opened; only the hash of its token is kept."""

    token: str = field(repr=False)
    user: UserId
    kind: SessionKind
    csrf: str = field(repr=False)
    created_at: datetime
    expires_at: datetime
    address: str = ""
    user_agent: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An open session and whose it is."""

    id: int
    user: User
    kind: SessionKind
    csrf: str = field(repr=False)
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class Login:
    """One line of the login log."""

    at: datetime
    login: str  # as it was typed, cut
    user: UserId | None
    address: str
    result: LoginResult


def token_hash(token: str) -> str:
    """Hash a token for the database.

    A token is 256 bits of chance, so a plain sha256 without salt is enough (unlike a password).
    """
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
