"""The audit log, as the API returns it."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from web.kit.shapes import Items, Named


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


class Entries(Items[EntryShape]):
    """A page of the audit log, newest first."""
