"""A contact of the address book: a person or company outside the contact center."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

ContactId = NewType("ContactId", int)
MOST_NUMBERS = 10


class ContactOrder(StrEnum):
    """The orders of the list of contacts."""

    NAME = "name"
    COMPANY = "company"
    UPDATED = "updated"


@dataclass(frozen=True, slots=True)
class ContactNumber:
    """A number of a contact: E.164, an extension or a short code, with a label of the site's."""

    number: str
    label: str = ""  # "Mobile", "Night duty"


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """What users may write about a contact; the first number is the main one."""

    name: str
    company: str = ""
    note: str = ""
    numbers: tuple[ContactNumber, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact."""

    id: ContactId
    draft: ContactDraft
    updated_at: datetime
    version: int = 1  # rises by one with each change


@dataclass(frozen=True, slots=True)
class ContactFilter:
    """The filter of a list of contacts; an empty field matches all."""

    text: str = ""  # a part of name, company or, without letters, of a number
    region: str = ""  # numbers are typed as in this country
    imported: int | None = None  # the import that added or changed them last
