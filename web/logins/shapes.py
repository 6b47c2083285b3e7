"""The login log and open sessions, as the API returns them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from crm.people.person import SessionKind
from web.kit.bodies import Line
from web.kit.shapes import Named


class LoginQuery(BaseModel):
    """What the login log is narrowed to; times are ISO 8601, local ones the reader's."""

    q: Annotated[str, Field(max_length=64)] = ""
    user: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0
    address: Line = ""
    result: Annotated[str, Field(max_length=40)] = ""
    since: Annotated[str, Field(max_length=40, alias="from")] = ""
    until: Annotated[str, Field(max_length=40, alias="to")] = ""
    limit: Annotated[int, Field(ge=1, le=500)] = 50
    cursor: Annotated[str, Field(max_length=400)] = ""


class LoginShape(BaseModel):
    """An attempt to sign in."""

    at: datetime
    login: str
    user: Named | None
    address: str
    result: str
    result_name: str


class Logins(BaseModel):
    """A page of the login log, newest first."""

    items: list[LoginShape]
    next: str | None


class PresentShape(BaseModel):
    """An open session."""

    id: int
    user: Named
    login: str
    kind: SessionKind
    address: str
    user_agent: str
    created_at: datetime
    seen_at: datetime


class PresentList(BaseModel):
    """Who is signed in now."""

    items: list[PresentShape]
    next: str | None = None
