"""The API of imports: upload a file, choose its columns, check, run, cancel, undo."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import FileResponse

from crm.imports.importing import ImportAction
from crm.people.person import SignedIn
from web.imports.actions import act, check, find, upload
from web.imports.files import bad_rows_file
from web.imports.listing import IMPORTS
from web.imports.shapes import (
    ColumnsBody,
    ImportList,
    ImportPreview,
    ImportShape,
    TargetColumn,
    Targets,
    TargetShape,
)
from web.imports.table import first_rows
from web.imports.targets import open_targets
from web.imports.views import show_import, show_preview
from web.kit.auth import needs
from web.kit.bodies import IdPath
from web.kit.etag import show_tag
from web.kit.listing.answer import answer_page
from web.kit.listing.declaration import ListQuery
from web.kit.listing.query import asked
from web.kit.request import context_of, reader_of
from web.kit.uploads.form import FILE_BODY, SentUpload, give_upload

router = APIRouter(prefix="/imports")
Importer = Annotated[SignedIn, Depends(needs(*IMPORTS.rights))]


@router.get("")
def list_imports(
    request: Request, query: Annotated[ListQuery, Depends(asked(IMPORTS))]
) -> ImportList:
    """List imports, the newest first."""
    return answer_page(request, IMPORTS, query, ImportList)


@router.get("/targets")
def list_targets(request: Request, who: Importer) -> Targets:
    """List what files can be imported into, with the columns."""
    say = reader_of(request).gettext
    return Targets(
        items=[
            TargetShape(
                key=one.key,
                name=say(one.title),
                columns=[
                    TargetColumn(key=column.key, name=say(column.label), required=column.required)
                    for column in one.columns
                ],
            )
            for one in open_targets(who)
        ]
    )


@router.post("/upload", status_code=201, openapi_extra=FILE_BODY)
def upload_file(
    request: Request,
    response: Response,
    who: Importer,
    sent: SentUpload,
    target: Annotated[str, Query(max_length=50)] = "customers",
) -> ImportShape:
    """Upload a workbook or CSV. Its columns are suggested; nothing is imported yet."""
    id_ = upload(request, who, target, sent.file)
    with context_of(request).database.begin() as session:
        one, _ = find(session, who, id_)
        shown = show_import(session, reader_of(request), one)
    return show_tag(request, response, shown)


@router.get("/{import_id}")
def read_import(
    request: Request, response: Response, import_id: IdPath, who: Importer
) -> ImportShape:
    """Show an import with its progress."""
    with context_of(request).database.begin() as session:
        one, _ = find(session, who, import_id)
        shown = show_import(session, reader_of(request), one)
    return show_tag(request, response, shown)


@router.get("/{import_id}/preview")
def read_preview(request: Request, import_id: IdPath, who: Importer) -> ImportPreview:
    """Show the columns and the first rows of the file."""
    context = context_of(request)
    with context.database.begin() as session:
        one, _ = find(session, who, import_id)
    return show_preview(one, first_rows(context.settings, one.file.upload))


@router.post("/{import_id}/check")
def check_import(
    request: Request, import_id: IdPath, body: ColumnsBody, who: Importer
) -> ImportShape:
    """Choose the columns and begin the dry run, which counts what would be imported."""
    with context_of(request).database.begin() as session:
        return check(session, request, who, import_id, body)


@router.post("/{import_id}/run")
def run_import(request: Request, import_id: IdPath, who: Importer) -> ImportShape:
    """Begin the import of a checked file."""
    with context_of(request).database.begin() as session:
        return act(session, request, who, import_id, ImportAction.RUN)


@router.post("/{import_id}/cancel")
def cancel_import(request: Request, import_id: IdPath, who: Importer) -> ImportShape:
    """Cancel an import; rows that are imported already stay."""
    with context_of(request).database.begin() as session:
        return act(session, request, who, import_id, ImportAction.CANCEL)


@router.post("/{import_id}/undo")
def undo_import(request: Request, import_id: IdPath, who: Importer) -> ImportShape:
    """Remove what an import added and nobody changed since."""
    with context_of(request).database.begin() as session:
        return act(session, request, who, import_id, ImportAction.UNDO)


@router.get("/{import_id}/bad-rows", response_class=Response)
def read_bad_rows(request: Request, import_id: IdPath, who: Importer) -> Response:
    """Give the rows that were not imported, with the reason of each, as a workbook."""
    with context_of(request).database.begin() as session:
        one, target = find(session, who, import_id)
        return bad_rows_file(session, request, one, target)


@router.get("/{import_id}/file", response_class=FileResponse)
def read_file(request: Request, import_id: IdPath, who: Importer) -> FileResponse:
    """Give the uploaded file, to the user who uploaded it."""
    context = context_of(request)
    with context.database.begin() as session:
        one, _ = find(session, who, import_id)
        return give_upload(session, context.settings, who, one.file.upload)
