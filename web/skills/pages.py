"""The pages of skills: the list, the form, and the matrix of agents and skills."""

from functools import partial

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from acd.skill_levels import store
from crm.kernel.errors import HotlineError
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.kit.audit import note
from web.kit.body_form import read_body
from web.kit.editing import NotSaved, carry_out, save, saved
from web.kit.export import AskedFormat, export
from web.kit.forms import Form
from web.kit.i18n import N_
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import SentForm
from web.kit.request import context_of, reader_of
from web.skills import actions
from web.skills.api import SkillManager, SkillPath, SkillReader
from web.skills.forms import skill_form
from web.skills.importing import LEVELS, TARGET
from web.skills.listing import SKILLS
from web.skills.matrix import FILE_HEADS, matrix, matrix_file
from web.skills.shapes import SkillBody, SkillChange, SkillShape

router = APIRouter(prefix="/skills")

add_export(router, SKILLS)


@router.get("")
def skills_page(request: Request, who: SkillReader) -> Response:
    """List the skills."""
    label = reader_of(request).gettext(N_("Skill matrix"))
    link = {"url": "/skills/matrix", "label": label, "icon": "columns"}
    return list_page(request, who, SKILLS, shown={"links": [link]})


@router.get("/matrix")
def matrix_page(request: Request, who: SkillReader) -> Response:
    """Show which agent has which skill, and how well."""
    with context_of(request).database.begin() as session:
        found = matrix(session, reader_of(request))
    shown = {"matrix": found, "may_change": who.may(Right.SKILLS_MANAGE)}
    return context_of(request).pages.page(request, "skill-matrix.html", shown)


@router.get("/matrix/export")
def export_matrix(request: Request, who: SkillReader, form: AskedFormat = "csv") -> Response:
    """Export the levels in the shape in which they can be imported again."""
    reader = reader_of(request)
    heads = [reader.gettext(one) for one in FILE_HEADS]
    with context_of(request).database.begin() as session:
        rows = matrix_file(session, reader)
        answer = export(request, TARGET, reader.gettext(LEVELS.title), heads, rows, form)
        after = {"list": TARGET, "format": form}
        note(session, request, who, "list.exported", "lists", 0, {}, after)
    return answer


@router.get("/new")
def new_skill(request: Request, who: SkillManager) -> Response:
    """Show the form for a new skill."""
    return _show(request, who, None, skill_form(reader_of(request), None))


@router.post("")
def add_skill(request: Request, who: SkillManager, sent: SentForm) -> Response:
    """Add a skill."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        form = skill_form(reader, None)

        def write() -> str:
            return actions.add(session, request, who, read_body(SkillBody, sent))

        made = save(session, reader, form, sent, write)
    if isinstance(made, NotSaved):
        return _show(request, who, None, form, made.status)
    return saved(f"/skills/{made}")


@router.get("/{skill}")
def skill_page(request: Request, skill: SkillPath, who: SkillReader) -> Response:
    """Show a skill's form and where it is used."""
    return _page(request, who, skill)


@router.post("/{skill}")
def change_skill(request: Request, skill: SkillPath, who: SkillManager, sent: SentForm) -> Response:
    """Change a skill, unless another user changed it in the meantime."""
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        store.skill_to_change(session, skill)
        before = actions.show_skill(session, reader, skill)
        form = skill_form(reader, before)

        def write() -> None:
            body = read_body(SkillBody, sent)
            change = SkillChange(name_en=body.name_en, name_zh=body.name_zh, active=body.active)
            actions.change(session, request, who, skill, change)

        outcome = save(session, reader, form, sent, write)
    if isinstance(outcome, NotSaved):
        return _show(request, who, before, form, outcome.status)
    return saved(f"/skills/{skill}")


@router.post("/{skill}/remove")
def remove_skill(request: Request, skill: SkillPath, who: SkillManager) -> Response:
    """Delete a skill that nothing uses."""

    def remove(session: Session) -> None:
        actions.remove(session, request, who, skill)

    again = partial(_page, request, who, skill)
    return carry_out(request, remove, "/skills", again, N_("Skill deleted."))


def _page(
    request: Request, who: SignedIn, skill: str, error: HotlineError | None = None
) -> Response:
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        shape = actions.show_skill(session, reader, skill)
    form = skill_form(reader, shape)
    form.error = reader.error(error) if error else ""
    return _show(request, who, shape, form, 409 if error else 200)


def _show(
    request: Request, who: SignedIn, shape: SkillShape | None, form: Form, status: int = 200
) -> Response:
    shown = {"skill": shape, "form": form, "may_change": who.may(Right.SKILLS_MANAGE)}
    return context_of(request).pages.page(request, "skill.html", shown, status=status)
