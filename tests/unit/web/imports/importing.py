"""Imports in the tests: files of several kinds, and the worker of the jobs process."""

import asyncio
import io
import threading
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from sqlalchemy.orm import Session, sessionmaker
from unit.web.visitor import Response, Visitor

from web.imports.runner import ImportRunner
from web.kit.settings import Settings
from web.ops.job_worker import JobWorker

Rows = Sequence[Sequence[object]]


class ImportWorker:
    """Works on the queue of imports, as `hotline jobs` does."""

    def __init__(self, settings: Settings, database: sessionmaker[Session]) -> None:
        self.stop = threading.Event()
        self.runner = ImportRunner(settings, database, self.stop)
        self._worker = JobWorker(database, [self.runner])

    def round(self) -> int:
        """Do the due jobs; give their number."""
        return asyncio.run(self._worker.work_once())


def workbook(rows: Rows) -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    sheet = book.add_worksheet()
    for line, row in enumerate(rows):
        for place, value in enumerate(row):
            sheet.write(line, place, value)
    book.close()
    return made.getvalue()


def text(rows: Rows, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    lines = [delimiter.join(map(str, row)) for row in rows]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def send(
    visitor: Visitor, content: bytes, target: str = "customers", name: str = "file.csv"
) -> Response:
    """Upload a file as a program does."""
    return visitor.client.post(
        f"/api/v1/imports/upload?target={target}",
        files={"file": (name, content)},
        headers={"X-CSRF-Token": visitor.word},
    )


def uploaded(
    visitor: Visitor, content: bytes, target: str = "customers", name: str = "file.csv"
) -> dict[str, Any]:
    answer = send(visitor, content, target, name)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def ask(visitor: Visitor, made: dict[str, Any], what: str, body: object = None) -> dict[str, Any]:
    answer = visitor.ask(f"/imports/{made['id']}/{what}", body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def check(
    visitor: Visitor, worker: ImportWorker, made: dict[str, Any], **changes: object
) -> dict[str, Any]:
    """Check an import with the suggested columns; give it afterwards."""
    body = {key: made[key] for key in ("header", "mapping", "options")} | changes
    ask(visitor, made, "check", body)
    worker.round()
    return now(visitor, made)


def run(visitor: Visitor, worker: ImportWorker, made: dict[str, Any]) -> dict[str, Any]:
    ask(visitor, made, "run")
    worker.round()
    return now(visitor, made)


def now(visitor: Visitor, made: dict[str, Any]) -> dict[str, Any]:
    answer = visitor.get(f"/api/v1/imports/{made['id']}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def counts(made: dict[str, Any]) -> tuple[int, ...]:
    """New, changed, skipped and bad rows."""
    return tuple(made[key] for key in ("added", "changed", "skipped", "bad"))
