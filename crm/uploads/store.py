"""Uploaded files: added, read by their owner, and forgotten when they are old and not in use."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.kernel.errors import MissingError
from crm.kernel.text import clean
from crm.uploads.models import UploadRow
from crm.uploads.upload import Content, NewUpload, Upload, UploadId


def add_upload(session: Session, new: NewUpload) -> None:
    """Note a file that was written to the disk."""
    session.execute(
        insert(UploadRow).values(
            id=new.id,
            purpose=new.purpose,
            owner=new.owner,
            name=new.name,
            content=new.content.value,
            size=new.size,
        )
    )


def upload(session: Session, id_: str) -> Upload:
    """Read what is known about a file; MissingError if it is gone."""
    query = select(UploadRow).where(UploadRow.id == clean(id_, 64))
    row = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise MissingError("This file is no longer available.")
    file = NewUpload(
        UploadId(row.id), row.purpose, row.owner, row.name, Content(row.content), row.size
    )
    return Upload(file, row.created_at, row.in_use)


def set_in_use(session: Session, id_: str, *, in_use: bool) -> None:
    """Say whether a file is still needed, however old it is."""
    session.execute(update(UploadRow).where(UploadRow.id == id_).values(in_use=in_use))


def forget_old(session: Session, before: datetime) -> list[UploadId]:
    """Forget files that are older and not in use; give their ids, to be removed from the disk."""
    old = delete(UploadRow).where(UploadRow.created_at < before, UploadRow.in_use.is_(False))
    return [UploadId(one) for one in session.scalars(old.returning(UploadRow.id))]


def known_uploads(session: Session) -> set[str]:
    """Give the ids of all files."""
    return set(session.scalars(select(UploadRow.id)))
