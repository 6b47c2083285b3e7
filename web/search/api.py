"""The search box: customers, calls, pages and users by a few letters."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from sqlalchemy.orm import Session

from crm.calls.question import CallFilter
from crm.calls.record import CallRecord
from crm.calls.search import store as calls
from crm.calls.store import call as one_call
from crm.customers.customer import CustomerFilter
from crm.customers.search import store as customers
from crm.kernel.errors import MissingError
from crm.kernel.names import comparable
from crm.people import store as people
from crm.people.person import SignedIn
from crm.people.rights import Right
from crm.sql.grams import digits_of, plain
from web.calls.views import show_call, words
from web.calls.words import RESULTS
from web.features import features
from web.kit.auth import Anybody, reach_of
from web.kit.i18n import N_, Reader
from web.kit.menu import menu_for
from web.kit.number_input import read_number, read_text
from web.kit.request import context_of, reader_of

router = APIRouter(prefix="/search")
MOST = 5  # of each kind
FEWEST_DIGITS = 3  # fewer are part of nearly every number
Asked = Annotated[str, Query(max_length=100)]


class FoundShape(BaseModel):
    """A found thing and its address."""

    title: str
    note: str
    url: str


class FoundGroup(BaseModel):
    """The found things of one kind."""

    kind: str  # customers, calls, people, pages
    label: str
    items: list[FoundShape]


class SearchShape(BaseModel):
    """All found things, the likeliest kind first; kinds without any are left out."""

    groups: list[FoundGroup]


@router.get("")
def search(request: Request, who: Anybody, q: Asked = "") -> SearchShape:
    """Search customers, calls, pages and users, as far as one's rights reach."""
    return look_for(request, who, q)


def look_for(request: Request, who: SignedIn, text: str) -> SearchShape:
    """Search for a few letters; an empty text finds nothing."""
    reader, text = reader_of(request), text.strip()
    if not text:
        return SearchShape(groups=[])
    with context_of(request).database.begin() as session:
        found = [
            FoundGroup(
                kind="customers",
                label=reader.gettext(N_("Customers")),
                items=list(_customers(session, reader, who, text)),
            ),
            FoundGroup(
                kind="calls",
                label=reader.gettext(N_("Calls")),
                items=list(_calls(session, reader, who, text)),
            ),
            FoundGroup(
                kind="people",
                label=reader.gettext(N_("Users")),
                items=list(_people(session, who, text)),
            ),
        ]
    pages = FoundGroup(
        kind="pages", label=reader.gettext(N_("Pages")), items=list(_pages(request, who, text))
    )
    return SearchShape(groups=[one for one in (*found, pages) if one.items])


def _customers(session: Session, reader: Reader, who: SignedIn, text: str) -> Iterator[FoundShape]:
    if not who.may(Right.CUSTOMERS_SEE):
        return
    wanted = CustomerFilter(text=read_text(text, reader.region), region=reader.region)
    for one in customers.customers(session, wanted, limit=MOST).items:
        phone = reader.phone(one.draft.phones[0]) if one.draft.phones else ""
        note = " · ".join(part for part in (one.draft.company, phone) if part)
        yield FoundShape(title=one.draft.name, note=note, url=f"/customers/{one.id}")


def _calls(session: Session, reader: Reader, who: SignedIn, text: str) -> Iterator[FoundShape]:
    if not who.may(Right.CALLS_SEE):
        return
    seen = reach_of(session, who, Right.CALLS_SEE)
    found: list[CallRecord] = []
    digits = digits_of(plain(text))
    if len(digits) >= FEWEST_DIGITS and not any(letter.isalpha() for letter in text):
        number, region = read_number(text[:64], reader.region), reader.region
        wanted = CallFilter(caller=number, region=region)
        found = list(calls.calls(session, wanted, seen, limit=MOST).items)
        called = CallFilter(called=number, region=region)
        more = calls.calls(session, called, seen, limit=MOST).items
        found = sorted({*found, *more}, key=lambda one: one.started_at, reverse=True)[:MOST]
    elif "." in text or "-" in text:
        try:
            found = [one_call(session, text, seen)]
        except MissingError:
            return
    if not found:
        return
    known = words(session, reader, found)
    for call in found:
        shown = show_call(call, known)
        customer_name = shown.customer.name if shown.customer else ""
        result = reader.gettext(RESULTS[call.result])
        note = " · ".join(
            part for part in (reader.moment(call.started_at), result, customer_name) if part
        )
        yield FoundShape(title=reader.phone(call.customer_number), note=note, url=shown.url)


def _people(session: Session, who: SignedIn, text: str) -> Iterator[FoundShape]:
    if not who.may(Right.PEOPLE_MANAGE):
        return
    for user in people.users(session, text=text)[:MOST]:
        yield FoundShape(title=user.name, note=user.login, url=f"/users/{user.id}")


def _pages(request: Request, who: SignedIn, text: str) -> Iterator[FoundShape]:
    reader, looked_for, left = reader_of(request), comparable(text), MOST
    entries = [entry for feature in features() for entry in feature.menu]
    for section in menu_for(entries, request, who.rights):
        for entry in section.entries:
            label = reader.gettext(entry.label)
            found = any(looked_for in comparable(one) for one in (label, entry.label))
            if left and looked_for and found:
                left -= 1
                yield FoundShape(title=label, note=reader.gettext(section.heading), url=entry.url)
