"""The API of the forwarding of extensions."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from acd.forwarding import store
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.forwarding.actions import show_forwards, write_forwards
from web.forwarding.shapes import ForwardsBody, ForwardsShape
from web.kit.auth import Anybody, InPerson, needs
from web.kit.bodies import IdPath
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.request import context_of

router = APIRouter()
PeopleKeeper = Annotated[SignedIn, Depends(needs(Right.PEOPLE_MANAGE))]


@router.get("/users/{user}/forwarding")
def read_forwarding(
    request: Request, response: Response, user: IdPath, _who: PeopleKeeper
) -> ForwardsShape:
    """Show where calls to a user's extension go; 409 for a user who takes no calls."""
    return _read(request, response, user)


@router.put("/users/{user}/forwarding")
def change_forwarding(
    request: Request, response: Response, user: IdPath, body: ForwardsBody, who: PeopleKeeper
) -> ForwardsShape:
    """Set where calls to a user's extension go; with `If-Match` only if it has not changed."""
    return _write(request, response, who, user, body)


@router.get("/account/forwarding")
def read_own_forwarding(request: Request, response: Response, who: Anybody) -> ForwardsShape:
    """Show where calls to one's own extension go; 409 for a user who takes no calls."""
    return _read(request, response, who.user.id)


@router.put("/account/forwarding")
def change_own_forwarding(
    request: Request, response: Response, body: ForwardsBody, who: InPerson
) -> ForwardsShape:
    """Set where calls to one's own extension go; outside numbers only if one may dial them."""
    return _write(request, response, who, who.user.id, body)


def _read(request: Request, response: Response, user: int) -> ForwardsShape:
    with context_of(request).database.begin() as session:
        return show_tag(request, response, show_forwards(session, user))


def _write(
    request: Request, response: Response, who: SignedIn, user: int, body: ForwardsBody
) -> ForwardsShape:
    with context_of(request).database.begin() as session:
        store.lock_forwards(session)
        check_match(request, etag_of(show_forwards(session, user)))
        write_forwards(session, request, who, user, body)
        shape = show_forwards(session, user)
    return show_tag(request, response, shape)
