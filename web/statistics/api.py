"""The API of the statistics of seats."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.statistics.listing import SEAT_TRAFFIC, SEATS
from web.statistics.parts_listing import SEAT_CALLS
from web.statistics.shapes import PartList, SeatList

router = APIRouter(prefix="/statistics/seats")


@router.get("")
def list_seats(request: Request, query: Annotated[ListQuery, Depends(asked(SEATS))]) -> SeatList:
    """Give the figures of agents, groups or queues, by interval.

    Without `from` and `to` they are of today and the six days before. Times of state come from the
    agents' log and add up to the time signed in; an interval that still goes on counts up to now.
    """
    return answer_page(request, SEATS, query, SeatList)


@router.get("/traffic")
def list_traffic(
    request: Request, query: Annotated[ListQuery, Depends(asked(SEAT_TRAFFIC))]
) -> SeatList:
    """Give the same rows in the order of another figure."""
    return answer_page(request, SEAT_TRAFFIC, query, SeatList)


@router.get("/calls")
def list_calls(
    request: Request, query: Annotated[ListQuery, Depends(asked(SEAT_CALLS))]
) -> PartList:
    """List the calls that the figures count: one entry for each agent's part in a call."""
    return answer_page(request, SEAT_CALLS, query, PartList)
