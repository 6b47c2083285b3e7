"""What a copy of the database is made of, as its manifest says."""

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
    """All tables of one moment, where their numbering stood, and the version of the schema."""

    revision: str
    tables: tuple[TableCopy, ...]
    sequences: Mapping[str, tuple[int, bool]]  # name -> its last value, whether it was given out

    @property
    def rows(self) -> int:
        """How many rows there are in all tables together."""
        return sum(table.rows for table in self.tables)

    def as_json(self) -> dict[str, Any]:
        """Give what a manifest keeps."""
        return {
            "revision": self.revision,
            "tables": [
                {"name": one.name, "columns": list(one.columns), "rows": one.rows}
                for one in self.tables
            ],
            "sequences": {name: list(value) for name, value in self.sequences.items()},
        }


def read_copy(kept: Mapping[str, Any]) -> DatabaseCopy:
    """Read what a manifest keeps; KeyError, TypeError or ValueError if it is no such thing."""
    return DatabaseCopy(
        str(kept["revision"]),
        tuple(
            TableCopy(str(one["name"]), tuple(map(str, one["columns"])), int(one["rows"]))
            for one in kept["tables"]
        ),
        {str(name): (int(value[0]), bool(value[1])) for name, value in kept["sequences"].items()},
    )
