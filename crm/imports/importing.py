"""An import of a file: its states, its counts, and the rows that could not be imported."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from crm.kernel.errors import ConflictError
from crm.kernel.text import N_

ImportId = NewType("ImportId", int)

MOST_ROWS = 100_000
MOST_COLUMNS = 100  # of a file
LONGEST_CELL = 4000  # characters


class ImportState(StrEnum):
    """How far an import is."""

    DRAFT = "draft"  # the file is here; its columns are to be chosen
    CHECKING = "checking"  # the dry run
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


class ImportAction(StrEnum):
    """What changes the state of an import: a user's request, or the end of a job."""

    CHECK = "check"
    RUN = "run"
    CANCEL = "cancel"
    UNDO = "undo"
    FINISH = "finish"  # the job has done its last row
    FAIL = "fail"


# While an import is in one of these, a job works on it.
ACTIVE = frozenset({ImportState.CHECKING, ImportState.RUNNING, ImportState.UNDOING})
# Rows may have been imported.
ENDED = frozenset({ImportState.DONE, ImportState.CANCELLED, ImportState.FAILED})

_S, _A = ImportState, ImportAction
TRANSITIONS: Mapping[tuple[ImportState, ImportAction], ImportState] = {
    (_S.DRAFT, _A.CHECK): _S.CHECKING,
    (_S.CHECKED, _A.CHECK): _S.CHECKING,
    (_S.CHECKED, _A.RUN): _S.RUNNING,
    (_S.DRAFT, _A.CANCEL): _S.CANCELLED,
    (_S.CHECKING, _A.CANCEL): _S.DRAFT,
    (_S.CHECKED, _A.CANCEL): _S.CANCELLED,
    (_S.RUNNING, _A.CANCEL): _S.CANCELLED,
    (_S.DONE, _A.UNDO): _S.UNDOING,
    (_S.CANCELLED, _A.UNDO): _S.UNDOING,
    (_S.FAILED, _A.UNDO): _S.UNDOING,
    (_S.CHECKING, _A.FINISH): _S.CHECKED,
    (_S.RUNNING, _A.FINISH): _S.DONE,
    (_S.UNDOING, _A.FINISH): _S.UNDONE,
    (_S.CHECKING, _A.FAIL): _S.FAILED,
    (_S.RUNNING, _A.FAIL): _S.FAILED,
    (_S.UNDOING, _A.FAIL): _S.FAILED,
}
REFUSALS: Mapping[ImportAction, str] = {
    ImportAction.CHECK: N_("The columns of this import can no longer be changed."),
    ImportAction.RUN: N_("This import has already started, or has not been checked yet."),
    ImportAction.CANCEL: N_("This import can no longer be canceled."),
    ImportAction.UNDO: N_("This import cannot be undone now."),
}


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """How many rows the file has, how many of them are done, and what became of these."""

    rows: int = 0
    done: int = 0
    added: int = 0
    changed: int = 0
    skipped: int = 0
    bad: int = 0

    @property
    def percent(self) -> int:
        """The share of the rows that are done, 0..100."""
        return 100 * min(self.done, self.rows) // self.rows if self.rows else 0


@dataclass(frozen=True, slots=True)
class NewImport:
    """A file that is about to be imported."""

    target: str  # the key of what it is imported into
    file_name: str
    upload: str
    created_by: int
    rows: int
    columns: int
    header: bool
    mapping: Mapping[str, int]  # column of the target → place of the file's column
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Import:
    """An import as it is now."""

    id: ImportId
    file: NewImport
    state: ImportState
    counts: ImportCounts
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    why: str = ""  # the sentence that says why it failed

    @property
    def is_active(self) -> bool:
        """Whether a job works on it."""
        return self.state in ACTIVE

    @property
    def has_imported(self) -> bool:
        """Whether rows of its file are stored."""
        return self.state in ENDED and self.started_at is not None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was not imported, and why: a sentence with its values, translated when shown."""

    number: int  # in the file; 1 is the first row
    cells: tuple[str, ...]
    sentence: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    column: str = ""  # the target's column with the wrong cell


def state_after(state: ImportState, action: ImportAction) -> ImportState:
    """Give the state after an action; ConflictError if it is not possible now."""
    try:
        return TRANSITIONS[state, action]
    except KeyError:
        raise ConflictError(REFUSALS.get(action, REFUSALS[ImportAction.CANCEL])) from None
