"""The login log and open sessions, as the API returns them."""

from datetime import datetime

from pydantic import BaseModel

from crm.people.person import SessionKind
from web.kit.shapes import Items, Named


class LoginShape(BaseModel):
    """An attempt to sign in."""

    at: datetime
    login: str
    user: Named | None
    address: str
    result: str
    result_name: str


class Logins(Items[LoginShape]):
    """A page of the login log, newest first."""


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


class PresentList(Items[PresentShape]):
    """All open sessions."""
