"""Reading a row of a file as a row of a target, and what became of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from crm.imports.importing import BadRow
from crm.kernel.errors import InvalidError
from crm.kernel.text import N_

# Reads the text of a cell; the country in which numbers are typed comes second.
CellReader = Callable[[str, str], object]
BROKEN = N_("The row contains characters that cannot be read.")
TOO_WIDE = N_("The row has a cell that is too long.")


def read_text(text: str, _region: str) -> str:
    """Read a cell as it is."""
    return text


@dataclass(frozen=True, slots=True)
class ImportColumn:
    """A column of a target. `names` are further words that files use for it, in any language."""

    key: str
    label: str  # to be translated
    required: bool = False
    read: CellReader = read_text
    names: tuple[str, ...] = ()
    longest: int = 0  # characters; 0 for any
    help: str = ""  # to be translated


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row of a file. `fault` is a sentence if its text could not be read."""

    number: int  # in the file; 1 is the first row
    cells: tuple[str, ...]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row of a target: what its columns' readers gave, for cells that are not empty."""

    number: int
    values: Mapping[str, object]

    def text(self, key: str) -> str:
        """Give the text of a column; "" if its cell is empty."""
        return str(self.values.get(key, ""))


class RowResult(StrEnum):
    """What became of a row."""

    ADDED = "added"
    CHANGED = "changed"
    SKIPPED = "skipped"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """The result of a row; a bad one has an error that names the column."""

    result: RowResult
    error: InvalidError | None = None


ADDED = RowOutcome(RowResult.ADDED)
CHANGED = RowOutcome(RowResult.CHANGED)
SKIPPED = RowOutcome(RowResult.SKIPPED)


def bad(error: InvalidError) -> RowOutcome:
    """Make the outcome of a row that is not imported."""
    return RowOutcome(RowResult.BAD, error)


@dataclass(frozen=True, slots=True)
class WriteTask:
    """What a target is told about the rows that it writes.

    In a dry run it writes nothing and says what it would do. `seen` is the target's own memory of
    earlier rows of the file; it is empty again after a restart of a real run, when those rows are
    in the database.
    """

    import_id: int
    options: Mapping[str, str]
    region: str
    dry_run: bool = False
    seen: dict[str, int] = field(default_factory=dict)


def read_row(
    row: FileRow, columns: Sequence[ImportColumn], mapping: Mapping[str, int], region: str
) -> ReadRow | BadRow:
    """Read a row of a file with the readers of its columns, or say what is wrong with it."""
    if row.fault:
        return BadRow(row.number, row.cells, row.fault)
    values: dict[str, object] = {}
    for column in columns:
        place = mapping.get(column.key)
        text = row.cells[place].strip() if place is not None and place < len(row.cells) else ""
        try:
            if text or column.required:
                values[column.key] = _read(column, text, region)
        except InvalidError as error:
            return bad_row(row, InvalidError(error.sentence, column.key, **error.values))
    return ReadRow(row.number, values)


def bad_row(row: FileRow, error: InvalidError) -> BadRow:
    """Make the line of a row that is not imported."""
    values = {
        name: value if isinstance(value, int) else str(value)[:200]
        for name, value in error.values.items()
    }
    return BadRow(row.number, row.cells, error.sentence, values, error.field)


def _read(column: ImportColumn, text: str, region: str) -> object:
    if not text:
        raise InvalidError("This cell is empty.")
    if column.longest and len(text) > column.longest:
        raise InvalidError(
            "This is too long: at most {longest} characters.", longest=column.longest
        )
    return column.read(text, region)
