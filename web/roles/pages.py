"""The pages of roles: the list, the form with all rights, and the holders of a role."""

from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from crm.kernel.errors import ConflictError, HotlineError
from crm.people import store as people
from crm.people.granting import covers
from crm.people.person import SignedIn
from crm.people.rights import SCOPED, BuiltIn, Extent, Right, Rights, RoleId
from crm.people.roles import store
from web.kit.bodies import IdPath
from web.kit.body_form import fields_of, read_body
from web.kit.editing import NotSaved, carry_out, save, saved
from web.kit.etag import etag_of
from web.kit.forms import Form
from web.kit.i18n import N_, Reader, named
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import Posted, SentForm
from web.kit.request import context_of, reader_of
from web.kit.shapes import Choice
from web.roles.actions import assign, make_role, show_role, switch_role, write_role
from web.roles.api import RoleKeeper
from web.roles.listing import ROLES
from web.roles.shapes import PeopleBody, RoleBody, RoleChange, RoleShape
from web.roles.words import EXTENTS, right_groups, right_helps, right_names

router = APIRouter(prefix="/roles")


@dataclass(frozen=True, slots=True)
class RightChoice:
    """A right in the form of a role."""

    right: str
    name: str
    help: str
    scoped: bool
    extent: str  # how far it reaches; "" if the role does not hold it
    may: bool  # whether the reader may give it


add_export(router, ROLES)


@router.get("")
def roles_page(request: Request, who: RoleKeeper) -> Response:
    """List the roles."""
    return list_page(request, who, ROLES)


@router.get("/new")
def new_role(request: Request, who: RoleKeeper, copy: int = 0) -> Response:
    """Show the form for a new role, or for a copy of one with the rights that the reader holds."""
    reader = reader_of(request)
    rights: Rights = {}
    form = _form(reader, None)
    if copy:
        with context_of(request).database.begin() as session:
            source = store.role(session, copy)
        rights = {r: e for r, e in source.rights.items() if covers(who.rights, {r: e})}
        for one in form.fields:
            name = getattr(source, one.name)
            one.value = f"{name} 2" if name else ""
    return _new_page(request, who, form, rights)


@router.post("")
def add_role(request: Request, who: RoleKeeper, sent: SentForm) -> Response:
    """Add a role."""
    reader = reader_of(request)
    form, rights = _form(reader, None), entered_rights(sent)
    with context_of(request).database.begin() as session:

        def write() -> int:
            return make_role(session, request, who, _body(sent, rights))

        made = save(session, reader, form, sent, write)
    if isinstance(made, NotSaved):
        return _new_page(request, who, form, rights, made.status)
    return saved(f"/roles/{made}")


@router.get("/{role}")
def role_page(request: Request, role: IdPath, who: RoleKeeper) -> Response:
    """Show a role: its names, its rights and its holders."""
    return _page(request, who, role)


@router.post("/{role}")
def change_role(request: Request, role: IdPath, who: RoleKeeper, sent: SentForm) -> Response:
    """Change a role, unless another person changed it in the meantime."""
    reader, rights = reader_of(request), entered_rights(sent)
    with context_of(request).database.begin() as session:
        # A role that cannot be changed shows that when the form is saved.
        with suppress(ConflictError):
            store.role_to_change(session, role)
        before = show_role(session, reader, role)
        form = _form(reader, before)

        def write() -> None:
            body = RoleChange(**dict(_body(sent, rights)))
            write_role(session, request, who, role, body)

        outcome = save(session, reader, form, sent, write)
        if isinstance(outcome, NotSaved):
            status = outcome.status
            return _show(session, request, who, before, form, rights=rights, status=status)
    return saved(f"/roles/{role}")


@router.post("/{role}/people")
def give_role(request: Request, role: IdPath, who: RoleKeeper, sent: SentForm) -> Response:
    """Give this role to the chosen users."""

    def give(session: Session) -> None:
        assign(session, request, who, role, sent.ids("people"))

    again = partial(_page, request, who, role)
    return carry_out(request, give, f"/roles/{role}", again, N_("Role assigned."))


@router.post("/{role}/disable")
def disable_role(request: Request, role: IdPath, who: RoleKeeper) -> Response:
    """Switch a role off: its holders can no longer sign in."""
    return _switch(request, who, role, on=False)


