"""Actions on imports that pages and API share: upload, check, run, cancel, undo."""

from collections.abc import Callable, Mapping

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from crm.imports import store
from crm.imports.importing import Import, ImportAction, ImportId, ImportState, NewImport
from crm.imports.mapping import check_mapping, has_header, suggest
from crm.kernel.errors import ConflictError, InvalidError
from crm.kernel.text import N_
from crm.people.person import SignedIn
from crm.uploads import store as uploads
from crm.uploads.upload import Content
from web.imports.shapes import ColumnsBody, ImportShape
from web.imports.table import convert, drop_table, first_rows
from web.imports.targets import column_names, options_of, target_for, target_of
from web.imports.views import show_import
from web.kit.audit import note
from web.kit.clock import now
from web.kit.etag import check_match, etag_of
from web.kit.import_target import ImportOption, ImportTarget
from web.kit.request import context_of, reader_of
from web.kit.uploads.form import UploadRule, take_file

KINDS = frozenset({Content.XLSX, Content.XLS, Content.TEXT})
REFUSAL = N_("Choose a workbook (XLSX, XLS) or a text with delimiters (CSV).")
NOTED: Mapping[ImportAction, str] = {
    ImportAction.CHECK: "import.checked",
    ImportAction.RUN: "import.started",
    ImportAction.CANCEL: "import.cancelled",
    ImportAction.UNDO: "import.undone",
}


def upload(
    request: Request,
    who: SignedIn,
    key: str,
    file: UploadFile | None,
    chosen: Mapping[str, str] | None = None,
) -> ImportId:
    """Take a file and read its first rows; nothing of it is imported yet.

    `chosen` are choices of the target that are suggested; what it does not offer is left out.
    InvalidError names the field. The file is read before the transaction begins: that takes long.
    """
    context = context_of(request)
    target, settings = target_for(who, key), context.settings
    most = context.parameters().number("import_megabytes")
    new = take_file(settings, who, file, UploadRule("import", most, KINDS, REFUSAL))
    try:
        size = convert(settings, new.id, new.content)
        rows = [row.cells for row in first_rows(settings, new.id)]
        names = column_names(target)
        header = has_header(rows, names)
        with context.database.begin() as session:
            uploads.add_upload(session, new)
            options = {
                one.key: _suggested(one, (chosen or {}).get(one.key, ""))
                for one in options_of(session, target)
            }
            made = NewImport(
                target=target.key,
                file_name=new.name,
                upload=new.id,
                created_by=who.user.id,
                rows=size.rows,
                columns=size.columns,
                header=header,
                mapping=suggest(rows[0], names) if header else {},
                options=options,
            )
            id_ = store.add_import(session, made)
            after = {"target": target.key, "file_name": new.name, "rows": size.rows}
            note(session, request, who, "import.added", "imports", id_, {}, after)
    except BaseException:
        drop_table(settings, new.id)
        raise
    return id_


def find(session: Session, who: SignedIn, id_: int) -> tuple[Import, ImportTarget]:
    """Read an import that the user may see, and its target."""
    one = store.read_import(session, id_)
    return one, target_of(who, one)


def check(
    session: Session, request: Request, who: SignedIn, id_: int, body: ColumnsBody
) -> ImportShape:
    """Choose the columns and begin the dry run."""

    def choose(one: Import, target: ImportTarget) -> None:
        mapping = check_mapping(body.mapping, target.columns, one.file.columns)
        options = _read_options(session, target, body.options)
        store.choose_columns(session, one, header=body.header, mapping=mapping, options=options)

    return act(session, request, who, id_, ImportAction.CHECK, choose)


def act(  # noqa: PLR0913, PLR0917 - who does what with which import, and what comes first
    session: Session,
    request: Request,
    who: SignedIn,
    id_: int,
    action: ImportAction,
    first: Callable[[Import, ImportTarget], None] | None = None,
) -> ImportShape:
    """Carry out an action on an import; with `If-Match` only if it has not changed."""
    one = store.lock_import(session, id_)
    target, reader = target_of(who, one), reader_of(request)
    check_match(request, etag_of(show_import(session, reader, one)))
    if action is ImportAction.UNDO and (target.undo is None or not one.has_imported):
        raise ConflictError("This import cannot be undone now.")
    if first is not None:
        first(one, target)
    state = store.act(session, one, action, now())
    if one.file.upload:
        uploads.set_in_use(session, one.file.upload, in_use=state is ImportState.RUNNING)
    before, after = {"state": one.state.value}, {"state": state.value}
    note(session, request, who, NOTED[action], "imports", id_, before, after)
    return show_import(session, reader, store.read_import(session, id_))


def _suggested(option: ImportOption, chosen: str) -> str:
    return chosen if chosen in option.values else next(iter(option.values), "")


def _read_options(
    session: Session, target: ImportTarget, given: Mapping[str, str]
) -> dict[str, str]:
    known = {one.key: one for one in options_of(session, target)}
    if unknown := next((key for key in given if key not in known), ""):
        raise InvalidError("Unknown field “{what}”.", unknown, what=unknown)
    found = {}
    for key, one in known.items():
        value = given.get(key) or next(iter(one.values), "")
        if value not in one.values:
            raise InvalidError("“{key}” is not one of the options.", key, key=value)
        found[key] = value
    return found
