"""Customers' files, as the API takes and returns them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from crm.customers.customer import Label, Sex
from crm.dictionary.item import List
from web.calls.shapes import CallShape, RecordShape
from web.customers.words import CHOICE_LABELS, SEXES
from web.kit.bodies import Body, Email, Id, Key, Line, Note
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Items, Named

CustomerName = Annotated[str, Field(min_length=1, max_length=200)]
Address = Annotated[str, Field(max_length=500)]
Phones = Annotated[list[Line], Field(max_length=10)]
Labels = Annotated[list[Label], Field(max_length=10)]
Level = Annotated[Key, Input(CHOICE_LABELS[List.CUSTOMER_LEVEL], "select")]
Category = Annotated[Key, Input(CHOICE_LABELS[List.CUSTOMER_CATEGORY], "select")]
Status = Annotated[Key, Input(CHOICE_LABELS[List.CUSTOMER_STATUS], "select")]


class ChosenBody(Body):
    """What may be set for several customers at once."""

    level: Level = ""
    category: Category = ""
    status: Status = ""


class CustomerBody(Body):
    """A new customer; numbers as people write them."""

    name: Annotated[CustomerName, Input(N_("Full name"))]
    company: Annotated[Line, Input(N_("Company"))] = ""
    level: Level = ""
    category: Category = ""
    status: Status = ""
    sex: Annotated[Sex, Input(N_("Gender"), names=SEXES)] = Sex.UNKNOWN
    phones: Annotated[Phones, Input(N_("Phone numbers"), "lines", help=N_("One per line."))] = (
        Field(default_factory=list)
    )
    phone_labels: Labels = Field(default_factory=list)
    owner: Annotated[
        Id | None,
        Input(
            N_("Owner"),
            "select",
            help=N_("Queues that prefer the owner offer them this customer's calls first."),
        ),
    ] = None
    email: Annotated[Email, Input(N_("Email"), "email")] = ""
    address: Annotated[Address, Input(N_("Address"))] = ""
    note: Annotated[Note, Input(N_("Note"))] = ""


class CustomerChange(Body):
    """The fields of a customer to change; missing ones stay."""

    name: CustomerName | None = None
    company: Line | None = None
    level: Key | None = None
    category: Key | None = None
    status: Key | None = None
    sex: Sex | None = None
    address: Address | None = None
    email: Email | None = None
    note: Note | None = None
    phones: Phones | None = None
    phone_labels: Labels | None = None
    owner: Id | None = None


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
    phones: list[str]  # E.164, with an extension as +861065529988;ext=8001 (RFC 3966)
    phone_labels: list[str]  # for each number: mobile, home, office or ""
    owner: Named | None
    email: str
    address: str
    note: str
    created_at: datetime
    updated_at: datetime


class CustomerList(Items[CustomerShape]):
    """A page of customers."""


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
