"""Roles: named sets of permissions, built in or made by the site."""

from dataclasses import dataclass, field

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.kernel.errors import ConflictError, InvalidError, MissingError
from crm.kernel.names import is_visible
from crm.kernel.text import clean
from crm.people.models import RoleRow, UserRow
from crm.people.rights import (
    EVERY_RIGHT,
    SCOPED,
    BuiltIn,
    Extent,
    Right,
    Rights,
    Role,
    RoleId,
    read_rights,
)
from crm.sql.db import notify


@dataclass(frozen=True, slots=True)
class RoleDraft:
    """What can be set of a role."""

    name_en: str
    name_zh: str
    rights: Rights = field(default_factory=dict[Right, Extent])


def role(session: Session, id_: int) -> Role:
    """Read a role; MissingError if there is none of this id."""
    row = session.get(RoleRow, id_, populate_existing=True)
    if row is None:
        raise MissingError("There is no role {role}.", role=id_)
    return read_role(row)


def role_to_change(session: Session, id_: int) -> Role:
    """Read a role and lock it until this transaction ends.

    ConflictError for the administrators' role, which always holds every permission.
    """
    session.execute(select(RoleRow.id).where(RoleRow.id == id_).with_for_update())
    found = role(session, id_)
    if found.key == BuiltIn.ADMINISTRATOR:
        raise ConflictError(
            "Administrators always have all permissions; this role cannot be changed."
        )
    return found


def roles(session: Session) -> list[Role]:
    """Give all roles, the built-in ones first, the disabled ones too."""
    query = select(RoleRow).order_by(RoleRow.key == "", RoleRow.id)
    return [read_role(row) for row in session.scalars(query)]


def holders(session: Session) -> dict[int, int]:
    """Count the users of each role, the disabled ones too."""
    query = select(UserRow.role_id, func.count()).group_by(UserRow.role_id)
    return {found: count for found, count in session.execute(query)}  # noqa: C416


def role_id(session: Session, wanted: BuiltIn | RoleId) -> int:
    """Give the id of a built-in role by its key; an id is returned unchanged."""
    if not isinstance(wanted, BuiltIn):
        return int(wanted)
    return session.scalars(select(RoleRow.id).where(RoleRow.key == wanted)).one()


def read_role(row: RoleRow) -> Role:
    """Make a role from its row; an administrator holds every permission, also future ones."""
    rights = EVERY_RIGHT if row.key == BuiltIn.ADMINISTRATOR else read_rights(row.rights)
    return Role(RoleId(row.id), row.key, row.name_en, row.name_zh, rights, row.enabled)


def add_role(session: Session, new: RoleDraft | Role) -> RoleId:
    """Add a role; the database gives its id."""
    added = insert(RoleRow).values({"key": "", **_columns(new)}).returning(RoleRow.id)
    return RoleId(session.scalars(added).one())


def change_role(session: Session, id_: int, draft: RoleDraft) -> Role:
    """Change a role; it applies to its users from their next request on."""
    return _set(session, id_, **_columns(draft))


def set_role_enabled(session: Session, id_: int, *, enabled: bool) -> Role:
    """Enable or disable a role; users of a disabled role cannot sign in."""
    return _set(session, id_, enabled=enabled)


def _set(session: Session, id_: int, **values: object) -> Role:
    changed = update(RoleRow).where(RoleRow.id == id_).values(**values).returning(RoleRow.id)
    if session.scalars(changed).one_or_none() is None:
        raise MissingError("There is no role {role}.", role=id_)
    # Open pages read again what their user may see.
    notify(session, f"roles:{id_}")
    return role(session, id_)


def _columns(draft: RoleDraft | Role) -> dict[str, object]:
    english, chinese = clean(draft.name_en.strip(), 100), clean(draft.name_zh.strip(), 100)
    if not is_visible(english + chinese):
        raise InvalidError("Enter a name.", field="name_en")
    rights = {
        right.value: extent.value if right in SCOPED else Extent.ALL.value
        for right, extent in draft.rights.items()
    }
    return {"name_en": english, "name_zh": chinese, "rights": rights}
