"""The tables of flows, the numbers that lead to them, and their prompts."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, func, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class FlowRow(Base):
    """A flow; its steps are in its versions."""

    __tablename__ = "flows"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class FlowVersionRow(Base):
    """A version of a flow as it was published; never changed afterwards."""

    __tablename__ = "flow_versions"

    flow_id: Mapped[int] = mapped_column(
        ForeignKey("flows.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[dict[str, Any]]
    published_at: Mapped[datetime] = mapped_column(server_default=func.now())
    author: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    message: Mapped[str] = mapped_column(server_default=text("''"))  # what it changed
    layout: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))  # step → place


class NumberRow(Base):
    """A number that callers dial, its flow, and the language of its prompts."""

    __tablename__ = "numbers"
    __table_args__ = (CheckConstraint("language IN ('en', 'zh_CN')", name="language"),)

    number: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    flow_id: Mapped[int] = mapped_column(ForeignKey("flows.id"), index=True)
    enabled: Mapped[bool]
    language: Mapped[str] = mapped_column(server_default=text("'en'"))


class PromptRow(Base):
    """The text of a prompt, to be spoken or recorded."""

    __tablename__ = "prompts"
    __table_args__ = (CheckConstraint("language IN ('en', 'zh_CN')", name="language"),)

    name: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    # What the library made of it: audio, or another text than the standard one.
    version_id: Mapped[int | None] = mapped_column(
        ForeignKey("prompt_versions.id", ondelete="SET NULL"), index=True
    )
    seconds: Mapped[float | None]  # of its audio; none: it has not been spoken yet
