"""The page of a role's workspace layout, and the menu with which users arrange their own."""

from functools import partial

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from crm.kernel.errors import HotlineError, MissingError
from crm.people.roles.store import role as find_role
from web.kit.auth import AtDesk
from web.kit.bodies import IdPath
from web.kit.editing import carry_out
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.workspace import actions
from web.workspace.api import RoleKeeper

router = APIRouter()


@router.post("/desk/layout")
def arrange(request: Request, who: AtDesk, sent: SentForm) -> Response:
    """Move, hide or show a panel of one's own workspace, and draw the menu again."""
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        actions.arrange_own(session, who, sent.one("do"))
        areas = actions.by_area(reader, actions.show_own(session, reader, who))
    # The panels of the page draw themselves again when they hear of it.
    told = {"HX-Trigger": "layout-changed", "HX-Push-Url": "false"}
    shown = {"arrange": areas}
    return context.pages.page(request, "fragments/arrange.html", shown, headers=told)


@router.get("/roles/{role}/layout")
def role_layout_page(request: Request, role: IdPath, _who: RoleKeeper) -> Response:
    """Show the panels of the workspace for the users of a role."""
    return _page(request, role)


@router.post("/roles/{role}/layout")
def arrange_role(request: Request, role: IdPath, who: RoleKeeper, sent: SentForm) -> Response:
    """Move, hide or show a panel for the users of a role."""

    def write(session: Session) -> None:
        actions.arrange_role(session, request, who, role, sent.one("do"))

    return carry_out(request, write, f"/roles/{role}/layout", partial(_page, request, role))


def _page(request: Request, role: int, error: HotlineError | None = None) -> Response:
    if isinstance(error, MissingError):
        raise error
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        known = find_role(session, role)
        areas = actions.by_area(reader, actions.show_of_role(session, reader, role))
    shown = {
        "role_id": role,
        "role_name": known.name(reader.language),
        "areas": areas,
        "error": reader.error(error) if error else "",
    }
    status = 422 if error else 200
    return context.pages.page(request, "workspace-layout.html", shown, status=status)
