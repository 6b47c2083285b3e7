"""The audit log, as the API returns it."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from web.kit.bodies import Line
from web.kit.shapes import Named


class AuditQuery(BaseModel):
    """What the audit log is narrowed to; times are ISO 8601, local ones the reader's."""

    user: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0
    action: Annotated[str, Field(max_length=100)] = ""
    what: Annotated[str, Field(max_length=50)] = ""
    which: Line = ""
    since: Annotated[str, Field(max_length=40, alias="from")] = ""
    until: Annotated[str, Field(max_length=40, alias="to")] = ""
    limit: Annotated[int, Field(ge=1, le=500)] = 50
    cursor: Annotated[str, Field(max_length=400)] = ""


class EntryShape(BaseModel):
    """A line of the audit log."""

    at: datetime
    user: Named | None
    action: str
    action_name: str
    what: str
    which: str
    address: str
    via: str
    before: dict[str, Any]
    after: dict[str, Any]


class Entries(BaseModel):
    """A page of the audit log, newest first."""

    items: list[EntryShape]
    next: str | None
