"""The API of faxes: listed, downloaded, marked as handled."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import FileResponse

from crm.people.person import SignedIn
from crm.people.rights import Right
from web.faxes import actions
from web.faxes.files import find_file, pdf_of
from web.faxes.listing import FAXES
from web.faxes.shapes import FaxChange, FaxDetail, FaxShapes
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.etag import check_match, etag_of, show_tag
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of

router = APIRouter(prefix="/faxes")
FaxReader = Annotated[SignedIn, Depends(needs(Right.VOICEMAIL_HEAR))]


@router.get("")
def list_faxes(request: Request, query: Annotated[ListQuery, Depends(asked(FAXES))]) -> FaxShapes:
    """List faxes, newest first; only a permission that reaches all users' data shows any."""
    return answer_page(request, FAXES, query, FaxShapes)


@router.get("/{fax}")
def read_fax(request: Request, response: Response, fax: IdPath, who: FaxReader) -> FaxDetail:
    """Show a fax; the answer's `ETag` names the version for a later `If-Match`."""
    with context_of(request).database.begin() as session:
        return show_tag(request, response, actions.show_fax(session, request, who, fax))


@router.get("/{fax}/file", response_class=Response)
def read_file(
    request: Request,
    fax: IdPath,
    who: FaxReader,
    form: Annotated[Literal["tiff", "pdf"], Query(alias="format")] = "tiff",
) -> Response:
    """Give the pages of a fax, as TIFF or as PDF; each download is logged."""
    context = context_of(request)
    with context.database.begin() as session:
        found = actions.find_fax(session, who, fax)
        path = find_file(context.settings, found.file)
        actions.note_download(session, request, who, found)
    name = f"fax-{found.id}.{form}"
    if form == "pdf":
        headers = {"Content-Disposition": f'inline; filename="{name}"'}
        return Response(pdf_of(path), media_type="application/pdf", headers=headers)
    return FileResponse(path, media_type="image/tiff", filename=name)


@router.patch("/{fax}")
def change_fax(
    request: Request, response: Response, fax: IdPath, body: FaxChange, who: FaxReader
) -> FaxDetail:
    """Mark a fax as handled, or as not handled."""
    with context_of(request).database.begin() as session:
        check_match(request, etag_of(actions.show_fax(session, request, who, fax)))
        actions.handle(session, request, who, [fax], handled=body.handled)
        shape = actions.show_fax(session, request, who, fax)
    return show_tag(request, response, shape)
