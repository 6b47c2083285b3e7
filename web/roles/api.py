"""Roles: which rights there are in a role, and who holds it."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from crm.kernel.errors import ConflictError, MissingError
from crm.people.granting import check_above, check_grant
from crm.people.person import SignedIn
from crm.people.rights import Right, Role, RoleId
from crm.people.roles import store
from crm.people.roles.store import RoleDraft
from web.kit.audit import note
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.i18n import Reader
from web.kit.request import context_of, reader_of
from web.people import actions
from web.roles.shapes import PeopleBody, RoleBody, RoleChange, Roles, RoleShape

router = APIRouter(prefix="/roles", tags=["people"])
RoleKeeper = Annotated[SignedIn, Depends(needs(Right.ROLES_MANAGE))]


@router.get("")
def list_roles(request: Request, _who: RoleKeeper) -> Roles:
    """List all roles, those of the house first."""
    with context_of(request).database.begin() as session:
        return Roles(items=show_roles(session, reader_of(request)))


@router.get("/{role}")
def read_role(request: Request, response: Response, role: IdPath, _who: RoleKeeper) -> RoleShape:
    """Show a role; the answer's `ETag` names the version for a later `If-Match`."""
    with context_of(request).database.begin() as session:
        shape = show_role(session, reader_of(request), role)
    show_tag(request, response, shape)
    return shape


@router.post("", status_code=201)
def add_role(request: Request, body: RoleBody, who: RoleKeeper) -> RoleShape:
    """Add a role, of rights that one holds oneself."""
    with context_of(request).database.begin() as session:
        made = make_role(session, request, who, body)
        return show_role(session, reader_of(request), made)


@router.patch("/{role}")
def change_role(
    request: Request, response: Response, role: IdPath, body: RoleChange, who: RoleKeeper
) -> RoleShape:
    """Change what is given of a role, unless it is no longer as `If-Match` says."""
    with context_of(request).database.begin() as session:
        store.role_to_change(session, role)
        check_match(request, etag_of(show_role(session, reader_of(request), role)))
        write_role(session, request, who, role, body)
        shape = show_role(session, reader_of(request), role)
    show_tag(request, response, shape)
    return shape


@router.post("/{role}/people")
def give_role(request: Request, role: IdPath, body: PeopleBody, who: RoleKeeper) -> RoleShape:
    """Give this role to some people, in place of the one that each of them has."""
    with context_of(request).database.begin() as session:
        assign(session, request, who, role, body.people)
        return show_role(session, reader_of(request), role)


@router.post("/{role}/disable")
def disable_role(request: Request, role: IdPath, who: RoleKeeper) -> RoleShape:
    """Shut out all who hold a role; it is never deleted."""
    with context_of(request).database.begin() as session:
        switch_role(session, request, who, role, on=False)
        return show_role(session, reader_of(request), role)


@router.post("/{role}/enable")
def enable_role(request: Request, role: IdPath, who: RoleKeeper) -> RoleShape:
    """Let all who hold a role in again."""
    with context_of(request).database.begin() as session:
        switch_role(session, request, who, role, on=True)
        return show_role(session, reader_of(request), role)


def show_roles(session: Session, reader: Reader) -> list[RoleShape]:
    """Show all roles with how many people hold each."""
    people = store.holders(session)
    return [_show(reader, one, people.get(one.id, 0)) for one in store.roles(session)]


def show_role(session: Session, reader: Reader, role: int) -> RoleShape:
    """Show one role."""
    found = store.role(session, role)
    return _show(reader, found, store.holders(session).get(found.id, 0))


def make_role(session: Session, request: Request, who: SignedIn, body: RoleBody) -> RoleId:
    """Add a role of rights that its maker holds himself."""
    check_grant(who.rights, body.rights)
    made = store.add_role(session, RoleDraft(body.name_en, body.name_zh, body.rights))
    after = _noted(store.role(session, made))
    note(session, request, who, "role.added", "roles", made, {}, after)
    return made


def write_role(
    session: Session, request: Request, who: SignedIn, role: int, body: RoleChange
) -> None:
    """Change a role, if its changer holds all that it held and all that it shall hold."""
    before = store.role_to_change(session, role)
    check_above(who.rights, before.rights)
    given: dict[str, Any] = {
        name: value
        for name in ("name_en", "name_zh", "rights")
        if (value := getattr(body, name)) is not None
    }
    draft = replace(RoleDraft(before.name_en, before.name_zh, before.rights), **given)
    check_grant(who.rights, draft.rights)
    after = store.change_role(session, role, draft)
    if _noted(before) != _noted(after):
        note(session, request, who, "role.changed", "roles", role, _noted(before), _noted(after))


def switch_role(session: Session, request: Request, who: SignedIn, role: int, *, on: bool) -> None:
    """Switch a role on or off; nobody switches off his own."""
    before = store.role_to_change(session, role)
    check_above(who.rights, before.rights)
    if not on and role == who.user.role.id:
        raise ConflictError("You cannot switch off your own role.")
    if before.enabled is on:
        return
    store.set_role_enabled(session, role, enabled=on)
    action = "role.enabled" if on else "role.disabled"
    note(session, request, who, action, "roles", role, {"enabled": not on}, {"enabled": on})


def assign(session: Session, request: Request, who: SignedIn, role: int, people: list[int]) -> None:
    """Give a role to some people; each of them is noted in the audit log."""
    found = store.role(session, role)
    for user in sorted(set(people)):
        try:
            actions.set_role(session, request, who, user, found.id)
        except MissingError as error:
            raise ConflictError(error.sentence, **error.values) from None


def _show(reader: Reader, role: Role, people: int) -> RoleShape:
    return RoleShape(
        id=role.id,
        key=role.key,
        name=role.name(reader.language),
        name_en=role.name_en,
        name_zh=role.name_zh,
        rights=dict(role.rights),
        enabled=role.enabled,
        people=people,
    )


def _noted(role: Role) -> dict[str, Any]:
    rights = {right.value: extent.value for right, extent in sorted(role.rights.items())}
    return {"name_en": role.name_en, "name_zh": role.name_zh, "rights": rights}
