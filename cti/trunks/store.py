"""Trunks in the database: read, add, change, delete."""

from dataclasses import fields
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crm.kernel.errors import ConflictError, MissingError, TakenError
from crm.sql.db import notify
from cti.trunks.models import TrunkRow
from cti.trunks.trunk import (
    CallerIdForm,
    CallerSource,
    Codec,
    DTMFMode,
    NumberSource,
    Transport,
    Trunk,
    TrunkId,
    checked,
)

_ARRAYS = frozenset({"addresses", "codecs"})


def trunks(session: Session) -> list[Trunk]:
    """Give all trunks by name, the inactive ones too."""
    query = select(TrunkRow).order_by(TrunkRow.name, TrunkRow.id)
    return [_trunk(row) for row in session.scalars(query.execution_options(populate_existing=True))]


def live_trunks(session: Session) -> dict[TrunkId, Trunk]:
    """Give all trunks by id, for the engine."""
    return {one.id: one for one in sorted(trunks(session), key=lambda trunk: trunk.id)}


def trunk(session: Session, trunk_id: int) -> Trunk:
    """Read a trunk; MissingError if there is none."""
    return _one(session, trunk_id, lock=False)


def trunk_to_change(session: Session, trunk_id: int) -> Trunk:
    """Read a trunk and lock it until this transaction ends; MissingError if there is none."""
    return _one(session, trunk_id, lock=True)


def add_trunk(session: Session, new: Trunk) -> Trunk:
    """Add a trunk, whose id is made here; InvalidError names a wrong field."""
    wanted = checked(new)
    try:
        with session.begin_nested():
            added = insert(TrunkRow).values(_columns(wanted)).returning(TrunkRow.id)
            id_ = session.scalars(added).one()
    except IntegrityError:
        raise _taken(wanted) from None
    notify(session, f"trunks:{id_}")
    return trunk(session, id_)


def change_trunk(session: Session, changed: Trunk) -> Trunk:
    """Change a trunk; InvalidError names a wrong field."""
    wanted = checked(changed)
    statement = update(TrunkRow).where(TrunkRow.id == wanted.id).values(_columns(wanted))
    try:
        with session.begin_nested():
            found = session.scalars(statement.returning(TrunkRow.id)).one_or_none()
    except IntegrityError:
        raise _taken(wanted) from None
    if found is None:
        raise _missing(wanted.id)
    notify(session, f"trunks:{wanted.id}")
    return trunk(session, wanted.id)


def delete_trunk(session: Session, known: Trunk) -> None:
    """Delete a trunk; ConflictError if an outbound rule, or another row, leads to it."""
    gone = delete(TrunkRow).where(TrunkRow.id == known.id).returning(TrunkRow.id)
    try:
        with session.begin_nested():
            found = session.scalars(gone).one_or_none()
    except IntegrityError:
        raise ConflictError(
            "The trunk “{name}” is used by an outbound rule. Change that rule first.",
            name=known.name,
        ) from None
    if found is None:
        raise _missing(known.id)
    notify(session, f"trunks:{known.id}")


def _one(session: Session, trunk_id: int, *, lock: bool) -> Trunk:
    query = select(TrunkRow).where(TrunkRow.id == trunk_id)
    if lock:
        query = query.with_for_update()
    row = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise _missing(trunk_id)
    return _trunk(row)


def _trunk(row: TrunkRow) -> Trunk:
    said: dict[str, Any] = {one.name: getattr(row, one.name) for one in fields(Trunk)}
    said |= {
        "id": TrunkId(row.id),
        "transport": Transport(row.transport),
        "caller_id_form": CallerIdForm(row.caller_id_form),
        "number_source": NumberSource(row.number_source),
        "caller_source": CallerSource(row.caller_source),
        "dtmf_mode": DTMFMode(row.dtmf_mode),
        "addresses": tuple(row.addresses),
        "codecs": tuple(Codec(one) for one in row.codecs),
    }
    return Trunk(**said)


def _columns(made: Trunk) -> dict[str, Any]:
    said = {one.name: getattr(made, one.name) for one in fields(Trunk) if one.name != "id"}
    return {name: _plain(name, value) for name, value in said.items()}


def _plain(name: str, value: Any) -> Any:
    """Give a value as the driver takes it: words of an enum as texts."""
    if name in _ARRAYS:
        return [str(one) for one in value]
    return str(value) if isinstance(value, str) else value


def _taken(wanted: Trunk) -> TakenError:
    return TakenError("A trunk named “{name}” already exists.", "name", name=wanted.name)


def _missing(trunk_id: int) -> MissingError:
    return MissingError("There is no trunk {trunk}.", trunk=trunk_id)
