"""The page of the audit log."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from crm.people.person import SignedIn
from crm.people.rights import Right
from web.audit.listing import AUDIT
from web.kit.auth import needs
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page

router = APIRouter(prefix="/audit")
AuditReader = Annotated[SignedIn, Depends(needs(Right.AUDIT_SEE))]

add_export(router, AUDIT)


@router.get("")
def audit_page(request: Request, who: AuditReader) -> Response:
    """Show changes and listened recordings, newest first."""
    return list_page(request, who, AUDIT)
