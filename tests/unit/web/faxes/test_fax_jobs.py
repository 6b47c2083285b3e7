"""Faxes are deleted by themselves when they are old, with their files; the audit log says so."""

import os
import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session, sessionmaker
from unit.web.visitor import Visitor

from crm.audit.store import AuditFilter, entries
from crm.faxes.models import FaxRow
from crm.faxes.store import files_among
from crm.parameters.store import save
from web.faxes import jobs
from web.kit.clock import now
from web.kit.jobs import JobContext
from web.kit.settings import Settings

Database = sessionmaker[Session]


class Faxes:
    """Makes faxes of some age, with their files."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database, self.settings = database, settings

    def path(self, file: str) -> Path:
        return self.settings.messages_dir / "fax" / f"{file}.tiff"

    def make(self, days: float, *, known: bool = True) -> str:
        file, at = f"fax-{secrets.token_hex(4)}", now() - timedelta(days=days)
        self.path(file).parent.mkdir(parents=True, exist_ok=True)
        self.path(file).write_bytes(b"II*")
        os.utime(self.path(file), (at.timestamp(), at.timestamp()))
        if known:
            row = {"call": "c1", "file": file, "caller": "", "called": "", "state": "received"}
            with self.database.begin() as session:
                session.execute(insert(FaxRow).values({**row, "at": at}))
        return file

    def has(self, file: str) -> tuple[bool, bool]:
        with self.database.begin() as session:
            return file in files_among(session, [file]), self.path(file).exists()

    def run(self, days: int) -> None:
        with self.database.begin() as session:
            save(session, {"fax_days": days}, None)
        jobs.remove_old_faxes(JobContext(self.settings, self.database, Event()))


@pytest.fixture
def faxes(database: Database, settings: Settings) -> Iterator[Faxes]:
    yield Faxes(database, settings)
    with database.begin() as session:
        save(session, {"fax_days": 0}, None)
        session.execute(delete(FaxRow))


def test_old_faxes_are_deleted_with_their_files_and_it_is_noted(
    faxes: Faxes, database: Database, admin: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "AT_ONCE", 2)  # in several transactions
    old, new = [faxes.make(days) for days in (31, 40, 50)], faxes.make(29)
    faxes.run(30)

    assert {faxes.has(one) for one in old} == {(False, False)}
    assert faxes.has(new) == (True, True)
    with database.begin() as session:
        found = entries(session, AuditFilter(action="fax.removed")).items
    assert [one.after["count"] for one in found[:2]] == [1, 2]
    assert found[0].user is None
    assert "Old faxes deleted" in admin.get("/audit?action=fax.removed").text


def test_without_the_setting_they_are_kept(faxes: Faxes) -> None:
    old = faxes.make(4000)
    faxes.run(0)

    assert faxes.has(old) == (True, True)


def test_a_file_that_belongs_to_no_fax_is_removed_after_a_month(faxes: Faxes) -> None:
    gone, late, known = (
        faxes.make(31, known=False), faxes.make(29, known=False), faxes.make(31)
    )  # fmt: skip
    jobs.remove_unknown_files(JobContext(faxes.settings, faxes.database, Event()))

    assert faxes.has(gone) == (False, False)
    assert faxes.has(late) == (False, True)
    assert faxes.has(known) == (True, True)
