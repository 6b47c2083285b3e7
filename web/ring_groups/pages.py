"""The pages of ring groups: the list and the form."""

from functools import partial

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from acd.ring_groups import store
from crm.kernel.errors import HotlineError
from web.kit.bodies import IdPath
from web.kit.editing import NotSaved, carry_out, save, saved
from web.kit.forms import Form
from web.kit.i18n import N_
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.kit.toast import done
from web.ring_groups import actions
from web.ring_groups.api import GroupManager
from web.ring_groups.forms import read_form, ring_group_form
from web.ring_groups.listing import RING_GROUPS
from web.ring_groups.shapes import RingGroupChange, RingGroupShape

router = APIRouter(prefix="/ring-groups")

add_export(router, RING_GROUPS)


@router.get("")
def ring_groups_page(request: Request, who: GroupManager) -> Response:
    """List the ring groups."""
    return list_page(request, who, RING_GROUPS)


@router.get("/new")
def new_ring_group(request: Request, _who: GroupManager) -> Response:
    """Show the form for a new group."""
    with context_of(request).database.begin() as session:
        form = ring_group_form(session, reader_of(request), None)
    return _show(request, None, form)


@router.post("")
def add_ring_group(request: Request, who: GroupManager, sent: SentForm) -> Response:
    """Add a group."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        form = ring_group_form(session, reader, None)

        def write() -> int:
            return actions.add(session, request, who, read_form(sent))

        made = save(session, reader, form, sent, write)
        if isinstance(made, NotSaved):
            return _show(request, None, form, made.status)
    return saved(f"/ring-groups/{made}")


@router.get("/{group}")
def ring_group_page(request: Request, group: IdPath, _who: GroupManager) -> Response:
    """Show a group's form."""
    return _page(request, group)


@router.post("/{group}")
def change_ring_group(
    request: Request, group: IdPath, who: GroupManager, sent: SentForm
) -> Response:
    """Change a group, unless another user changed it in the meantime."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        store.ring_group_to_change(session, group)
        before = actions.show_ring_group(session, reader, group)
        form = ring_group_form(session, reader, before)

        def write() -> None:
            body = RingGroupChange(**dict(read_form(sent)))
            actions.change(session, request, who, group, body)

        outcome = save(session, reader, form, sent, write)
        if isinstance(outcome, NotSaved):
            return _show(request, before, form, outcome.status)
    return saved(f"/ring-groups/{group}")


@router.post("/{group}/move")
def move_member(request: Request, group: IdPath, who: GroupManager, sent: SentForm) -> Response:
    """Let a member ring one place earlier or later."""
    agent = sent.one("agent")
    step = -1 if sent.one("do") == "up" else 1
    with context_of(request).database.begin() as session:
        known = int(agent) if agent.isascii() and agent.isdigit() else 0
        actions.move(session, request, who, group, known, step)
    return done(f"/ring-groups/{group}", N_("Saved."))


@router.post("/{group}/remove")
def remove_ring_group(request: Request, group: IdPath, who: GroupManager) -> Response:
    """Remove a group that nothing leads to."""

    def remove(session: Session) -> None:
        actions.remove(session, request, who, group)

    again = partial(_page, request, group)
    return carry_out(request, remove, "/ring-groups", again, N_("Ring group deleted."))


def _page(request: Request, group: int, error: HotlineError | None = None) -> Response:
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        shape = actions.show_ring_group(session, reader, group)
        form = ring_group_form(session, reader, shape)
    form.error = reader.error(error) if error else ""
    return _show(request, shape, form, 409 if error else 200)


def _show(
    request: Request, shape: RingGroupShape | None, form: Form, status: int = 200
) -> Response:
    pages = context_of(request).pages
    return pages.page(request, "ring-group.html", {"group": shape, "form": form}, status=status)
