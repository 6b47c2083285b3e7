"""The table of an uploaded file: converted once, then read row by row as often as needed."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import structlog

from crm.imports.row import FileRow
from crm.kernel.errors import InvalidError
from crm.kernel.text import N_
from crm.uploads.upload import Content
from web.kit.settings import REPOSITORY, Settings
from web.kit.uploads.files import path_of_upload

SECONDS = 180.0
ROWS_SUFFIX = ".rows"
PREVIEW_ROWS = 8
REFUSALS: Mapping[str, str] = {
    "too many rows": N_("The file has more than 100,000 rows. Split it."),
    "too many columns": N_("The file has more than 100 columns."),
    "empty": N_("The file has no rows."),
    "password": N_("The workbook is protected by a password. Save it without one."),
    "damaged": N_("The file is damaged or is no workbook."),
    "too large": N_(
        "The file is too large to be read. Remove unused rows and columns, or split it."
    ),
}

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class TableSize:
    """How many rows a file has, and how many columns its widest row."""

    rows: int
    columns: int


def convert(settings: Settings, upload: str, content: Content) -> TableSize:
    """Convert an uploaded file into rows; InvalidError names the field. Called in a thread."""
    source = path_of_upload(settings, upload)
    kind = "text" if content is Content.TEXT else "workbook"
    command = [sys.executable, "-m", "web.imports.convert", kind, str(source), str(_rows(source))]
    try:
        ran = subprocess.run(  # noqa: S603 - a program of ours
            command, capture_output=True, cwd=REPOSITORY, timeout=SECONDS, check=False
        )
        told = json.loads(ran.stdout) if ran.returncode == 0 else {}
    except (subprocess.TimeoutExpired, ValueError):
        told = {}
    if "rows" in told:
        return TableSize(int(told["rows"]), int(told["columns"]))
    if not told:  # it was killed by one of its limits
        log.warning("an uploaded table could not be read", upload=upload)
    raise InvalidError(REFUSALS[told.get("error", "too large")], "file")


def read_rows(settings: Settings, upload: str, skip: int = 0) -> Iterator[FileRow]:
    """Give the rows of a converted file after the first `skip`; FileNotFoundError if it is gone."""
    with _rows(path_of_upload(settings, upload)).open(encoding="utf-8") as file:
        for line in islice(file, skip, None):
            number, fault, *cells = json.loads(line)
            yield FileRow(number, tuple(cells), fault)


def first_rows(settings: Settings, upload: str) -> Sequence[FileRow]:
    """Give the first rows, for a preview; none if the file is gone."""
    if not upload:
        return ()
    try:
        return tuple(islice(read_rows(settings, upload), PREVIEW_ROWS))
    except FileNotFoundError:
        return ()


def drop_table(settings: Settings, upload: str) -> None:
    """Remove an uploaded file and its rows, when it could not be taken."""
    source = path_of_upload(settings, upload)
    source.unlink(missing_ok=True)
    _rows(source).unlink(missing_ok=True)


def _rows(source: Path) -> Path:
    return source.with_name(source.name + ROWS_SUFFIX)
