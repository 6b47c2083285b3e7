"""A customer: the card that an agent sees while the phone rings, and the whole file."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from crm.calls.record import CallRecord
from crm.service.service_record import ServiceRecord

CustomerId = NewType("CustomerId", int)


class Label(StrEnum):
    """The kind of a customer's number; "" if it has no label."""

    MOBILE = "mobile"
    HOME = "home"
    OFFICE = "office"
    OTHER = ""


class Sex(StrEnum):
    """How a customer is addressed, if known."""

    MALE = "male"
    FEMALE = "female"
    UNKNOWN = ""


class CustomerOrder(StrEnum):
    """The orders of a list of customers."""

    UPDATED = "updated"
    CREATED = "created"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """The customer's data for the screen pop; the workspace reads the rest."""

    id: CustomerId
    name: str
    company: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True)
class CustomerDraft:
    """What users may write about a customer.

    Phones are in E.164, with an extension as `+861065529988;ext=8001`; the first is the main one.
    """

    name: str
    company: str = ""
    level: str = ""  # like category and status, a key of the dictionary of that name
    address: str = ""
    email: str = ""
    note: str = ""
    phones: tuple[str, ...] = ()
    labels: tuple[Label, ...] = ()  # in the order of the phones; missing ones are empty
    category: str = ""
    status: str = ""
    sex: Sex = Sex.UNKNOWN
    owner: int | None = None  # the user who cares for them; queues may ring this agent first


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer's whole file."""

    id: CustomerId
    draft: CustomerDraft  # change it with `dataclasses.replace` and write it back
    created_at: datetime
    updated_at: datetime
    version: int = 1  # rises by one with each change


@dataclass(frozen=True, slots=True)
class CustomerFilter:
    """The filter of a list of customers; an empty field matches all."""

    text: str = ""  # a part of name or company, or of a number if it has no letters
    phone: str = ""  # a part of a number
    region: str = ""  # numbers are typed as in this country, e.g. CN
    level: str = ""
    category: str = ""
    status: str = ""
    imported: int | None = None  # the import that added or changed them last


@dataclass(frozen=True, slots=True)
class History:
    """The past calls and records of a customer or an unknown number, newest first."""

    calls: tuple[CallRecord, ...]
    service_records: tuple[ServiceRecord, ...]
