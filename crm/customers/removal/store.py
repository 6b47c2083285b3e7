"""Removing customers that were never changed, such as the demo's."""

from collections.abc import Iterable

from sqlalchemy import delete
from sqlalchemy.orm import Session

from crm.customers.customer import CustomerDraft
from crm.customers.models import CustomerRow


def remove_unchanged(session: Session, drafts: Iterable[CustomerDraft]) -> int:
    """Remove the customers that were added from drafts and never changed; give how many."""
    removed = 0
    for draft in drafts:
        query = delete(CustomerRow).where(
            CustomerRow.name == draft.name,
            CustomerRow.company == draft.company,
            CustomerRow.email == draft.email,
            CustomerRow.version == 1,
        )
        removed += len(session.scalars(query.returning(CustomerRow.id)).all())
    return removed
