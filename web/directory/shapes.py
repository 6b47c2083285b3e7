"""The address book, as the API takes and returns it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field

from crm.directory.contact import MOST_NUMBERS
from web.kit.bodies import Body, Line, Note
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Items

ContactName = Annotated[str, Field(min_length=1, max_length=200)]
NumberLabel = Annotated[str, Field(max_length=50)]


class EntryKind(StrEnum):
    """What an entry of the address book is."""

    COLLEAGUE = "colleague"
    CONTACT = "contact"
    CUSTOMER = "customer"


class ContactNumberBody(Body):
    """A number as people write it, and what it is called."""

    number: Annotated[str, Field(min_length=1, max_length=60)]
    label: NumberLabel = ""


ContactNumbers = Annotated[list[ContactNumberBody], Field(min_length=1, max_length=MOST_NUMBERS)]


class ContactBody(Body):
    """A contact; the first number is the main one."""

    name: Annotated[ContactName, Input(N_("Full name"))]
    company: Annotated[Line, Input(N_("Company"))] = ""
    numbers: ContactNumbers
    note: Annotated[Note, Input(N_("Note"))] = ""


class ContactChange(Body):
    """The fields of a contact to change; missing ones stay."""

    name: ContactName | None = None
    company: Line | None = None
    numbers: ContactNumbers | None = None
    note: Note | None = None


class ContactNumberShape(BaseModel):
    """A number of a contact: E.164 where it is one, and its label."""

    number: str
    label: str


class ContactShape(BaseModel):
    """A contact."""

    id: int
    version: int
    url: str  # its page
    name: str
    company: str
    numbers: list[ContactNumberShape]
    note: str
    updated_at: datetime


class ContactList(Items[ContactShape]):
    """A page of contacts."""


class ColleagueShape(BaseModel):
    """A colleague who takes calls, and what they are doing now."""

    id: int
    name: str
    extension: str
    groups: list[str]
    presence: str  # "" while it is not known
    presence_name: str


class ColleagueList(Items[ColleagueShape]):
    """A page of colleagues."""


class BookEntry(BaseModel):
    """An entry that was found: a person to call, and at which number."""

    kind: EntryKind
    id: int
    name: str
    company: str  # of a colleague: the groups
    number: str
    number_name: str  # the number as the reader writes it
    label: str
    presence: str = ""  # of a colleague
    presence_name: str = ""


class BookEntries(BaseModel):
    """What was found: colleagues first, then contacts, then customers."""

    items: list[BookEntry]
