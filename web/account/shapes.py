"""Bodies and answers of the API of one's own account."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from crm.people.person import Language, SessionKind, SignedIn
from crm.people.rights import Right
from crm.people.tokens.store import Token
from web.kit.bodies import Body, Email, Zone
from web.kit.body_form import Input
from web.kit.i18n import N_, NAMES
from web.kit.password_fields import NewPassword, Password, PasswordAgain, PresentPassword
from web.kit.shapes import Items
from web.kit.shown_once import SHOWN_ONCE

Name = Annotated[str, Field(min_length=1, max_length=100)]
LONGEST_TOKEN_DAYS = 365


class AccountShape(BaseModel):
    """A user's own account."""

    id: int
    login: str
    name: str
    email: str
    language: Language
    timezone: str
    role: str
    role_name: str
    rights: dict[str, str]  # the rights of this session, and how far they reach
    second_factor: bool
    password_changed_at: datetime | None


class AccountChange(Body):
    """The fields of an account to change; missing ones stay."""

    name: Name | None = None
    email: Email | None = None
    language: Language | None = None
    timezone: Zone | None = None
    present: Password | None = None  # wanted for another e-mail address


class ProfileBody(Body):
    """The form of one's own account."""

    name: Annotated[Name, Input(N_("Full name"))]
    email: Annotated[Email, Input(N_("Email"), "email")] = ""
    present: Annotated[
        str,
        Field(max_length=1000),
        Input(
            N_("Current password"),
            "password",
            help=N_("Only needed to change your email address."),
        ),
    ] = ""
    language: Annotated[Language, Input(N_("Language"), names=NAMES)]
    timezone: Annotated[
        Zone, Input(N_("Time zone"), "select", placeholder=N_("System default"))
    ] = ""


class PasswordChange(Body):
    """The present password and the new one."""

    present: PresentPassword
    new: NewPassword


class PasswordForm(PasswordChange):
    """The form of a new password, which is typed twice."""

    again: PasswordAgain


class CodeForm(Body):
    """The form that ends the set-up of a second factor; `sealed` is its secret."""

    sealed: Annotated[str, Input("", "hidden")]
    code: Annotated[str, Field(max_length=20), Input(N_("Code"), autocomplete="one-time-code")]
    present: Annotated[
        Password, Input(N_("Your password"), "password", autocomplete="current-password")
    ]


class OwnSessionShape(BaseModel):
    """An open session; `current` is the one of this request."""

    id: int
    kind: SessionKind
    current: bool
    address: str
    user_agent: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


class OwnSessions(Items[OwnSessionShape]):
    """All open sessions, the last used first."""


class EndedSessions(BaseModel):
    """The number of ended sessions."""

    ended: int


class NewTokenBody(Body):
    """A token for a program: some of one's own rights, for 1 to 365 days, 0 for ever."""

    name: Annotated[Name, Input(N_("Name"))]
    rights: Annotated[
        list[Right], Field(min_length=1, max_length=len(Right)), Input(N_("Permissions"))
    ]
    days: Annotated[int, Field(ge=0, le=LONGEST_TOKEN_DAYS), Input(N_("Expires in"), "select")] = 90


class TokenShape(BaseModel):
    """A token; `hint` are its last letters."""

    id: int
    name: str
    hint: str
    rights: list[Right]
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None


class MadeToken(TokenShape):
    """A new token; it is shown only this once."""

    token: Annotated[str, SHOWN_ONCE]


class Tokens(Items[TokenShape]):
    """All tokens that are not revoked, the newest first."""


def show_session(one: SignedIn, who: SignedIn) -> OwnSessionShape:
    """Show one of a user's own sessions; `who` is the present one."""
    return OwnSessionShape(
        id=one.id,
        kind=one.kind,
        current=one.id == who.id,
        address=one.address,
        user_agent=one.user_agent,
        created_at=one.created_at,
        seen_at=one.seen_at,
        expires_at=one.expires_at,
    )


def show_token(one: Token) -> TokenShape:
    """Show one of a person's own tokens."""
    return TokenShape(
        id=one.id,
        name=one.name,
        hint=one.hint,
        rights=sorted(one.rights),
        created_at=one.created_at,
        expires_at=one.expires_at,
        used_at=one.used_at,
    )
