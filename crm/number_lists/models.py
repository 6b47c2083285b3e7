"""The tables of number lists and their entries."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base

_HELD = text("state IN ('waiting', 'active')")


class NumberListRow(Base):
    """A black, VIP or white list."""

    __tablename__ = "number_lists"
    __table_args__ = (CheckConstraint("kind IN ('black', 'vip', 'white')", name="kind"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    effect: Mapped[str] = mapped_column(server_default=text("''"))  # "": the site's default
    note: Mapped[str] = mapped_column(server_default=text("''"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class NumberListEntryRow(Base):
    """A number or segment of a list."""

    __tablename__ = "number_list_entries"
    __table_args__ = (
        CheckConstraint("direction IN ('in', 'out', 'both')", name="direction"),
        CheckConstraint(
            "state IN ('waiting', 'active', 'rejected', 'removed', 'expired')", name="state"
        ),
        # A number is on a list once for each direction, whatever became of earlier entries.
        Index(
            "uq_number_list_entries_held",
            "list_id",
            "pattern",
            "direction",
            unique=True,
            postgresql_where=_HELD,
        ),
        Index("ix_number_list_entries_newest", text("added_at DESC"), text("id DESC")),
        Index("ix_number_list_entries_list", "list_id", text("added_at DESC"), text("id DESC")),
        Index(
            "ix_number_list_entries_waiting",
            text("added_at DESC"),
            text("id DESC"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_number_list_entries_expires_at",
            "expires_at",
            postgresql_where=text("state = 'active' AND expires_at IS NOT NULL"),
        ),
        Index("ix_number_list_entries_pattern", "pattern"),
        Index("ix_number_list_entries_keys", "keys", postgresql_using="gin"),
        Index(
            "ix_number_list_entries_import_id",
            "import_id",
            postgresql_where=text("import_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("number_lists.id", ondelete="CASCADE"))
    pattern: Mapped[str] = mapped_column(Text(collation="C"))
    keys: Mapped[list[str]] = mapped_column(ARRAY(Text))
    segment: Mapped[bool]
    length: Mapped[int] = mapped_column(server_default=text("0"))
    direction: Mapped[str]
    effect: Mapped[str] = mapped_column(server_default=text("''"))  # "": that of the list
    reason: Mapped[str] = mapped_column(server_default=text("''"))
    expires_at: Mapped[datetime | None]
    state: Mapped[str]
    added_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    added_at: Mapped[datetime] = mapped_column(server_default=func.now())
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id", ondelete="SET NULL"))
