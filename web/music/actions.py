"""Actions on music that pages, API and queues share."""

from collections.abc import Sequence
from typing import Any

from fastapi import Request
from fastapi.responses import FileResponse
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from acd.queues.store import queue_settings
from crm.jobs.job import NewJob
from crm.jobs.store import revive
from crm.kernel.errors import ConflictError, MissingError
from crm.people.person import SignedIn
from ivr.prompt_library.music import store
from ivr.prompt_library.prompt import MusicClass
from web.kit.audit import note
from web.kit.clock import now
from web.kit.i18n import N_, Reader
from web.kit.request import context_of
from web.kit.settings import Settings
from web.kit.shapes import Choice
from web.music.shapes import MusicBody, MusicChange, MusicFileShape, MusicShape
from web.music.standard import GONE, show_standard
from web.music.words import DEFAULT, MAKE, STANDARD
from web.prompts.audio import take_audio
from web.prompts.masters import path_of_master


def music_choices(session: Session, reader: Reader) -> list[Choice]:
    """Give the music that a queue can play: the standard one, and the classes with files."""
    found = [Choice(key=key, name=reader.gettext(name)) for key, name in STANDARD.items()]
    classes = store.music_classes(session)
    return found + [Choice(key=one.key, name=one.name) for one in classes if one.files]


def is_music(session: Session, key: str) -> bool:
    """Whether a queue can play this music."""
    classes = store.music_classes(session)
    return key in STANDARD or any(one.key == key and one.files for one in classes)


def show_all(session: Session, settings: Settings, reader: Reader) -> list[MusicShape]:
    """Show the standard music, then all other music by name."""
    playing = _queues(session)
    own = [_show(one, playing.get(one.key, [])) for one in store.music_classes(session)]
    return [show_standard(settings, reader, playing.get(DEFAULT, [])), *own]


def show_default(session: Session, settings: Settings, reader: Reader) -> MusicShape:
    """Show the standard music."""
    return show_standard(settings, reader, _queues(session).get(DEFAULT, []))


def show(session: Session, id_: int) -> MusicShape:
    """Show one class, locked; MissingError if there is none."""
    found = store.music_class(session, id_)
    return _show(found, _queues(session).get(found.key, []))


def add(session: Session, request: Request, who: SignedIn, body: MusicBody) -> int:
    """Add music without files."""
    made = store.add_class(session, body.name, shuffled=body.shuffled)
    after = _noted(store.music_class(session, made))
    note(session, request, who, "music.added", "music_classes", made, {}, after)
    return made


def change(session: Session, request: Request, who: SignedIn, id_: int, body: MusicChange) -> None:
    """Change the given fields of music."""
    found = store.music_class(session, id_)
    name = found.name if body.name is None else body.name
    shuffled = found.shuffled if body.shuffled is None else body.shuffled
    store.change_class(session, id_, name, shuffled=shuffled)
    _changed(session, request, who, found)


def remove(session: Session, request: Request, who: SignedIn, id_: int) -> None:
    """Delete music that no queue plays; ConflictError names those that do."""
    found = store.music_class(session, id_)
    if led := _queues(session).get(found.key, []):
        raise ConflictError(
            N_("These queues play the music: {names}. Choose other music there first."),
            names=", ".join(led),
        )
    store.remove_class(session, id_)
    note(session, request, who, "music.removed", "music_classes", id_, _noted(found), {})
    _tell(session, id_)


def add_file(request: Request, who: SignedIn, id_: int, file: UploadFile | None) -> MusicShape:
    """Add an audio file at the end; InvalidError names the field."""
    context = context_of(request)
    with context.database.begin() as session:
        store.music_class(session, id_)
    taken = take_audio(context.settings, who, file)
    with context.database.begin() as session:
        found = store.music_class(session, id_)
        store.add_file(session, id_, taken.file, taken.name, taken.seconds)
        _changed(session, request, who, found)
        return show(session, id_)


def remove_file(session: Session, request: Request, who: SignedIn, id_: int, file: int) -> None:
    """Remove a file; the last one of music that queues play stays."""
    found = store.music_class(session, id_)
    if len(found.files) == 1 and (led := _queues(session).get(found.key, [])):
        raise ConflictError(
            N_("These queues play the music: {names}. Choose other music there first."),
            names=", ".join(led),
        )
    store.remove_file(session, id_, file)
    _changed(session, request, who, found)


def order_files(
    session: Session, request: Request, who: SignedIn, id_: int, files: Sequence[int]
) -> None:
    """Put files in another order; those that are not named come last."""
    found = store.music_class(session, id_)
    store.order_files(session, id_, files)
    _changed(session, request, who, found)


def move_file(  # noqa: PLR0913, PLR0917 - which file, and where it goes
    session: Session, request: Request, who: SignedIn, id_: int, file: int, step: int
) -> int:
    """Move a file down by a number of places; give its number, which is a new one."""
    files = [one.id for one in store.music_class(session, id_).files]
    if file not in files:
        raise MissingError(GONE)
    place = files.index(file)
    there = min(max(0, place + step), len(files) - 1)
    files.insert(there, files.pop(place))
    order_files(session, request, who, id_, files)
    return store.music_class(session, id_).files[there].id


def hear_file(session: Session, settings: Settings, id_: int, file: int) -> FileResponse:
    """Answer with a file of music."""
    found = store.music_class(session, id_)
    path = next(
        (path_of_master(settings, one.master) for one in found.files if one.id == file), None
    )
    if path is None or not path.is_file():
        raise MissingError(GONE)
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"}
    return FileResponse(path, media_type="audio/flac", headers=headers)


def _changed(session: Session, request: Request, who: SignedIn, found: MusicClass) -> None:
    after = store.music_class(session, found.id)
    if found != after:
        noted = _noted(found), _noted(after)
        note(session, request, who, "music.changed", "music_classes", found.id, *noted)
        _tell(session, found.id)


def _tell(session: Session, id_: int) -> None:
    revive(session, MAKE, [NewJob(f"music {id_}")], now())


def _queues(session: Session) -> dict[str, list[str]]:
    """Give the names of the queues that play each music."""
    found: dict[str, list[str]] = {}
    for one in queue_settings(session):
        found.setdefault(one.queue.music, []).append(one.queue.name)
    return found


def _show(one: MusicClass, queues: list[str]) -> MusicShape:
    files = [MusicFileShape(id=file.id, name=file.name, seconds=file.seconds) for file in one.files]
    return MusicShape(
        id=one.id, key=one.key, name=one.name, shuffled=one.shuffled, files=files, queues=queues
    )


def _noted(one: MusicClass) -> dict[str, Any]:
    files = ", ".join(file.name for file in one.files)
    return {"name": one.name, "shuffled": one.shuffled, "files": files}
