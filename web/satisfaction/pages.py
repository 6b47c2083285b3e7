"""The pages of satisfaction: the scores, and their figures by agent, queue or day."""

from typing import Any

from fastapi import APIRouter, Request, Response

from crm.people.person import SignedIn
from web.kit.i18n import N_
from web.kit.listing.declaration import Listing
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.listing.sums import add_sums
from web.kit.request import reader_of
from web.satisfaction.listing import SCORE_FIGURES
from web.satisfaction.scores_listing import SCORES
from web.statistics.view import StatisticsReader

TABS = ((SCORES.url, N_("Scores")), (SCORE_FIGURES.url, N_("By agent, queue or day")))
router = APIRouter(prefix="/satisfaction")

add_export(router, SCORES)
add_sums(router, SCORES)
add_export(router, SCORE_FIGURES, "/figures/export")
add_sums(router, SCORE_FIGURES, "/figures/sums")


@router.get("")
def scores_page(request: Request, who: StatisticsReader) -> Response:
    """List the scores, the newest first unless another order is asked for."""
    return _page(request, who, SCORES)


@router.get("/figures")
def figures_page(request: Request, who: StatisticsReader) -> Response:
    """Show the figures by agent, queue or day."""
    return _page(request, who, SCORE_FIGURES)


def _page(request: Request, who: SignedIn, listing: Listing[Any]) -> Response:
    reader = reader_of(request)
    shown = {
        "tabs": [
            {"url": url, "label": reader.gettext(label), "current": url == listing.url}
            for url, label in TABS
        ],
        "definitions": [
            (reader.gettext(one.label), reader.gettext(one.help))
            for one in listing.columns
            if one.help
        ],
    }
    return list_page(request, who, listing, "statistics.html", shown)
