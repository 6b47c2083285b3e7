"""The JSON answer of a list."""

from fastapi import Request

from crm.sql.page import Page
from web.kit.listing.declaration import Listing, ListQuery, Shown
from web.kit.listing.page import fetch
from web.kit.request import context_of


def read_page(request: Request, listing: Listing[Shown], query: ListQuery) -> Page[Shown]:
    """Read the page of a list for an API request."""
    with context_of(request).database.begin() as session:
        return fetch(session, listing, query)
