"""What files can be imported into: a feature declares its target in its `jobs.py`.

The jobs process reads the targets from there, the pages of imports too; so a target knows neither
pages nor API.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from crm.imports.row import ImportColumn, ReadRow, RowOutcome, WriteTask
from crm.people.rights import Right

# Writes some rows in the given transaction and says what became of each; in a dry run, what would.
WriteRows = Callable[[Session, Sequence[ReadRow], WriteTask], Sequence[RowOutcome]]
# Removes rows that an import added and no user changed, up to a number; gives how many.
UndoRows = Callable[[Session, int, int], int]


@dataclass(frozen=True, slots=True)
class ImportOption:
    """A choice of how rows are written. The first of the values is the default."""

    key: str
    label: str  # to be translated
    values: Mapping[str, str]  # with their sentences, to be translated
    help: str = ""


@dataclass(frozen=True, slots=True)
class ImportTarget:
    """Something that files are imported into. No column and no option have the same key.

    `url` is the list of the imported things; `filter` the filter of that list for one import.
    """

    key: str
    title: str  # to be translated
    right: Right
    url: str
    columns: tuple[ImportColumn, ...]
    write: WriteRows
    options: tuple[ImportOption, ...] = ()
    undo: UndoRows | None = None
    filter: str = ""
    # Further choices that need the database, such as the list that numbers go into.
    offered: Callable[[Session], Sequence[ImportOption]] | None = field(default=None)
