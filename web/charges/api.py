"""The API of charged calls."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from web.charges.listing import CHARGES, sum_of
from web.charges.shapes import ChargeShapes, ChargeSumShape
from web.charges.views import show_sum
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of

router = APIRouter(prefix="/charges")
Asked = Annotated[ListQuery, Depends(asked(CHARGES))]


@router.get("")
def list_charges(request: Request, query: Asked) -> ChargeShapes:
    """List the charged calls within your permission, the newest first."""
    return answer_page(request, CHARGES, query, ChargeShapes)


@router.get("/sum")
def sum_charges(request: Request, query: Asked) -> ChargeSumShape:
    """Sum all charged calls that the filters leave."""
    with context_of(request).database.begin() as session:
        return show_sum(sum_of(session, query))
