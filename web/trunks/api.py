"""The API of trunks: settings, present states, and tests."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from crm.people.person import SignedIn
from crm.people.rights import Right
from cti.trunks import store
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of, reader_of
from web.trunks.actions import make_trunk, remove_trunk, run_test, show_trunk, write_trunk
from web.trunks.listing import TRUNKS
from web.trunks.shapes import (
    TestShape,
    TrunkBody,
    TrunkChange,
    TrunkList,
    TrunkShape,
    TrunkStateShape,
)
from web.trunks.views import show_state, show_test

router = APIRouter(prefix="/trunks")
TrunkManager = Annotated[SignedIn, Depends(needs(Right.LINES_MANAGE))]


@router.get("")
def list_trunks(request: Request, query: Annotated[ListQuery, Depends(asked(TRUNKS))]) -> TrunkList:
    """List trunks with their present states, the inactive ones too."""
    return answer_page(request, TRUNKS, query, TrunkList)


@router.get("/{trunk}")
def read_trunk(
    request: Request, response: Response, trunk: IdPath, _who: TrunkManager
) -> TrunkShape:
    """Show a trunk's settings; the answer's `ETag` names the version for a later `If-Match`."""
    with context_of(request).database.begin() as session:
        return show_tag(request, response, show_trunk(session, trunk))


@router.get("/{trunk}/state")
def read_state(request: Request, trunk: IdPath, _who: TrunkManager) -> TrunkStateShape:
    """Show how a trunk is now: its state, the calls on it, and the last error."""
    with context_of(request).database.begin() as session:
        known = store.trunk(session, trunk)
    return show_state(known, request.app.state, reader_of(request))


@router.post("", status_code=201)
def add_trunk(request: Request, body: TrunkBody, who: TrunkManager) -> TrunkShape:
    """Add a trunk. Its password is never shown."""
    with context_of(request).database.begin() as session:
        return show_trunk(session, make_trunk(session, request, who, body))


@router.patch("/{trunk}")
def change_trunk(
    request: Request, response: Response, trunk: IdPath, body: TrunkChange, who: TrunkManager
) -> TrunkShape:
    """Change the given fields of a trunk; with `If-Match` only if it has not changed."""
    with context_of(request).database.begin() as session:
        store.trunk_to_change(session, trunk)
        check_match(request, etag_of(show_trunk(session, trunk)))
        write_trunk(session, request, who, trunk, body)
        shape = show_trunk(session, trunk)
    return show_tag(request, response, shape)


@router.delete("/{trunk}", status_code=204)
def delete_trunk(request: Request, trunk: IdPath, who: TrunkManager) -> None:
    """Delete a trunk; 409 if something uses it."""
    with context_of(request).database.begin() as session:
        store.trunk_to_change(session, trunk)
        check_match(request, etag_of(show_trunk(session, trunk)))
        remove_trunk(session, request, who, trunk)


@router.post("/{trunk}/test")
def test_trunk(request: Request, trunk: IdPath, who: TrunkManager) -> TestShape:
    """Test a trunk from this machine: name, ping, connection, OPTIONS, and REGISTER if it does.

    It takes up to 15 seconds. A REGISTER only asks for the present registrations.
    """
    return show_test(run_test(request, who, trunk), reader_of(request))
