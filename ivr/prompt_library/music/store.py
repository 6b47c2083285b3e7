"""Music classes in the database: added, renamed, filled with files, deleted."""

from collections.abc import Sequence
from itertools import takewhile

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm.kernel.errors import ConflictError, MissingError, TakenError
from crm.kernel.names import needed_name
from crm.kernel.text import one_line
from crm.sql.db import notify
from ivr.prompt_library.models import MusicClassRow, MusicFileRow
from ivr.prompt_library.prompt import MusicClass, MusicFile

MOST_FILES = 50
LONGEST_NAME = 100


def music_classes(session: Session) -> list[MusicClass]:
    """Give all music classes by name, with their files in order."""
    files: dict[int, list[MusicFile]] = {}
    query = select(MusicFileRow).order_by(MusicFileRow.id)
    for row in session.scalars(query.execution_options(populate_existing=True)):
        made = MusicFile(row.id, row.name, row.master, row.seconds)
        files.setdefault(row.class_id, []).append(made)
    rows = select(MusicClassRow).order_by(MusicClassRow.name)
    return [
        MusicClass(row.id, row.name, row.shuffled, tuple(files.get(row.id, ())))
        for row in session.scalars(rows.execution_options(populate_existing=True))
    ]


def music_class(session: Session, id_: int) -> MusicClass:
    """Give one class, locked until the transaction ends; MissingError if there is none."""
    locked = select(MusicClassRow.id).where(MusicClassRow.id == id_).with_for_update()
    if session.scalars(locked).one_or_none() is None:
        raise MissingError("There is no such music.")
    return next(one for one in music_classes(session) if one.id == id_)


def add_class(session: Session, name: str, *, shuffled: bool) -> int:
    """Add a class and give its id; TakenError if the name is taken."""
    name = needed_name(name, LONGEST_NAME)
    _check_free(session, name)
    made = session.scalars(
        insert(MusicClassRow).values(name=name, shuffled=shuffled).returning(MusicClassRow.id)
    ).one()
    notify(session, f"music:{made}")
    return made


def change_class(session: Session, id_: int, name: str, *, shuffled: bool) -> None:
    """Name a class anew, or change the order of its files."""
    name = needed_name(name, LONGEST_NAME)
    _check_free(session, name, id_)
    row = MusicClassRow
    session.execute(update(row).where(row.id == id_).values(name=name, shuffled=shuffled))
    notify(session, f"music:{id_}")


def remove_class(session: Session, id_: int) -> None:
    """Delete a class that no queue plays: the calling code has checked that."""
    session.execute(delete(MusicClassRow).where(MusicClassRow.id == id_))
    notify(session, f"music:{id_}")


def add_file(session: Session, id_: int, name: str, master: str, seconds: float) -> None:
    """Add a file at the end of a class; ConflictError if it has too many."""
    row = MusicFileRow
    count = select(func.count()).where(row.class_id == id_)
    if session.scalars(count).one() >= MOST_FILES:
        raise ConflictError("Music has at most {most} files.", most=MOST_FILES)
    session.execute(
        insert(row).values(
            class_id=id_,
            name=one_line(name, 200),
            master=master,
            seconds=seconds,
        )
    )
    notify(session, f"music:{id_}")


def remove_file(session: Session, id_: int, file: int) -> None:
    """Remove a file of a class; MissingError if it is not there."""
    row = MusicFileRow
    gone = delete(row).where(row.id == file, row.class_id == id_).returning(row.id)
    if session.scalars(gone).one_or_none() is None:
        raise MissingError("This file is no longer available.")
    notify(session, f"music:{id_}")


def order_files(session: Session, id_: int, order: Sequence[int]) -> None:
    """Put the files of a class in another order; those that are not named come last.

    Files are played by their numbers, so those that change their place get new ones: an address of
    before leads to no other file. MissingError if one is not there.
    """
    files = {one.id: one for one in music_class(session, id_).files}
    if any(one not in files for one in order):
        raise MissingError("This file is no longer available.")
    wanted = list(dict.fromkeys([*order, *files]))
    pairs = zip(wanted, files, strict=True)
    stay = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    row, moved = MusicFileRow, [files[one] for one in wanted[stay:]]
    if not moved:
        return
    session.execute(delete(row).where(row.id.in_([one.id for one in moved])))
    for one in moved:
        values = {"name": one.name, "master": one.master, "seconds": one.seconds}
        session.execute(insert(row).values(class_id=id_, **values))
    notify(session, f"music:{id_}")


def masters(session: Session) -> set[str]:
    """Give the masters of all music."""
    return set(session.scalars(select(MusicFileRow.master)))


def _check_free(session: Session, name: str, but: int = 0) -> None:
    taken = select(MusicClassRow.id).where(MusicClassRow.name == name, MusicClassRow.id != but)
    if session.scalars(taken).first() is not None:
        raise TakenError("Music named “{name}” already exists.", "name", name=name)
