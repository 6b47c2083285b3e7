"""Actions on roles that pages and API share: show, add, change, give to users."""

from dataclasses import replace
from typing import Any

from fastapi import Request
from sqlalchemy.orm import Session

from crm.kernel.errors import ConflictError, MissingError
from crm.people.granting import check_above, check_grant
from crm.people.groups.store import no_wider_team
from crm.people.person import SignedIn
from crm.people.rights import Role, RoleId
from crm.people.roles import store
from crm.people.roles.store import RoleDraft
from web.kit.audit import note
from web.kit.i18n import Reader
from web.people import actions
from web.roles.shapes import RoleBody, RoleChange, RoleShape


def show_roles(session: Session, reader: Reader) -> list[RoleShape]:
    """Show all roles with the number of their users."""
    people = store.holders(session)
    return [_show(reader, one, people.get(one.id, 0)) for one in store.roles(session)]


def show_role(session: Session, reader: Reader, role: int) -> RoleShape:
    """Show one role."""
    found = store.role(session, role)
    return _show(reader, found, store.holders(session).get(found.id, 0))


def make_role(session: Session, request: Request, who: SignedIn, body: RoleBody) -> RoleId:
    """Add a role; the user who adds it must hold all its rights."""
    check_grant(who.rights, body.rights)
    made = store.add_role(session, RoleDraft(body.name_en, body.name_zh, body.rights))
    after = _noted(store.role(session, made))
    note(session, request, who, "role.added", "roles", made, {}, after)
    return made


def write_role(
    session: Session, request: Request, who: SignedIn, role: int, body: RoleChange
) -> None:
    """Change a role; the user who changes it must hold its rights, before and after."""
    before = store.role_to_change(session, role)
    check_above(who.rights, before.rights)
    given: dict[str, Any] = {
        name: value
        for name in ("name_en", "name_zh", "rights")
        if (value := getattr(body, name)) is not None
    }
    draft = replace(RoleDraft(before.name_en, before.name_zh, before.rights), **given)
    check_grant(who.rights, draft.rights)
    with no_wider_team(session, who):
        after = store.change_role(session, role, draft)
    if _noted(before) != _noted(after):
        note(session, request, who, "role.changed", "roles", role, _noted(before), _noted(after))


def switch_role(session: Session, request: Request, who: SignedIn, role: int, *, on: bool) -> None:
    """Switch a role on or off; one's own role cannot be switched off."""
    before = store.role_to_change(session, role)
    check_above(who.rights, before.rights)
    if not on and role == who.user.role.id:
        raise ConflictError("You cannot deactivate your own role.")
    if before.enabled is on:
        return
    with no_wider_team(session, who):
        store.set_role_enabled(session, role, enabled=on)
    action = "role.enabled" if on else "role.disabled"
    note(session, request, who, action, "roles", role, {"enabled": not on}, {"enabled": on})


def assign(session: Session, request: Request, who: SignedIn, role: int, people: list[int]) -> None:
    """Give a role to some users; each of them is noted in the audit log."""
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
