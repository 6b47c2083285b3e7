"""The tables of scores, and of the calls that had a survey."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class ScoreRow(Base):
    """The score for a question, as the facts of the call tell it."""

    __tablename__ = "scores"
    __table_args__ = (
        UniqueConstraint("call", "question", name="uq_scores_call"),
        CheckConstraint("score BETWEEN 0 AND 9", name="score"),
        Index("ix_scores_at", text("at DESC"), text("id DESC")),
        Index("ix_scores_score", "score", "id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    call: Mapped[str]
    question: Mapped[str]
    score: Mapped[int]
    at: Mapped[datetime]
    node: Mapped[str]
    flow: Mapped[int]


class SurveyRow(Base):
    """A call with a survey, and when it began."""

    __tablename__ = "surveys"

    call: Mapped[str] = mapped_column(primary_key=True)
    flow: Mapped[int]
    at: Mapped[datetime] = mapped_column(index=True)
