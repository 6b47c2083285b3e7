"""Customers' files, as the API takes and returns them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from crm.customers.customer import Label, Sex
from web.calls.shapes import CallShape, RecordShape
from web.kit.bodies import Body, Key, Line, Note


class CustomerBody(Body):
    """A new customer; numbers as people write them."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    company: Line = ""
    level: Key = ""
    category: Key = ""
    status: Key = ""
    sex: Sex = Sex.UNKNOWN
    address: Annotated[str, Field(max_length=500)] = ""
    email: Annotated[str, Field(max_length=254)] = ""
    note: Note = ""
    phones: list[Line] = Field(default=[], max_length=10)
    phone_labels: list[Label] = Field(default=[], max_length=10)


class CustomerChange(Body):
    """The fields of a customer to change; missing ones stay."""

    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    company: Line | None = None
    level: Key | None = None
    category: Key | None = None
    status: Key | None = None
    sex: Sex | None = None
    address: Annotated[str, Field(max_length=500)] | None = None
    email: Annotated[str, Field(max_length=254)] | None = None
    note: Note | None = None
    phones: Annotated[list[Line], Field(max_length=10)] | None = None
    phone_labels: Annotated[list[Label], Field(max_length=10)] | None = None


class CustomerShape(BaseModel):
    """A customer's file."""

    id: int
    version: int
    url: str  # its page
    name: str
    company: str
    level: str
    level_name: str
    category: str
    category_name: str
    status: str
    status_name: str
    sex: str
    phones: list[str]
    phone_labels: list[str]  # for each number: mobile, home, office or ""
    email: str
    address: str
    note: str
    created_at: datetime
    updated_at: datetime


class CustomerList(BaseModel):
    """A page of customers."""

    items: list[CustomerShape]
    next: str | None


class CustomerHistory(BaseModel):
    """A customer's calls and service records, newest first."""

    calls: list[CallShape]
    service_records: list[RecordShape]


class ScreenPop(BaseModel):
    """The caller: a known customer or an unknown number."""

    known: bool
    number: str
    withheld: bool
    customer: CustomerShape | None
    others: list[CustomerShape]
    calls: list[CallShape]
    service_records: list[RecordShape]
