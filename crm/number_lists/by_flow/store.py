"""Numbers that call flows put on lists."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from crm.kernel.errors import InvalidError
from crm.number_lists.entries.store import EntryDraft, add_entries
from crm.number_lists.lists import ListDirection, ListKind
from crm.number_lists.store import number_list
from crm.number_lists.typed import typed_patterns
from crm.parameters.store import parameters


def put_on_list(  # noqa: PLR0913, PLR0917 - a list, a number, why, how long, and now
    session: Session, list_: int, number: str, region: str, reason: str, days: int, at: datetime
) -> str:
    """Put one number on a list; it waits for approval where lists need that.

    Gives the number as it stands there, also if the list had it already. MissingError if there is
    no such list, InvalidError if it is no number. A caller of the black list is heard no more; of
    other lists the direction is that of calls to us.
    """
    found = typed_patterns(number, region)
    if len(found) != 1 or found[0].is_segment:
        raise InvalidError("Enter a number.", field="number")
    kind = number_list(session, list_).draft.kind
    direction = ListDirection.BOTH if kind is ListKind.BLACK else ListDirection.IN
    expires = at + timedelta(days=days) if days else None
    draft = EntryDraft(direction, None, reason, expires)
    approved = not parameters(session).flag("list_approval")
    add_entries(session, list_, [found[0]], draft, None, at, approved=approved)
    return found[0].text
