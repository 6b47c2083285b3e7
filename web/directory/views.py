"""The address book for pages and API: colleagues with their presence, contacts, customers."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from acd.store import agents
from crm.customers.customer import CustomerFilter
from crm.customers.search.store import customers
from crm.directory.contact import Contact, ContactFilter
from crm.directory.store import contacts
from crm.kernel.names import comparable, sort_key, spellings
from crm.people.groups.store import groups, groups_of
from crm.people.person import SignedIn
from crm.people.rights import Right
from crm.sql.grams import digits_of, plain
from web.customers.words import PHONE_LABELS
from web.directory.shapes import (
    BookEntry,
    ColleagueShape,
    ContactNumberShape,
    ContactShape,
    EntryKind,
)
from web.directory.words import PRESENCES
from web.kit.i18n import Reader
from web.kit.number_input import read_text
from web.live.mirror import Mirror
from web.live.schema import ItemKind

MOST = 20  # entries of each kind that a search gives


def show_contact(one: Contact) -> ContactShape:
    """Show a contact."""
    draft = one.draft
    return ContactShape(
        id=one.id,
        version=one.version,
        url=f"/address-book/contacts/{one.id}",
        name=draft.name,
        company=draft.company,
        numbers=[
            ContactNumberShape(number=number.number, label=number.label) for number in draft.numbers
        ],
        note=draft.note,
        updated_at=one.updated_at,
    )


def show_colleagues(session: Session, reader: Reader, mirror: Mirror) -> list[ColleagueShape]:
    """Give all colleagues who take calls, by name, with their presence as the engine told it."""
    found = [one for one in agents(session) if one.enabled]
    names = {int(one.id): one.name for one in groups(session) if one.enabled}
    theirs = groups_of(session, [int(one.id) for one in found])
    shown = []
    for one in found:
        value = None if mirror.away else mirror.value(ItemKind.AGENT, one.id)
        presence = str(value["state"]) if value else ""
        shown.append(
            ColleagueShape(
                id=one.id,
                name=one.name,
                extension=one.extension,
                groups=[names[group] for group in theirs.get(int(one.id), ()) if group in names],
                presence=presence,
                presence_name=reader.gettext(PRESENCES.get(presence, presence)),
            )
        )
    return sorted(shown, key=lambda one: sort_key(one.name))


def find_entries(
    session: Session, reader: Reader, mirror: Mirror, who: SignedIn, typed: str
) -> list[BookEntry]:
    """Find people to call by a part of a name, its pinyin, a company or a number.

    Without a text these are the colleagues and the first contacts.
    """
    text = typed.strip()
    colleagues = show_colleagues(session, reader, mirror)
    found = [one for one in colleagues if _is_meant(one, text)][:MOST]
    return [
        *(_colleague_entry(one) for one in found),
        *_contacts(session, reader, text),
        *(_customers(session, reader, text) if text and who.may(Right.CUSTOMERS_SEE) else ()),
    ]


def _is_meant(one: ColleagueShape, text: str) -> bool:
    if digits := _typed_digits(text):
        return digits in one.extension
    known = [spelling for name in (one.name, *one.groups) for spelling in spellings(name)]
    return all(any(word in name for name in known) for word in comparable(text).split())


def _colleague_entry(one: ColleagueShape) -> BookEntry:
    return BookEntry(
        kind=EntryKind.COLLEAGUE,
        id=one.id,
        name=one.name,
        company=", ".join(one.groups),
        number=one.extension,
        number_name=one.extension,
        label="",
        presence=one.presence,
        presence_name=one.presence_name,
    )


def _contacts(session: Session, reader: Reader, text: str) -> Iterator[BookEntry]:
    wanted = ContactFilter(text=read_text(text, reader.region), region=reader.region)
    for one in contacts(session, wanted, limit=MOST).items:
        labels = {number.number: number.label for number in one.draft.numbers}
        for number in _fitting(list(labels), text):
            yield BookEntry(
                kind=EntryKind.CONTACT,
                id=one.id,
                name=one.draft.name,
                company=one.draft.company,
                number=number,
                number_name=reader.phone(number),
                label=labels[number],
            )


def _customers(session: Session, reader: Reader, text: str) -> Iterator[BookEntry]:
    wanted = CustomerFilter(text=read_text(text, reader.region), region=reader.region)
    for one in customers(session, wanted, limit=MOST).items:
        draft = one.draft
        labels = dict(zip(draft.phones, draft.labels, strict=False))
        for number in _fitting(draft.phones, text):
            yield BookEntry(
                kind=EntryKind.CUSTOMER,
                id=one.id,
                name=draft.name,
                company=draft.company,
                number=number,
                number_name=reader.phone(number),
                label=reader.gettext(PHONE_LABELS.get(labels.get(number, ""), "")),
            )


def _typed_digits(text: str) -> str:
    """Give the digits of a text that is a part of a number; a name may have digits too."""
    return "" if any(letter.isalpha() for letter in text) else digits_of(plain(text))


def _fitting(numbers: Sequence[str], text: str) -> list[str]:
    """Give the numbers that the typed digits are a part of, else all: a name may have digits."""
    digits = _typed_digits(text).lstrip("0")
    return [one for one in numbers if digits and digits in digits_of(one)] or list(numbers)
