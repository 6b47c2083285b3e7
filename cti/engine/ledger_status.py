"""The ledger's position: a small file that the ledger writes and the engine reads."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class LedgerStatus:
    """The next fact to be drained, and whether draining works."""

    segment: int  # number of the segment that is drained, or comes next
    offset: int  # bytes of it that are in the database
    lines: int  # lines of it that are in the database
    begins: str  # the first bytes of that segment: after a restore a number may come again
    database: bool  # whether the database takes facts
    refused: int  # facts set aside since the ledger began
    falls: int  # unexpected errors since then
    at: float  # monotonic clock of the machine, seconds


NOTHING_YET = LedgerStatus(0, 0, 0, "", database=True, refused=0, falls=0, at=0.0)


def write_status(path: Path, status: LedgerStatus) -> None:
    """Replace the file with a new one; OSError if that fails."""
    new = path.with_suffix(".new")
    new.write_text(json.dumps(asdict(status)))
    new.replace(path)


def read_status(path: Path) -> LedgerStatus | None:
    """Read the file; None if there is none, or it is incomplete."""
    try:
        return LedgerStatus(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None
