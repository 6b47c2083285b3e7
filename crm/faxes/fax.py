"""Faxes that were received, or that could not be received whole."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

FaxId = NewType("FaxId", int)


class FaxState(StrEnum):
    """What came of a fax. The values are stored."""

    RECEIVED = "received"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Fax:
    """A fax; its file is below Asterisk's recordings. A failed one may have some pages."""

    id: FaxId
    call: str
    file: str  # without folder and ending
    caller: str
    called: str
    customer: int | None
    at: datetime
    state: FaxState
    why: str  # of one that failed
    pages: int
    station: str  # what the other machine calls itself
    handled_by: int | None
    handled_at: datetime | None


@dataclass(frozen=True, slots=True)
class FaxFilter:
    """The filter of a list of faxes; an empty field matches all."""

    state: FaxState | None = None
    handled: bool | None = None
    caller: str = ""  # E.164, or a part of a number
    customer: int | None = None
    since: datetime | None = None
    until: datetime | None = None  # not included
