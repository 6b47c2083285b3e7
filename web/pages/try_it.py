"""Try it: a visitor calls the hotline from his browser, without an account."""

from typing import Any

from fastapi import APIRouter, Request, Response

from crm.errors import MissingError
from ivr.store import numbers
from web.house import House
from web.pages.entrance import OurVisitor, Visitor
from web.request import address_of, house_of

router = APIRouter(prefix="/try-it")


@router.get("")
def try_it_page(request: Request, _who: Visitor) -> Response:
    """Show a telephone."""
    house = house_of(request)
    _check_open(house)
    with house.database.begin() as session:
        hotlines = [
            {"number": one.number, "name": one.name} for one in numbers(session) if one.enabled
        ]
    boot = house.pages.boot(request, try_it={"credentials": "/try-it/credentials"})
    shown = {"hotlines": hotlines, "engine_away": house.link.away, "boot": boot}
    return house.pages.page(request, "try-it.html", shown)


@router.post("/credentials")
async def guest_credentials(request: Request, _who: OurVisitor) -> dict[str, Any]:
    """Give a guest's telephone for one call."""
    house = house_of(request)
    _check_open(house)
    house.limits.check_guest(address_of(request))
    return dict(await house.link.ask("guest"))


def _check_open(house: House) -> None:
    if not house.settings.try_it:
        raise MissingError("There is nothing here.")
