"""The JSON answer of a list."""

from typing import Any, TypeVar

from fastapi import Request

from crm.sql.page import Page
from web.kit.listing.declaration import Listing, ListQuery, Shown
from web.kit.listing.page import fetch
from web.kit.request import context_of
from web.kit.shapes import Items

Answer = TypeVar("Answer", bound=Items[Any])


def read_page(request: Request, listing: Listing[Shown], query: ListQuery) -> Page[Shown]:
    """Read the page of a list for an API request."""
    with context_of(request).database.begin() as session:
        return fetch(session, listing, query)


def answer_page(
    request: Request, listing: Listing[Shown], query: ListQuery, answer: type[Answer]
) -> Answer:
    """Read the page of a list and put it into an answer whose items are the list's rows."""
    page = read_page(request, listing, query)
    return answer(items=list(page.items), next=page.next)
