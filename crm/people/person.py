"""People who sign in, their sessions, and the log of who came in."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from crm.people.rights import BuiltIn, Extent, Right, Rights, Role, RoleId, narrowed

UserId = NewType("UserId", int)


class Language(StrEnum):
    """The languages of the pages, as gettext names them."""

    ENGLISH = "en"
    CHINESE = "zh_CN"


class SessionKind(StrEnum):
    """Held by a browser's cookie, by a script that signed in, or a token made for a program."""

    BROWSER = "browser"
    API = "api"
    TOKEN = "token"  # noqa: S105 - a kind of session


class LoginResult(StrEnum):
    """How an attempt to sign in came out."""

    SIGNED_IN = "signed in"
    SIGNED_OUT = "signed out"
    WRONG = "wrong"  # no such login, or not its password: the log does not tell which
    DISABLED = "disabled"
    THROTTLED = "throttled"
    SECOND_FACTOR_WRONG = "second factor wrong"
    SESSION_ENDED = "session ended"  # by somebody else, or from another browser
    LINK_ASKED = "link asked"  # for a new password; whether there is such an account is not told
    LINK_WRONG = "link wrong"  # too old, used, or made up
    LINK_USED = "link used"  # a password was set by it


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
    password_hash: str = field(repr=False)  # argon2; "" lets nobody in by password
    email: str = ""
    must_change_password: bool = False
    password_changed_at: datetime | None = None
    totp: bool = False  # a second factor is asked for
    by_provider: bool = False  # an identity provider vouches for him


@dataclass(frozen=True, slots=True)
class NewUser:
    """What is needed to add somebody."""

    login: str
    name: str
    role: BuiltIn | RoleId
    password_hash: str = field(repr=False)
    language: Language = Language.ENGLISH
    timezone: str = ""
    email: str = ""
    must_change_password: bool = False


@dataclass(frozen=True, slots=True)
class UserDraft:
    """What an administrator may change of somebody; his password is another matter."""

    login: str
    name: str
    role: BuiltIn | RoleId
    email: str = ""
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
    only: frozenset[Right] | None = None  # a token's own rights; None: all of the role's

    @property
    def rights(self) -> Rights:
        """What may be done in this session."""
        held = self.user.role.rights
        return held if self.only is None else narrowed(held, self.only)

    def may(self, right: Right) -> bool:
        """Whether this right is held, however far it reaches."""
        return right in self.rights

    def extent(self, right: Right) -> Extent | None:
        """How far a right reaches; None if it is not held."""
        return self.rights.get(right)


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
