"""Calling the hotline from a browser without an account, and the sound check."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from crm.kernel.errors import MissingError
from crm.kernel.network import network_of
from crm.people.person import SignedIn
from ivr.store import numbers
from web.kit.clock import now
from web.kit.context import AppContext
from web.kit.ice import GUEST_TURN_LASTS, ice_servers
from web.kit.request import address_of, context_of
from web.live.context import live_of
from web.sign_in.visitor import OurVisitor, Visitor
from web.try_it.guest_limit import check_guest

router = APIRouter()
CREDENTIALS = "/try-it/credentials"
CHECK_CREDENTIALS = "/sound-check/credentials"
ECHO = "*43"  # the echo test of the dialplan


@router.get("/try-it")
def try_it_page(request: Request, _who: Visitor) -> Response:
    """Show the page with a trial telephone."""
    context = context_of(request)
    _check_open(context)
    with context.database.begin() as session:
        hotlines = [
            {"number": one.number, "name": one.name} for one in numbers(session) if one.enabled
        ]
    boot = context.pages.boot(request, try_it={"credentials": CREDENTIALS})
    shown = {"hotlines": hotlines, "engine_away": live_of(request).link.away, "boot": boot}
    return context.pages.page(request, "try-it.html", shown)


@router.post("/try-it/credentials")
async def guest_credentials(request: Request, _who: OurVisitor) -> dict[str, Any]:
    """Give the credentials of a trial telephone for one call."""
    await run_in_threadpool(_check_open, context_of(request))
    return await _lend_telephone(request, None)


@router.get("/sound-check")
def sound_check_page(request: Request, who: Visitor) -> Response:
    """Show the sound check: this browser's microphone and its path to Asterisk."""
    context = context_of(request)
    _check_may_check(context, who)
    boot = context.pages.boot(request, sound_check={"credentials": CHECK_CREDENTIALS, "echo": ECHO})
    return context.pages.page(request, "sound-check.html", {"boot": boot})


@router.post("/sound-check/credentials")
async def sound_check_credentials(request: Request, who: OurVisitor) -> dict[str, Any]:
    """Give a trial telephone for the echo test, so that an agent's own phone is not disturbed."""
    await run_in_threadpool(_check_may_check, context_of(request), who)
    return await _lend_telephone(request, who)


async def _lend_telephone(request: Request, who: SignedIn | None) -> dict[str, Any]:
    """Lend a telephone; an address holds only a few for visitors without an account."""
    context = context_of(request)
    check_guest(request)
    place = "" if who else network_of(address_of(request))
    servers = ice_servers(context.settings.outside, now() + GUEST_TURN_LASTS)
    return {**await live_of(request).link.ask("guest", place=place), "ice_servers": servers}


def is_in_menu(request: Request) -> bool:
    """Whether the menu shows the page; the installation can switch it off.

    Pages are rendered in the event loop too, so the database is not queried.
    """
    context = context_of(request)
    return context.settings.try_it and context.settings_cache.known().flag("try_it")


def _check_open(context: AppContext) -> None:
    if not (context.settings.try_it and context.parameters().flag("try_it")):
        raise MissingError("This page does not exist.")


def _check_may_check(context: AppContext, who: SignedIn | None) -> None:
    """Users may always check, visitors only where they may call."""
    if who is None:
        _check_open(context)
