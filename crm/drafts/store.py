"""Drafts of forms: kept while the user types, gone when the form is saved."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.drafts.draft import DRAFTS_MOST, KEPT, Draft, checked_draft
from crm.drafts.models import DraftRow


def keep_draft(session: Session, user: int, form: str, values: Mapping[str, str]) -> None:
    """Keep what a user has typed into a form, in place of what was kept of it before.

    Of more than 200 drafts of a user the oldest is dropped.
    """
    name, kept = checked_draft(form, values)
    row = insert(DraftRow).values(user_id=user, form=name, values=kept)
    session.execute(
        row.on_conflict_do_update(
            index_elements=[DraftRow.user_id, DraftRow.form],
            set_={"values": row.excluded["values"], "updated_at": func.now()},
        )
    )
    newest = (
        select(DraftRow.form)
        .where(DraftRow.user_id == user)
        .order_by(DraftRow.updated_at.desc(), DraftRow.form)
        .offset(DRAFTS_MOST)
    )
    session.execute(delete(DraftRow).where(DraftRow.user_id == user, DraftRow.form.in_(newest)))


def drafts(session: Session, user: int, forms: Iterable[str]) -> dict[str, Draft]:
    """Give a user's drafts of some forms."""
    wanted = select(DraftRow).where(DraftRow.user_id == user, DraftRow.form.in_(list(forms)))
    return {row.form: _draft(row) for row in session.scalars(wanted)}


def drafts_below(session: Session, user: int, beginning: str) -> list[Draft]:
    """Give a user's drafts of forms with names that begin with a text, the newest first."""
    wanted = (
        select(DraftRow)
        .where(DraftRow.user_id == user, DraftRow.form.startswith(beginning, autoescape=True))
        .order_by(DraftRow.updated_at.desc())
    )
    return [_draft(row) for row in session.scalars(wanted)]


def drop_draft(session: Session, user: int, form: str) -> None:
    """Forget a draft, because its form was saved or discarded."""
    session.execute(delete(DraftRow).where(DraftRow.user_id == user, DraftRow.form == form))


def drop_old_drafts(session: Session, now: datetime) -> int:
    """Forget drafts that were not touched for a week; gives how many."""
    old = delete(DraftRow).where(DraftRow.updated_at < now - KEPT).returning(DraftRow.form)
    return len(session.scalars(old).all())


def _draft(row: DraftRow) -> Draft:
    return Draft(row.form, row.values, row.updated_at)
