"""Try it: a visitor calls the hotline from his browser, without an account; and the sound check."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from crm.kernel.errors import MissingError
from crm.people.person import SignedIn
from ivr.store import numbers
from web.kit.clock import now
from web.kit.context import House
from web.kit.ice import GUEST_TURN_LASTS, ice_servers
from web.kit.request import address_of, house_of
from web.sign_in.pages import OurVisitor, Visitor

router = APIRouter()
CREDENTIALS = "/try-it/credentials"
CHECK_CREDENTIALS = "/sound-check/credentials"
ECHO = "*43"  # the dialplan's number that says back what it hears


@router.get("/try-it")
def try_it_page(request: Request, _who: Visitor) -> Response:
    """Show a telephone."""
    house = house_of(request)
    _check_open(house)
    with house.database.begin() as session:
        hotlines = [
            {"number": one.number, "name": one.name} for one in numbers(session) if one.enabled
        ]
    boot = house.pages.boot(request, try_it={"credentials": CREDENTIALS})
    shown = {"hotlines": hotlines, "engine_away": house.link.away, "boot": boot}
    return house.pages.page(request, "try-it.html", shown)


@router.post("/try-it/credentials")
async def guest_credentials(request: Request, _who: OurVisitor) -> dict[str, Any]:
    """Give a guest's telephone for one call."""
    await run_in_threadpool(_check_open, house_of(request))
    return await _lend_telephone(request)


@router.get("/sound-check")
def sound_check_page(request: Request, who: Visitor) -> Response:
    """Show what stands between this browser's microphone and the telephone switch."""
    house = house_of(request)
    _check_may_check(house, who)
    boot = house.pages.boot(request, sound_check={"credentials": CHECK_CREDENTIALS, "echo": ECHO})
    return house.pages.page(request, "sound-check.html", {"boot": boot})


@router.post("/sound-check/credentials")
async def sound_check_credentials(request: Request, who: OurVisitor) -> dict[str, Any]:
    """Give a telephone for the echo; a guest's, so that an agent's own stays as it is."""
    await run_in_threadpool(_check_may_check, house_of(request), who)
    return await _lend_telephone(request)


async def _lend_telephone(request: Request) -> dict[str, Any]:
    house = house_of(request)
    house.limits.check_guest(address_of(request))
    servers = ice_servers(house.settings.outside, now() + GUEST_TURN_LASTS)
    return {**await house.link.ask("guest"), "ice_servers": servers}


def _check_open(house: House) -> None:
    if not house.try_it_open():
        raise MissingError("There is nothing here.")


def _check_may_check(house: House, who: SignedIn | None) -> None:
    """Whoever works here may, and a visitor where he may call."""
    if who is None:
        _check_open(house)