@router.post("/{role}/enable")
def enable_role(request: Request, role: IdPath, who: RoleKeeper) -> Response:
    """Switch a role on again."""
    return _switch(request, who, role, on=True)


def entered_rights(posted: Posted) -> dict[Right, Extent]:
    """Read the table of rights: a tick grants, no tick revokes."""
    extents = {one.value for one in Extent}
    found: dict[Right, Extent] = {}
    for right in Right:
        if right in SCOPED:
            if (extent := posted.one(f"extent.{right}")) in extents:
                found[right] = Extent(extent)
        elif posted.one(f"right.{right}"):
            found[right] = Extent.ALL
    return found


def _body(sent: Posted, rights: dict[Right, Extent]) -> RoleBody:
    return read_body(RoleBody, sent).model_copy(update={"rights": rights})


def _switch(request: Request, who: SignedIn, role: int, *, on: bool) -> Response:
    def switch(session: Session) -> None:
        switch_role(session, request, who, role, on=on)

    again = partial(_page, request, who, role)
    toast = N_("Role activated.") if on else N_("Role deactivated.")
    return carry_out(request, switch, f"/roles/{role}", again, toast)


def _page(
    request: Request, who: SignedIn, role: int, error: HotlineError | None = None
) -> Response:
    reader = reader_of(request)
    with context_of(request).database.begin() as session:
        shape = show_role(session, reader, role)
        form = _form(reader, shape)
        form.error = reader.error(error) if error else ""
        status = 409 if error else 200
        return _show(session, request, who, shape, form, rights=shape.rights, status=status)


def _show(  # noqa: PLR0913 - a page has these parts
    session: Session,
    request: Request,
    who: SignedIn,
    shape: RoleShape,
    form: Form,
    *,
    rights: Rights,
    status: int = 200,
) -> Response:
    context, reader = context_of(request), reader_of(request)
    holding = people.users(session, role=RoleId(shape.id))
    others = [
        Choice(key=str(one.id), name=f"{one.name} ({one.login}) - {one.role.name(reader.language)}")
        for one in people.users(session)
        if one.role.id != shape.id and one.enabled and covers(who.rights, one.role.rights)
    ]
    give = Form(
        f"/roles/{shape.id}/people",
        fields_of(PeopleBody, reader, {}, {"people": others}),
        name="people",
        submit=reader.gettext(N_("Assign role")),
        columns=1,
    )
    fixed = shape.key == BuiltIn.ADMINISTRATOR or not covers(who.rights, shape.rights)
    may_give = shape.enabled and covers(who.rights, shape.rights)
    shown = {
        "role": shape,
        "form": form,
        "fixed": fixed,
        "own": shape.id == who.user.role.id,
        "sections": _sections(reader, who, rights),
        "extents": named(reader, EXTENTS),
        "holding": holding,
        "give": give if may_give else None,
    }
    return context.pages.page(request, "role.html", shown, status=status)


def _new_page(
    request: Request, who: SignedIn, form: Form, rights: Rights, status: int = 200
) -> Response:
    reader = reader_of(request)
    shown = {
        "role": None,
        "form": form,
        "fixed": False,
        "own": False,
        "sections": _sections(reader, who, rights),
        "extents": named(reader, EXTENTS),
        "holding": [],
        "give": None,
    }
    return context_of(request).pages.page(request, "role.html", shown, status=status)


def _form(reader: Reader, shape: RoleShape | None) -> Form:
    return Form(
        f"/roles/{shape.id}" if shape else "/roles",
        fields_of(RoleBody, reader, dict(shape) if shape else {}, {}),
        version=_version(shape) if shape else "",
        submit=reader.gettext(N_("Save")) if shape else reader.gettext(N_("Add role")),
        cancel_url="/roles",
        name="role",
    )


def _version(shape: RoleShape) -> str:
    # The number of holders is not changed by the form.
    return etag_of(shape.model_dump(mode="json", exclude={"people"}))


def _sections(reader: Reader, who: SignedIn, rights: Rights) -> list[tuple[str, list[RightChoice]]]:
    say = reader.gettext
    return [
        (
            say(heading),
            [
                RightChoice(
                    right=one.value,
                    name=say(right_names()[one]),
                    help=say(right_helps()[one]),
                    scoped=one in SCOPED,
                    extent=rights[one].value if one in rights else "",
                    may=one in who.rights,
                )
                for one in ones
            ],
        )
        for heading, ones in right_groups().items()
    ]
