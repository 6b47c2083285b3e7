"""The page of charged calls."""

from fastapi import APIRouter, Request, Response

from web.charges.listing import CHARGES
from web.kit.auth import CallReader
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.listing.sums import add_sums

router = APIRouter(prefix="/charges")
add_export(router, CHARGES)
add_sums(router, CHARGES)


@router.get("")
def charges_page(request: Request, who: CallReader) -> Response:
    """List the charged calls, with the sum of all that the filters leave."""
    return list_page(request, who, CHARGES, "charges.html")
