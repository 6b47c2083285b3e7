"""The tables of imports and of the rows that could not be imported."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, false, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class ImportRow(Base):
    """An import of a file."""

    __tablename__ = "imports"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'checking', 'checked', 'running', 'done', 'cancelled', 'failed',"
            " 'undoing', 'undone')",
            name="state",
        ),
        Index("ix_imports_created_at", text("created_at DESC"), text("id DESC")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    target: Mapped[str]
    file_name: Mapped[str]
    # Null once the file is removed; the import and its counts stay.
    upload: Mapped[str | None] = mapped_column(ForeignKey("uploads.id", ondelete="SET NULL"))
    created_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    state: Mapped[str] = mapped_column(server_default=text("'draft'"))
    columns: Mapped[int]  # of the file
    header: Mapped[bool] = mapped_column(server_default=false())
    mapping: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    options: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    rows: Mapped[int]
    done: Mapped[int] = mapped_column(server_default=text("0"))
    added: Mapped[int] = mapped_column(server_default=text("0"))
    changed: Mapped[int] = mapped_column(server_default=text("0"))
    skipped: Mapped[int] = mapped_column(server_default=text("0"))
    bad: Mapped[int] = mapped_column(server_default=text("0"))
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(server_default=text("''"))


class ImportBadRowRow(Base):
    """A row of a file that was not imported, with its cells as they were read."""

    __tablename__ = "import_bad_rows"

    import_id: Mapped[int] = mapped_column(
        ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cells: Mapped[list[Any]] = mapped_column(JSONB)
    column: Mapped[str]
    sentence: Mapped[str]
    values: Mapped[dict[str, Any]]
