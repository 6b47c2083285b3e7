"""Reads a table of any kind into a file of rows, in a process of its own with limits.

A small workbook may claim billions of cells, and its reader takes the memory for all of them; so it
is read by `python -m web.imports.convert KIND FILE ROWS`, which may take so much memory and time
and no more. `ROWS` gets one line of JSON for each row that is not empty; standard output tells how
many there are.
"""

import csv
import io
import json
import resource
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any

from crm.imports.delimited import guess_delimiter, guess_encoding, is_unreadable
from crm.imports.importing import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS
from crm.imports.row import BROKEN, TOO_WIDE

MEMORY_BYTES = 1_500_000_000
CPU_SECONDS = 120
SAMPLE_CHARACTERS = 64 * 1024
LONGEST_INTEGER = 1e15  # larger ones are not exact in a workbook
Line = tuple[int, str, list[str]]  # the number of the row, what is wrong with it, its cells


class TableError(Exception):
    """The file cannot be read; the argument is one of the keys of `web.imports.table.REFUSALS`."""


def main() -> None:
    """Convert one file and tell how it went."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    kind, source, target = sys.argv[1:4]
    try:
        lines = delimited_lines(Path(source)) if kind == "text" else workbook_lines(Path(source))
        told: dict[str, object] = write_lines(lines, Path(target))
    except TableError as error:
        told = {"error": str(error)}
    except MemoryError:
        told = {"error": "too large"}
    sys.stdout.write(json.dumps(told))


def write_lines(lines: Iterable[Line], target: Path) -> dict[str, object]:
    """Write the rows that are not empty; TableError if there are none or too many."""
    rows = columns = 0
    with target.open("w", encoding="utf-8") as file:
        for number, fault, cells in lines:
            while cells and not cells[-1]:
                cells.pop()
            if not cells:
                continue
            rows += 1
            columns = max(columns, len(cells))
            if rows > MOST_ROWS + 1:  # one for the header
                raise TableError("too many rows")
            if columns > MOST_COLUMNS:
                raise TableError("too many columns")
            file.write(json.dumps([number, fault, *cells], ensure_ascii=False) + "\n")
    if not rows:
        raise TableError("empty")
    return {"rows": rows, "columns": columns}


def delimited_lines(path: Path) -> Iterator[Line]:
    """Read a text with delimiters; broken bytes make a bad row, never a failed file."""
    content = path.read_bytes()
    encoding = guess_encoding(content)
    with io.TextIOWrapper(io.BytesIO(content), encoding, "replace", newline="") as text:
        delimiter = guess_delimiter(text.read(SAMPLE_CHARACTERS))
        text.seek(0)
        csv.field_size_limit(LONGEST_CELL * 8)
        reader = csv.reader(text, delimiter=delimiter)
        number = 0
        while True:
            number += 1
            try:
                cells = [one.replace("\0", "").strip() for one in next(reader)]
            except StopIteration:
                return
            except csv.Error:
                yield number, TOO_WIDE, ["…"]
                continue
            yield number, _fault(cells), [one[:LONGEST_CELL] for one in cells]


def workbook_lines(path: Path) -> Iterator[Line]:
    """Read the first sheet of a workbook that holds anything."""
    import python_calamine as calamine  # noqa: PLC0415 - a text needs no memory for it

    try:
        with path.open("rb") as file, calamine.load_workbook(file) as book:
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                if not sheet.height:
                    continue
                for number, row in enumerate(sheet.iter_rows(), start=1):
                    cells = [_text(one) for one in row]
                    yield number, _fault(cells), [one[:LONGEST_CELL] for one in cells]
                return
    except calamine.PasswordError:
        raise TableError("password") from None
    except (calamine.CalamineError, ValueError, OverflowError):
        raise TableError("damaged") from None


def _fault(cells: list[str]) -> str:
    if is_unreadable(cells):
        return BROKEN
    return TOO_WIDE if any(len(one) > LONGEST_CELL for one in cells) else ""


def _text(value: Any) -> str:
    """Write a cell's value as a person would type it: a whole number has no decimal point."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer() and abs(value) < LONGEST_INTEGER:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time.min:
        return value.date().isoformat()
    return "" if value is None else str(value).replace("\0", "").strip()


if __name__ == "__main__":
    main()
