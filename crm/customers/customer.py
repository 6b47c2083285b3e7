"""A customer: the card an agent sees while it rings, and the whole file."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from crm.calls.record import CallRecord
from crm.service.service_record import ServiceRecord

CustomerId = NewType("CustomerId", int)


class Label(StrEnum):
    """What kind of number a customer's number is; "" for a number without a label."""

    MOBILE = "mobile"
    HOME = "home"
    OFFICE = "office"
    OTHER = ""


class Sex(StrEnum):
    """How a customer is addressed, where it is known."""

    MALE = "male"
    FEMALE = "female"
    UNKNOWN = ""


class CustomerOrder(StrEnum):
    """What a list of customers may be sorted by."""

    UPDATED = "updated"
    CREATED = "created"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """What is shown of a customer beside their call."""

    id: CustomerId
    name: str
    company: str
    level: str


@dataclass(frozen=True, slots=True)
class CustomerDraft:
    """What people may write of a customer; phones in E.164, the first one is called first."""

    name: str
    company: str = ""
    level: str = ""  # like category and status a key of the dictionary that is named for it
    address: str = ""
    email: str = ""
    note: str = ""
    phones: tuple[str, ...] = ()
    labels: tuple[Label, ...] = ()  # beside the phones; those beyond the last have none
    category: str = ""
    status: str = ""
    sex: Sex = Sex.UNKNOWN


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer's whole file."""

    id: CustomerId
    draft: CustomerDraft  # as it stands; change it with `dataclasses.replace` and write it back
    created_at: datetime
    updated_at: datetime
    version: int = 1  # rises by one with each change


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """What a list of customers is narrowed to; what is empty narrows nothing."""

    text: str = ""  # a part of name or company, or of a number if it has no letters
    phone: str = ""  # a part of a number
    level: str = ""
    category: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """The calls and service records of a customer or of an unknown number, newest first."""

    calls: tuple[CallRecord, ...]
    service_records: tuple[ServiceRecord, ...]
