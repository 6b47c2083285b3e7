"""What a copy of the database contains, as its manifest says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class TableCopy:
    """One table's rows, in a file of PostgreSQL's COPY text format."""

    name: str
    columns: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class DatabaseCopy:
    """All tables at one moment, the state of their sequences, and the version of the schema."""

    revision: str
    tables: tuple[TableCopy, ...]
    sequences: Mapping[str, tuple[int, bool]]  # name -> last value, whether it was used

    @property
    def rows(self) -> int:
        """The number of rows in all tables."""
        return sum(table.rows for table in self.tables)

    def as_json(self) -> dict[str, Any]:
        """Give the manifest's form of this copy."""
        return {
            "revision": self.revision,
            "tables": [
                {"name": one.name, "columns": list(one.columns), "rows": one.rows}
                for one in self.tables
            ],
            "sequences": {name: list(value) for name, value in self.sequences.items()},
        }


def read_copy(kept: Mapping[str, Any]) -> DatabaseCopy:
    """Read a copy from its manifest; KeyError, TypeError or ValueError if that is not valid."""
    return DatabaseCopy(
        str(kept["revision"]),
        tuple(
            TableCopy(str(one["name"]), tuple(map(str, one["columns"])), int(one["rows"]))
            for one in kept["tables"]
        ),
        {str(name): (int(value[0]), bool(value[1])) for name, value in kept["sequences"].items()},
    )
