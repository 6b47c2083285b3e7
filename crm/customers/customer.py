"""A customer: the card an agent sees while it rings, and the whole file."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from crm.calls.record import CallRecord
from crm.service.service_record import ServiceRecord

CustomerId = NewType("CustomerId", int)


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """What is shown of a customer beside his call."""

    id: CustomerId
    name: str
    company: str
    level: str


@dataclass(frozen=True, slots=True)
class CustomerDraft:
    """What people may write of a customer; phones in E.164, the first one is called first."""

    name: str
    company: str = ""
    level: str = ""
    address: str = ""
    email: str = ""
    note: str = ""
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer's whole file."""

    id: CustomerId
    draft: CustomerDraft  # as it stands; change it with `dataclasses.replace` and write it back
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class History:
    """What a customer, or a number nobody knows, had to do with us; newest first."""

    calls: tuple[CallRecord, ...]
    service_records: tuple[ServiceRecord, ...]
