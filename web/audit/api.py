"""The API of the audit log."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from web.audit.listing import AUDIT
from web.audit.shapes import Entries
from web.kit.listing.answer import read_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked

router = APIRouter(prefix="/audit", tags=["people"])


@router.get("")
def list_entries(request: Request, query: Annotated[ListQuery, Depends(asked(AUDIT))]) -> Entries:
    """List changes and listened recordings, newest first; entries are never changed."""
    page = read_page(request, AUDIT, query)
    return Entries(items=[one.shape for one in page.items], next=page.next)
