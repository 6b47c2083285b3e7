"""The table of the workspace's layout for each role."""

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class WorkspaceLayoutRow(Base):
    """The panels of the workspace for the users of a role; without a row the usual ones."""

    __tablename__ = "workspace_layouts"

    role_id: Mapped[int] = mapped_column(
        ForeignKey("roles.id"), primary_key=True, autoincrement=False
    )
    panels: Mapped[dict[str, Any]] = mapped_column(JSONB)
