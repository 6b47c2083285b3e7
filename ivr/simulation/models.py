"""The table of tests of flows."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Identity, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class FlowTestRow(Base):
    """A call that the flow must lead to the expected place."""

    __tablename__ = "flow_tests"
    __table_args__ = (UniqueConstraint("flow_id", "name"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    flow_id: Mapped[int] = mapped_column(ForeignKey("flows.id", ondelete="CASCADE"))
    name: Mapped[str]
    scenario: Mapped[dict[str, Any]]
    expect: Mapped[dict[str, Any]]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
