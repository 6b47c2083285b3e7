"""Users, their sessions, and the login log."""

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
    """A session of a browser (cookie), of a script that signed in, or of an API token."""

    BROWSER = "browser"
    API = "api"
    TOKEN = "token"  # noqa: S105 - a kind of session


class LoginResult(StrEnum):
    """The result of an attempt to sign in."""

    SIGNED_IN = "signed in"
    SIGNED_OUT = "signed out"
    WRONG = "wrong"  # wrong username or password; the log does not say which
    DISABLED = "disabled"
    THROTTLED = "throttled"
    SECOND_FACTOR_WRONG = "second factor wrong"
    SESSION_ENDED = "session ended"  # by an administrator, or from another browser
    LINK_ASKED = "link asked"  # for a new password; also for an unknown account
    LINK_WRONG = "link wrong"  # expired, used or unknown
    LINK_USED = "link used"  # a password was set with it
    UNLOCKED = "unlocked"  # by an administrator: failures before it do not count


@dataclass(frozen=True, slots=True)
class User:
    """A user; disabled, never deleted."""

    id: UserId
    login: str
    name: str
    role: Role
    language: Language
    timezone: str  # IANA name; "" is the site's
    enabled: bool
    created_at: datetime
    password_hash: str = field(repr=False)  # argon2; "": no sign-in by password
    email: str = ""
    must_change_password: bool = False
    password_changed_at: datetime | None = None
    totp: bool = False  # a second factor is required
    by_provider: bool = False  # signs in through an identity provider


@dataclass(frozen=True, slots=True)
class NewUser:
    """What is needed to add a user."""

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
    """What an administrator may change of a user, apart from the password."""

    login: str
    name: str
    role: BuiltIn | RoleId
    email: str = ""
    language: Language = Language.ENGLISH
    timezone: str = ""


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session to be opened; only the hash of its token is stored."""

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
    """An open session and its user."""

    id: int
    user: User
    kind: SessionKind
    csrf: str = field(repr=False)
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str
    user_agent: str
    only: frozenset[Right] | None = None  # an API token's permissions; None: all of the role's

    @property
    def rights(self) -> Rights:
        """The permissions in this session."""
        held = self.user.role.rights
        return held if self.only is None else narrowed(held, self.only)

    @property
    def is_administrator(self) -> bool:
        """Whether an administrator acts in person; an API token never does."""
        return self.user.role.key == BuiltIn.ADMINISTRATOR and self.kind is not SessionKind.TOKEN

    def may(self, right: Right) -> bool:
        """Whether this permission is held, whatever its reach."""
        return right in self.rights

    def extent(self, right: Right) -> Extent | None:
        """How far a permission reaches; None if it is not held."""
        return self.rights.get(right)


@dataclass(frozen=True, slots=True)
class Login:
    """An entry of the login log."""

    at: datetime
    login: str  # as typed, shortened
    user: UserId | None
    address: str
    result: LoginResult


def token_hash(token: str) -> str:
    """Hash a token for the database.

    A token has 256 random bits, so sha256 without salt is enough (unlike for a password).
    """
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
