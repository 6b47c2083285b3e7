"""Preferences and saved views in the database."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.kernel.errors import ConflictError, MissingError
from crm.preferences.models import PreferenceRow, SavedViewRow
from crm.preferences.preference import VIEWS_MOST, NewView, View, checked_name, checked_query
from crm.sql.db import whole_table


def preference(session: Session, user: int, key: str) -> Any:
    """Give a preference of a user; None if it was never set."""
    return session.scalar(
        select(PreferenceRow.value).where(PreferenceRow.user_id == user, PreferenceRow.key == key)
    )


def preferences(session: Session, user: int, keys: Iterable[str]) -> dict[str, Any]:
    """Give several preferences of a user; those never set are left out."""
    theirs = whole_table(PreferenceRow).c
    query = select(theirs.key, theirs.value).where(
        theirs.user_id == user, theirs.key.in_(tuple(keys))
    )
    return {key: value for key, value in session.execute(query)}  # noqa: C416 - rows are no tuples


def prefer(session: Session, user: int, key: str, value: object) -> None:
    """Store a preference; None removes it."""
    if value is None:
        session.execute(
            delete(PreferenceRow).where(PreferenceRow.user_id == user, PreferenceRow.key == key)
        )
        return
    saved = insert(PreferenceRow).values(user_id=user, key=key, value=value)
    session.execute(
        saved.on_conflict_do_update(
            index_elements=[PreferenceRow.user_id, PreferenceRow.key],
            set_={"value": saved.excluded.value},
        )
    )


def views(session: Session, user: int, list_: str) -> list[View]:
    """Give the views of a list that a user may open: their own first, then the shared ones."""
    found = session.scalars(
        select(SavedViewRow)
        .where(
            SavedViewRow.list == list_,
            or_(SavedViewRow.user_id == user, SavedViewRow.shared),
        )
        .order_by(SavedViewRow.user_id != user, SavedViewRow.name, SavedViewRow.id)
    )
    return [_view(row) for row in found]


def save_view(session: Session, user: int, new: NewView) -> View:
    """Save a view; one with the same name and owner is replaced."""
    name, query = checked_name(new.name), checked_query(new.query)
    own = select(SavedViewRow.name).where(
        SavedViewRow.user_id == user, SavedViewRow.list == new.list
    )
    kept = set(session.scalars(own))
    if len(kept) >= VIEWS_MOST and name not in kept:
        raise ConflictError("Too many saved views. Delete one first.")
    saved = insert(SavedViewRow).values(
        user_id=user, list=new.list, name=name, query=query, shared=new.shared
    )
    row = session.scalars(
        saved.on_conflict_do_update(
            index_elements=[SavedViewRow.user_id, SavedViewRow.list, SavedViewRow.name],
            set_={"query": saved.excluded.query, "shared": saved.excluded.shared},
        ).returning(SavedViewRow),
        execution_options={"populate_existing": True},
    ).one()
    return _view(row)


def delete_view(session: Session, user: int, list_: str, id_: int) -> View:
    """Delete a view of the user; MissingError for another user's."""
    row = session.scalars(
        delete(SavedViewRow)
        .where(
            SavedViewRow.id == id_,
            SavedViewRow.user_id == user,
            SavedViewRow.list == list_,
        )
        .returning(SavedViewRow)
    ).one_or_none()
    if row is None:
        raise MissingError("There is no such view.")
    return _view(row)


def _view(row: SavedViewRow) -> View:
    query = {str(key): str(value) for key, value in row.query.items()}
    return View(row.id, row.user_id, row.list, row.name, query, row.shared)
