"""The files of uploads on the disk: where they are, and when they are removed."""

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from crm.uploads import store
from web.kit.settings import Settings

ORPHAN_AFTER = timedelta(days=1)  # a file without a row: the transaction of its upload failed


def path_of_upload(settings: Settings, id_: str) -> Path:
    """Give the place of a file on the disk; what belongs to it has the same name and a suffix."""
    return settings.uploads_dir / id_


def remove_old_uploads(session: Session, settings: Settings, days: int, at: datetime) -> None:
    """Remove files that are older than some days and not in use, and files without a row."""
    for id_ in store.forget_old(session, at - timedelta(days=days)):
        for path in settings.uploads_dir.glob(f"{id_}*"):
            path.unlink(missing_ok=True)
    if not settings.uploads_dir.is_dir():
        return
    known = store.known_uploads(session)
    for path in settings.uploads_dir.iterdir():
        with suppress(OSError):
            old = at.timestamp() - path.stat().st_mtime > ORPHAN_AFTER.total_seconds()
            if old and path.name.partition(".")[0] not in known:
                path.unlink()
