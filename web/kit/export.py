"""Lists as files for a spreadsheet: CSV or XLSX, in the reader's language and time zone."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, Annotated, Literal
from urllib.parse import quote

import xlsxwriter
from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.background import BackgroundTask

from web.kit.clock import now
from web.kit.i18n import N_, Reader
from web.kit.request import context_of, reader_of

FileFormat = Literal["csv", "xlsx"]
AskedFormat = Annotated[FileFormat, Query(alias="format")]
TYPES: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PIECE = 64 * 1024  # bytes
CELL_MOST = 32_767  # letters in a cell of a spreadsheet
SHEET_NAME_MOST = 31
# A spreadsheet takes a text with one of these in front for a formula and evaluates it (OWASP, "CSV
# Injection"); an apostrophe makes it a text again.
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001


def export(  # noqa: PLR0913, PLR0917 - what a file is made of
    request: Request,
    name: str,
    title: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[object]],
    form: FileFormat,
) -> Response:
    """Make a file of rows; all are read before this returns, so the session may close afterwards.

    It has at most as many rows as the parameter `export_rows`; if there are more, a last line says
    so.
    """
    reader, most = reader_of(request), context_of(request).parameters().number("export_rows")
    kept = _bounded(rows, most, reader)
    file = TemporaryFile()  # noqa: SIM115 - it is closed when it was sent
    try:
        if form == "csv":
            _write_csv(file, heads, kept, reader)
        else:
            _write_xlsx(file, title, heads, kept, reader)
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)
    day = reader.local(now()).strftime("%Y-%m-%d")
    shown = quote(f"{title} {day}.{form}", safe="")
    headers = {
        "Content-Disposition": (
            f"attachment; filename=\"{name}-{day}.{form}\"; filename*=UTF-8''{shown}"
        ),
        "Content-Length": str(size),
        "Cache-Control": "no-store",
    }
    return StreamingResponse(
        _pieces(file),
        headers=headers,
        media_type=TYPES[form],
        background=BackgroundTask(file.close),
    )


def safe_text(text: str) -> str:
    """Make a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(RISKY) else text


def _bounded(
    rows: Iterable[Sequence[object]], most: int, reader: Reader
) -> Iterator[Sequence[object]]:
    source = iter(rows)
    yield from islice(source, most)
    if next(source, None) is not None:
        yield [reader.say(N_("Only the first {count} rows are in this file."), count=most)]


def _write_csv(
    file: IO[bytes], heads: Sequence[str], rows: Iterable[Sequence[object]], reader: Reader
) -> None:
    # Without this mark Excel reads the file in the machine's old character set.
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow([safe_text(head) for head in heads])
    for row in rows:
        writer.writerow([_as_text(value, reader) for value in row])
    text.flush()
    text.detach()


def _as_text(value: object, reader: Reader) -> str:
    match value:
        case None:
            return ""
        case bool():
            return _yes_or_no(reader, value)
        case int() | float():
            return str(value)
        case datetime():
            return reader.local(value).strftime("%Y-%m-%d %H:%M:%S")
        case date():
            return value.isoformat()
        case _:
            return safe_text(str(value).replace("\0", ""))


def _write_xlsx(
    file: IO[bytes],
    title: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[object]],
    reader: Reader,
) -> None:
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet(_sheet_name(title))
    bold = book.add_format({"bold": True, "bottom": 1})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for place, head in enumerate(heads):
        sheet.set_column(place, place, max(12, min(40, 2 * len(head))))
        sheet.write_string(0, place, head, bold)
    sheet.freeze_panes(1, 0)
    for line, row in enumerate(rows, start=1):
        for place, value in enumerate(row):
            match value:
                case None | "":
                    continue
                case bool():
                    sheet.write_string(line, place, _yes_or_no(reader, value))
                case int() | float():
                    sheet.write_number(line, place, value)
                case datetime():
                    local = reader.local(value).replace(tzinfo=None)
                    sheet.write_datetime(line, place, local, moment)
                case date():
                    sheet.write_datetime(line, place, value)
                case _:
                    # Written as a text, it never is a formula, whatever it begins with.
                    sheet.write_string(line, place, str(value)[:CELL_MOST])
    book.close()


def _sheet_name(title: str) -> str:
    kept = "".join(letter for letter in title if letter not in "[]:*?/\\'")
    return kept[:SHEET_NAME_MOST] or "Hotline"


def _yes_or_no(reader: Reader, value: bool) -> str:  # noqa: FBT001 - the value itself
    return reader.gettext(N_("Yes") if value else N_("No"))


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece
