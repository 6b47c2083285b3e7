"""The pages of imports: the list, and the way from a file to its result."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from crm.imports.importing import Import, ImportAction, ImportState
from crm.kernel.errors import HotlineError
from crm.people.person import SignedIn
from web.imports.actions import act, check, find, upload
from web.imports.api import Importer
from web.imports.files import bad_rows_file
from web.imports.forms import columns_form, read_columns, upload_form
from web.imports.listing import IMPORTS
from web.imports.shapes import ImportPreview
from web.imports.table import first_rows
from web.imports.targets import offered
from web.imports.views import show_import, show_preview
from web.imports.words import IMPORT_TONES
from web.kit.bodies import IdPath
from web.kit.editing import NotSaved, carry_out, save
from web.kit.forms import Form
from web.kit.i18n import N_, Reader
from web.kit.import_target import ImportTarget
from web.kit.listing.export import add_export
from web.kit.listing.page import list_page
from web.kit.posted import FORM_ERRORS, SentForm, blame
from web.kit.request import context_of, reader_of
from web.kit.toast import done
from web.kit.uploads.form import SentUpload, give_upload

router = APIRouter(prefix="/imports")
TargetKey = Annotated[str, Query(max_length=50)]


add_export(router, IMPORTS)


@router.get("")
def imports_page(request: Request, who: Importer) -> Response:
    """List the imports, the newest first."""
    return list_page(request, who, IMPORTS)


@router.get("/new")
def new_import(request: Request, who: Importer, target: TargetKey = "") -> Response:
    """Show the form that takes a file; further choices of the target may be in the address."""
    return _upload_page(request, _upload_form(request, who, target, request.query_params))


@router.post("/upload")
def upload_file(request: Request, who: Importer, sent: SentUpload) -> Response:
    """Take a file, and go on to its columns."""
    target = sent.posted.one("target")[:50]
    chosen = {key: sent.posted.one(key) for key in sent.posted.fields}
    form = _upload_form(request, who, target, chosen)
    try:
        id_ = upload(request, who, target, sent.file, chosen)
    except FORM_ERRORS as error:
        status = blame(form, reader_of(request), error)
        return _upload_page(request, form, status)
    return done(f"/imports/{id_}", N_("File uploaded."))


@router.get("/{import_id}")
def import_page(request: Request, import_id: IdPath, who: Importer) -> Response:
    """Show an import as far as it is: its columns, its progress, or its result."""
    return _page(request, who, import_id)


@router.get("/{import_id}/columns")
def columns_page(request: Request, import_id: IdPath, who: Importer) -> Response:
    """Show the columns of a checked import again."""
    return _page(request, who, import_id, columns=True)


@router.get("/{import_id}/progress")
def progress_part(request: Request, import_id: IdPath, who: Importer) -> Response:
    """Show the progress alone; the page reloads itself when the job is over."""
    context = context_of(request)
    with context.database.begin() as session:
        one, _ = find(session, who, import_id)
        shown = _shown(session, reader_of(request), one)
    return context.pages.page(request, "import-progress.html", shown)


@router.post("/{import_id}/check")
def check_import(request: Request, import_id: IdPath, who: Importer, sent: SentForm) -> Response:
    """Choose the columns and begin the dry run."""
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        one, target = find(session, who, import_id)
        form, preview = _columns(session, request, one, target)

        def write() -> None:
            check(session, request, who, import_id, read_columns(session, target, sent))

        outcome = save(session, reader, form, sent, write)
        if isinstance(outcome, NotSaved):
            shown = _shown(session, reader, one)
            return _columns_page(request, shown, form, preview, outcome.status)
    return done(f"/imports/{import_id}", N_("Checking the file."))


@router.post("/{import_id}/run")
def run_import(request: Request, import_id: IdPath, who: Importer) -> Response:
    """Begin the import of a checked file."""
    return _act(request, who, import_id, ImportAction.RUN, N_("Import started."))


@router.post("/{import_id}/cancel")
def cancel_import(request: Request, import_id: IdPath, who: Importer) -> Response:
    """Cancel an import; rows that are imported already stay."""
    return _act(request, who, import_id, ImportAction.CANCEL, N_("Import canceled."))


@router.post("/{import_id}/undo")
def undo_import(request: Request, import_id: IdPath, who: Importer) -> Response:
    """Remove what an import added and nobody changed since."""
    return _act(request, who, import_id, ImportAction.UNDO, N_("Undoing the import."))


@router.get("/{import_id}/bad-rows")
def bad_rows(request: Request, import_id: IdPath, who: Importer) -> Response:
    """Give the rows that were not imported, with the reason of each."""
    with context_of(request).database.begin() as session:
        one, target = find(session, who, import_id)
        return bad_rows_file(session, request, one, target)


@router.get("/{import_id}/file")
def uploaded_file(request: Request, import_id: IdPath, who: Importer) -> Response:
    """Give the uploaded file, to the user who uploaded it."""
    context = context_of(request)
    with context.database.begin() as session:
        one, _ = find(session, who, import_id)
        return give_upload(session, context.settings, who, one.file.upload)


def _act(
    request: Request, who: SignedIn, import_id: int, action: ImportAction, toast: str
) -> Response:
    def do(session: Session) -> None:
        act(session, request, who, import_id, action)

    again = partial(_page, request, who, import_id)
    return carry_out(request, do, f"/imports/{import_id}", lambda error: again(error=error), toast)


def _page(
    request: Request,
    who: SignedIn,
    import_id: int,
    *,
    columns: bool = False,
    error: HotlineError | None = None,
) -> Response:
    context, reader = context_of(request), reader_of(request)
    with context.database.begin() as session:
        one, target = find(session, who, import_id)
        shown = _shown(session, reader, one)
        shown["error"] = reader.error(error) if error else ""
        shown["target_url"] = target.url
        shown["found_url"] = f"{target.url}?{target.filter}={one.id}" if target.filter else ""
        shown["own"] = one.file.created_by == who.user.id and bool(one.file.upload)
        again = columns and one.state is ImportState.CHECKED
        if one.state is ImportState.DRAFT or again:
            form, preview = _columns(session, request, one, target)
            form.error = str(shown["error"])
            return _columns_page(request, shown, form, preview, 409 if error else 200)
    return context.pages.page(request, "import.html", shown, status=409 if error else 200)


def _shown(session: Session, reader: Reader, one: Import) -> dict[str, Any]:
    return {
        "import": show_import(session, reader, one),
        "percent": one.counts.percent,
        "tone": IMPORT_TONES.get(one.state, "out"),
        "error": "",
    }


def _columns(
    session: Session, request: Request, one: Import, target: ImportTarget
) -> tuple[Form, ImportPreview]:
    preview = show_preview(one, first_rows(context_of(request).settings, one.file.upload))
    return columns_form(session, reader_of(request), one, target, preview), preview


def _columns_page(
    request: Request,
    shown: Mapping[str, Any],
    form: Form,
    preview: ImportPreview,
    status: int = 200,
) -> Response:
    values = {**shown, "form": form, "preview": preview}
    pages = context_of(request).pages
    return pages.page(request, "import-columns.html", values, status=status)


def _upload_form(request: Request, who: SignedIn, target: str, chosen: Mapping[str, str]) -> Form:
    context = context_of(request)
    most = context.parameters().number("import_megabytes")
    with context.database.begin() as session:
        options = offered(session, who, target)
    kept = {one.key: chosen[one.key] for one in options if chosen.get(one.key) in one.values}
    return upload_form(reader_of(request), who, target, most, kept)


def _upload_page(request: Request, form: Form, status: int = 200) -> Response:
    return context_of(request).pages.page(request, "import-new.html", {"form": form}, status=status)
