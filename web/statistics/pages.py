"""The pages of statistics of seats, each with the definitions of its figures."""

from fastapi import APIRouter, Request, Response

from web.kit.listing.export import add_export
from web.kit.listing.sums import add_sums
from web.statistics.listing import SEAT_TRAFFIC, SEATS
from web.statistics.parts_listing import SEAT_CALLS
from web.statistics.view import StatisticsReader, page_of

router = APIRouter(prefix="/statistics/seats")

add_export(router, SEATS)
add_sums(router, SEATS)
add_export(router, SEAT_TRAFFIC, "/traffic/export")
add_sums(router, SEAT_TRAFFIC, "/traffic/sums")
add_export(router, SEAT_CALLS, "/calls/export")


@router.get("")
def seats_page(request: Request, who: StatisticsReader) -> Response:
    """Show how agents spent their time."""
    return page_of(request, who, SEATS)


@router.get("/traffic")
def traffic_page(request: Request, who: StatisticsReader) -> Response:
    """Show the calls of agents in figures."""
    return page_of(request, who, SEAT_TRAFFIC)


@router.get("/calls")
def calls_page(request: Request, who: StatisticsReader) -> Response:
    """Show the calls behind the figures."""
    return page_of(request, who, SEAT_CALLS)
