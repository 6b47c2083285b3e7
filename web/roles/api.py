"""The API of roles."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from crm.people.person import SignedIn
from crm.people.rights import Right
from crm.people.roles import store
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of, reader_of
from web.roles.actions import assign, make_role, show_role, switch_role, write_role
from web.roles.listing import ROLES
from web.roles.shapes import PeopleBody, RoleBody, RoleChange, Roles, RoleShape

router = APIRouter(prefix="/roles", tags=["people"])
RoleKeeper = Annotated[SignedIn, Depends(needs(Right.ROLES_MANAGE))]


@router.get("")
def list_roles(request: Request, query: Annotated[ListQuery, Depends(asked(ROLES))]) -> Roles:
    """List roles, the built-in ones first unless another order is asked for."""
    return answer_page(request, ROLES, query, Roles)


@router.get("/{role}")
def read_role(request: Request, response: Response, role: IdPath, _who: RoleKeeper) -> RoleShape:
    """Show a role; the answer's `ETag` names the version for a later `If-Match`."""
    with context_of(request).database.begin() as session:
        return show_tag(request, response, show_role(session, reader_of(request), role))


@router.post("", status_code=201)
def add_role(request: Request, body: RoleBody, who: RoleKeeper) -> RoleShape:
    """Add a role; the user who adds it must hold all its rights."""
    with context_of(request).database.begin() as session:
        made = make_role(session, request, who, body)
        return show_role(session, reader_of(request), made)


@router.patch("/{role}")
def change_role(
    request: Request, response: Response, role: IdPath, body: RoleChange, who: RoleKeeper
) -> RoleShape:
    """Change the given fields of a role; with `If-Match` only if it has not changed."""
    with context_of(request).database.begin() as session:
        store.role_to_change(session, role)
        check_match(request, etag_of(show_role(session, reader_of(request), role)))
        write_role(session, request, who, role, body)
        shape = show_role(session, reader_of(request), role)
    return show_tag(request, response, shape)


@router.post("/{role}/people")
def give_role(request: Request, role: IdPath, body: PeopleBody, who: RoleKeeper) -> RoleShape:
    """Give this role to some users in place of their present one."""
    with context_of(request).database.begin() as session:
        assign(session, request, who, role, body.people)
        return show_role(session, reader_of(request), role)


@router.post("/{role}/disable")
def disable_role(request: Request, role: IdPath, who: RoleKeeper) -> RoleShape:
    """Switch a role off: its holders can no longer sign in. Roles are never deleted."""
    with context_of(request).database.begin() as session:
        switch_role(session, request, who, role, on=False)
        return show_role(session, reader_of(request), role)


@router.post("/{role}/enable")
def enable_role(request: Request, role: IdPath, who: RoleKeeper) -> RoleShape:
    """Switch a role on again."""
    with context_of(request).database.begin() as session:
        switch_role(session, request, who, role, on=True)
        return show_role(session, reader_of(request), role)
