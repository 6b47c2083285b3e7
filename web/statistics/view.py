"""What all pages of statistics show: the tabs, and the definitions of the figures."""

from typing import Annotated, Any

from fastapi import Depends, Request, Response

from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.auth import needs
from web.kit.i18n import N_, Reader
from web.kit.listing.declaration import Listing
from web.kit.listing.page import list_page
from web.kit.request import reader_of

StatisticsReader = Annotated[SignedIn, Depends(needs(Right.STATISTICS_SEE))]
TABS = (
    ("/statistics/seats", N_("Agent figures")),
    ("/statistics/seats/traffic", N_("Agent traffic")),
    ("/statistics/seats/calls", N_("Calls of agents")),
    ("/agents/log", N_("Agent state log")),
)


def tabs(reader: Reader, current: str) -> list[dict[str, object]]:
    """Give the tabs of the statistics of seats."""
    return [
        {"url": url, "label": reader.gettext(label), "current": url == current}
        for url, label in TABS
    ]


def page_of(request: Request, who: SignedIn, listing: Listing[Any]) -> Response:
    """Show a list with the tabs, and with the definitions of its columns."""
    reader = reader_of(request)
    shown = {
        "tabs": tabs(reader, listing.url),
        "definitions": [
            (reader.gettext(one.label), reader.gettext(one.help))
            for one in listing.columns
            if one.help
        ],
    }
    return list_page(request, who, listing, "statistics.html", shown)
