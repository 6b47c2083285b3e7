"""Bodies and answers of the API of signing in."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from crm.people.person import Language
from web.kit.bodies import Body
from web.kit.shown_once import SHOWN_ONCE


class SignIn(Body):
    """A sign-in."""

    login: Annotated[str, Field(min_length=1, max_length=200)]
    password: Annotated[str, Field(min_length=1, max_length=1000)]
    code: Annotated[str, Field(max_length=100)] = ""


class UserShape(BaseModel):
    """The user who is signed in."""

    id: int
    login: str
    name: str
    role: str  # the key of a built-in role, or "" for one that the site made
    role_name: str
    rights: dict[str, str]  # right → how far it reaches: own, team, all
    language: Language


class SessionShape(BaseModel):
    """A script's session; the token is shown only this once."""

    token: Annotated[str, SHOWN_ONCE]
    user: UserShape
    expires_at: datetime
