"""Imports, as the API takes and returns them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from crm.imports.importing import MOST_COLUMNS, ImportState
from web.kit.bodies import Body
from web.kit.shapes import Items, Named

ColumnKey = Annotated[str, Field(max_length=50)]
Place = Annotated[int, Field(ge=0, lt=MOST_COLUMNS)]


class ColumnsBody(Body):
    """Which column of the file each column of the target is, from 0, and how rows are written."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "header": True,
                    "mapping": {"name": 0, "phones": 1},
                    "options": {"duplicates": "skip"},
                }
            ]
        },
    )

    header: bool = True
    mapping: Annotated[dict[ColumnKey, Place], Field(max_length=MOST_COLUMNS)]
    options: Annotated[dict[ColumnKey, ColumnKey], Field(max_length=20)] = Field(
        default_factory=dict
    )


class ImportShape(BaseModel):
    """An import. While it is checked, the counts say what would become of the rows."""

    id: int
    url: str  # its page
    target: str
    target_name: str
    file_name: str
    state: ImportState
    state_name: str
    active: bool  # a job works on it
    created_at: datetime
    created_by: Named
    started_at: datetime | None
    finished_at: datetime | None
    header: bool
    columns: int  # of the file
    mapping: dict[str, int]
    options: dict[str, str]
    rows: int
    done: int
    added: int
    changed: int
    skipped: int
    bad: int
    can_undo: bool
    why: str


class ImportList(Items[ImportShape]):
    """A page of imports, the newest first."""


class PreviewColumn(BaseModel):
    """A column of a file: its letters in a spreadsheet, and the cell of the first row."""

    letters: str
    first: str


class ImportPreview(BaseModel):
    """The columns and the first rows of an import's file."""

    columns: list[PreviewColumn]
    rows: list[list[str]]


class TargetColumn(BaseModel):
    """A column that can be imported."""

    key: str
    name: str
    required: bool


class TargetShape(BaseModel):
    """Something that files can be imported into."""

    key: str
    name: str
    columns: list[TargetColumn]


class Targets(BaseModel):
    """All that the user may import into."""

    items: list[TargetShape]
