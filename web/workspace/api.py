"""The API of the workspace's layout."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.auth import AtDesk, needs
from web.kit.bodies import IdPath
from web.kit.request import context_of, reader_of
from web.workspace import actions
from web.workspace.shapes import LayoutBody, LayoutShape

router = APIRouter()
RoleKeeper = Annotated[SignedIn, Depends(needs(Right.ROLES_MANAGE))]


@router.get("/desk/layout")
def read_layout(request: Request, who: AtDesk) -> LayoutShape:
    """List the panels of your workspace that you can arrange, in their order."""
    with context_of(request).database.begin() as session:
        return actions.show_own(session, reader_of(request), who)


@router.put("/desk/layout")
def set_layout(request: Request, body: LayoutBody, who: AtDesk) -> LayoutShape:
    """Arrange the panels of your workspace; an empty layout is that of your role."""
    with context_of(request).database.begin() as session:
        actions.write_own(session, who, actions.layout_from(body))
        return actions.show_own(session, reader_of(request), who)


@router.get("/roles/{role}/layout")
def read_role_layout(request: Request, role: IdPath, _who: RoleKeeper) -> LayoutShape:
    """List the panels that the workspace of a role has, in their order."""
    with context_of(request).database.begin() as session:
        return actions.show_of_role(session, reader_of(request), role)


@router.put("/roles/{role}/layout")
def set_role_layout(
    request: Request, role: IdPath, body: LayoutBody, who: RoleKeeper
) -> LayoutShape:
    """Arrange the panels for the users of a role; an empty layout is the usual one."""
    with context_of(request).database.begin() as session:
        actions.write_of_role(session, request, who, role, actions.layout_from(body))
        return actions.show_of_role(session, reader_of(request), role)
