"""The pages of user groups: the list and the form."""

from functools import partial

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from crm.kernel.errors import HotlineError
from crm.people.groups import store
from crm.people.person import SignedIn
from web.groups.actions import make_group, show_group, switch_group, write_group
from web.groups.api import PeopleKeeper
from web.groups.forms import group_form
from web.groups.listing import GROUPS
from web.groups.shapes import GroupBody, GroupChange, GroupShape
from web.kit.bodies import IdPath
from web.kit.body_form import read_body
from web.kit.editing import NotSaved, carry_out, save, saved
from web.kit.forms import Form
from web.kit.i18n import N_
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of

router = APIRouter(prefix="/groups")


add_export(router, GROUPS)


@router.get("")
def groups_page(request: Request, who: PeopleKeeper) -> Response:
    """List the groups, as a tree unless another order is asked for."""
    return list_page(request, who, GROUPS)


@router.get("/new")
def new_group(request: Request, _who: PeopleKeeper) -> Response:
    """Show the form for a new group."""
    with context_of(request).database.begin() as session:
        form = group_form(session, reader_of(request), None)
    return _show(request, None, form)


@router.post("")
def add_group(request: Request, who: PeopleKeeper, sent: SentForm) -> Response:
    """Add a group."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        form = group_form(session, reader, None)

        def write() -> int:
            return make_group(session, request, who, read_body(GroupBody, sent))

        made = save(session, reader, form, sent, write)
        if isinstance(made, NotSaved):
            return _show(request, None, form, made.status)
    return saved(f"/groups/{made}")


@router.get("/{group}")
def group_page(request: Request, group: IdPath, _who: PeopleKeeper) -> Response:
    """Show a group's form."""
    return _page(request, group)


@router.post("/{group}")
def change_group(request: Request, group: IdPath, who: PeopleKeeper, sent: SentForm) -> Response:
    """Change a group, unless another person changed it in the meantime."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        store.group_to_change(session, group)
        before = show_group(session, group)
        form = group_form(session, reader, before)

        def write() -> None:
            body = GroupChange(**dict(read_body(GroupBody, sent)))
            write_group(session, request, who, group, body)

        outcome = save(session, reader, form, sent, write)
        if isinstance(outcome, NotSaved):
            return _show(request, before, form, outcome.status)
    return saved(f"/groups/{group}")


@router.post("/{group}/disable")
def disable_group(request: Request, group: IdPath, who: PeopleKeeper) -> Response:
    """Switch a group off: it and the groups below it make no team."""
    return _switch(request, who, group, on=False)


@router.post("/{group}/enable")
def enable_group(request: Request, group: IdPath, who: PeopleKeeper) -> Response:
    """Switch a group on again."""
    return _switch(request, who, group, on=True)


def _switch(request: Request, who: SignedIn, group: int, *, on: bool) -> Response:
    def switch(session: Session) -> None:
        switch_group(session, request, who, group, on=on)

    toast = N_("Group activated.") if on else N_("Group deactivated.")
    return carry_out(request, switch, f"/groups/{group}", partial(_page, request, group), toast)


def _page(request: Request, group: int, error: HotlineError | None = None) -> Response:
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        shape = show_group(session, group)
        form = group_form(session, reader, shape)
    form.error = reader.error(error) if error else ""
    return _show(request, shape, form, 409 if error else 200)


def _show(request: Request, shape: GroupShape | None, form: Form, status: int = 200) -> Response:
    pages = context_of(request).pages
    return pages.page(request, "group.html", {"group": shape, "form": form}, status=status)
