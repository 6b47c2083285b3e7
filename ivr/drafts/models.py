"""The table of drafts: one for each flow, changed until it is published."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, func, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class FlowDraftRow(Base):
    """A flow as it is edited; callers hear nothing of it."""

    __tablename__ = "flow_drafts"
    __table_args__ = (
        CheckConstraint("(publish_at IS NULL) = (publish_message = '')", name="publish_message"),
    )

    flow_id: Mapped[int] = mapped_column(
        ForeignKey("flows.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    document: Mapped[dict[str, Any]]
    layout: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    publish_at: Mapped[datetime | None]
    publish_message: Mapped[str] = mapped_column(server_default=text("''"))
