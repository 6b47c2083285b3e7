"""The pages of skill groups: the list and the form."""

from fastapi import APIRouter, Request, Response

from acd.skill_groups import store
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.bodies import IdPath
from web.kit.body_form import read_body
from web.kit.editing import NotSaved, save, saved
from web.kit.forms import Form
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.skill_groups import actions
from web.skill_groups.api import GroupManager, GroupReader
from web.skill_groups.forms import group_form
from web.skill_groups.listing import SKILL_GROUPS
from web.skill_groups.shapes import SkillGroupBody, SkillGroupChange, SkillGroupShape

router = APIRouter(prefix="/skill-groups")

add_export(router, SKILL_GROUPS)


@router.get("")
def skill_groups_page(request: Request, who: GroupReader) -> Response:
    """List the skill groups."""
    return list_page(request, who, SKILL_GROUPS)


@router.get("/new")
def new_skill_group(request: Request, who: GroupManager) -> Response:
    """Show the form for a new group."""
    with context_of(request).database.begin() as session:
        form = group_form(session, reader_of(request), None)
    return _show(request, who, None, form)


@router.post("")
def add_skill_group(request: Request, who: GroupManager, sent: SentForm) -> Response:
    """Add a group."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        form = group_form(session, reader, None)

        def write() -> int:
            return actions.add(session, request, who, read_body(SkillGroupBody, sent))

        made = save(session, reader, form, sent, write)
    if isinstance(made, NotSaved):
        return _show(request, who, None, form, made.status)
    return saved(f"/skill-groups/{made}")


@router.get("/{group}")
def skill_group_page(request: Request, group: IdPath, who: GroupReader) -> Response:
    """Show a group's form and the queues that it serves."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        shape = actions.show_group(session, reader, group)
        form = group_form(session, reader, shape)
    return _show(request, who, shape, form)


@router.post("/{group}")
def change_skill_group(
    request: Request, group: IdPath, who: GroupManager, sent: SentForm
) -> Response:
    """Change a group, unless another user changed it in the meantime."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        store.skill_group_to_change(session, group)
        before = actions.show_group(session, reader, group)
        form = group_form(session, reader, before)

        def write() -> None:
            body = SkillGroupChange(**dict(read_body(SkillGroupBody, sent)))
            actions.change(session, request, who, group, body)

        outcome = save(session, reader, form, sent, write)
    if isinstance(outcome, NotSaved):
        return _show(request, who, before, form, outcome.status)
    return saved(f"/skill-groups/{group}")


def _show(
    request: Request, who: SignedIn, shape: SkillGroupShape | None, form: Form, status: int = 200
) -> Response:
    shown = {"group": shape, "form": form, "may_change": who.may(Right.SKILLS_MANAGE)}
    return context_of(request).pages.page(request, "skill-group.html", shown, status=status)
