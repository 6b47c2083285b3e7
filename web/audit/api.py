"""The audit log: who changed what, and who listened to what."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from crm.audit.store import AuditFilter, entries
from crm.people.person import SignedIn
from crm.people.rights import Right
from web.audit.shapes import AuditQuery, Entries
from web.audit.view import read_lines
from web.kit.auth import needs
from web.kit.date_input import until_end, when
from web.kit.i18n import Reader
from web.kit.request import context_of, reader_of

router = APIRouter(prefix="/audit", tags=["people"])
AuditReader = Annotated[SignedIn, Depends(needs(Right.AUDIT_SEE))]


@router.get("")
def list_entries(
    request: Request, query: Annotated[AuditQuery, Query()], _who: AuditReader
) -> Entries:
    """List what people changed or heard, newest first; written once, never changed."""
    reader = reader_of(request)
    wanted = audit_filter(query, reader)
    with context_of(request).database.begin() as session:
        page = entries(session, wanted, limit=query.limit, cursor=query.cursor or None)
        lines = read_lines(session, reader, page.items)
    return Entries(items=[one.shape for one in lines], next=page.next)


def audit_filter(
    query: AuditQuery, reader: Reader, users: frozenset[int] | None = None
) -> AuditFilter:
    """Read what the log is narrowed to; InvalidError for a time that is none."""
    return AuditFilter(
        user=query.user or None,
        users=users,
        action=query.action,
        what=query.what,
        which=query.which,
        since=when(query.since, reader, "from"),
        until=until_end(query.until, reader, "to"),
    )
