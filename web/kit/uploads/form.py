"""Uploaded files: taken from a form, kept under a random id, given back as a download only.

A form's file is spooled to the disk while it is received, and copied into the home from there in
pieces, so that a large file is never in memory. How large it may be is in `web/kit/body_limits.py`,
for nginx too. What it is, its content says; neither its name nor the browser is believed.
"""

import os
import secrets
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import FileResponse
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from crm.kernel.errors import ConflictError, InvalidError, MissingError
from crm.kernel.text import one_line
from crm.people.person import SignedIn
from crm.uploads import store
from crm.uploads.upload import HEAD_BYTES, Content, NewUpload, UploadId, content_of
from web.kit.body_limits import MEGABYTE
from web.kit.i18n import N_
from web.kit.posted import Posted
from web.kit.settings import Settings
from web.kit.uploads.files import path_of_upload

FIELD = "file"
FILE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [FIELD],
                    "properties": {FIELD: {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}
"""What a route that takes a file says of its body, for `openapi_extra`."""
LONGEST_NAME = 200
LEFT_FREE_BYTES = 200_000_000  # calls and their recordings need the room more
MOST_MEMBERS = 5000  # of a ZIP file that is looked into


@dataclass(frozen=True, slots=True)
class UploadForm:
    """A posted form with its text fields and, if one was chosen, its file."""

    posted: Posted
    file: UploadFile | None


@dataclass(frozen=True, slots=True)
class UploadRule:
    """What a feature takes: for what, how large, and which kinds of content."""

    purpose: str
    most_megabytes: int
    kinds: frozenset[Content]
    refusal: str  # the sentence for any other kind of content, to be translated


async def read_upload_form(request: Request) -> UploadForm:
    """Read a posted form with a file; it stands behind the guard, as `SentForm` does."""
    fields: dict[str, list[str]] = {}
    file = None
    for name, value in (await request.form()).multi_items():
        if isinstance(value, str):
            fields.setdefault(name, []).append(value)
        elif name == FIELD and value.filename:
            file = value
    return UploadForm(Posted(fields), file)


SentUpload = Annotated[UploadForm, Depends(read_upload_form)]


def take_file(
    settings: Settings, who: SignedIn, file: UploadFile | None, rule: UploadRule
) -> NewUpload:
    """Write a form's file into the home; InvalidError names the field. Called in a thread.

    The caller stores what is given here with `crm.uploads.store`; a repeated job removes files that
    no one has stored.
    """
    if file is None:
        raise InvalidError("Choose a file.", FIELD)
    id_ = UploadId(secrets.token_urlsafe(24))
    path = path_of_upload(settings, id_)
    try:
        size = _write(file.file, path, rule.most_megabytes)
        content = _taken_content(path, rule)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return NewUpload(id_, rule.purpose, who.user.id, _name_of(file), content, size)


def give_upload(session: Session, settings: Settings, who: SignedIn, id_: str) -> FileResponse:
    """Answer with a file as a download, for its owner only; MissingError for everyone else."""
    found = store.upload(session, id_).file
    path = path_of_upload(settings, found.id)
    if found.owner != who.user.id or not path.is_file():
        raise MissingError("This file is no longer available.")
    # Never the type of the content: no browser may show a file of a user as a page of ours.
    return FileResponse(
        path,
        media_type=Content.OTHER.value,
        filename=found.name,
        content_disposition_type="attachment",
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"},
    )


def _write(source: IO[bytes], path: Path, most_megabytes: int) -> int:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    source.seek(0, os.SEEK_END)
    size = source.tell()
    source.seek(0)
    if not size:
        raise InvalidError("This file is empty.", FIELD)
    if size > most_megabytes * MEGABYTE:
        raise InvalidError("The file is larger than {most} MB.", FIELD, most=most_megabytes)
    if shutil.disk_usage(path.parent).free - size < LEFT_FREE_BYTES:
        raise ConflictError(N_("There is not enough free disk space for this file."))
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        shutil.copyfileobj(source, target)
        target.flush()
        os.fsync(target.fileno())
    return size


def _taken_content(path: Path, rule: UploadRule) -> Content:
    content = _content_of_file(path)
    if content not in rule.kinds:
        raise InvalidError(rule.refusal, FIELD)
    return content


def _content_of_file(path: Path) -> Content:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    content = content_of(head)
    if content is not Content.ZIP:
        return content
    try:
        with zipfile.ZipFile(path) as inside:
            return content_of(head, inside.namelist()[:MOST_MEMBERS])
    except (zipfile.BadZipFile, OSError, ValueError):
        return Content.OTHER


def _name_of(file: UploadFile) -> str:
    """Give the file's own name: some browsers send the folder too."""
    name = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    return one_line(name, LONGEST_NAME) or "file"
