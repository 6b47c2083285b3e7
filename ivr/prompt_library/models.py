"""The tables of the prompts library: names, versions of each prompt, and music classes."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, func
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class LibraryPromptRow(Base):
    """A prompt of the library: what it is for. Its texts are in `prompts`."""

    __tablename__ = "library_prompts"

    name: Mapped[str] = mapped_column(primary_key=True)
    description: Mapped[str] = mapped_column(server_default=sql("''"))


class PromptVersionRow(Base):
    """What a prompt was in one language: a typed text, or audio; never changed afterwards."""

    __tablename__ = "prompt_versions"
    __table_args__ = (
        CheckConstraint("source IN ('typed', 'recorded', 'uploaded')", name="source"),
        CheckConstraint("(source = 'typed') = (master = '')", name="master"),
        Index(None, "name", "language"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str]
    language: Mapped[str]
    source: Mapped[str]
    text: Mapped[str] = mapped_column(server_default=sql("''"))
    master: Mapped[str] = mapped_column(server_default=sql("''"))  # the name of its audio file
    seconds: Mapped[float] = mapped_column(server_default=sql("0"))  # of the audio
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)


class MusicClassRow(Base):
    """Music that waiting callers hear: some files, in order or by chance."""

    __tablename__ = "music_classes"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    shuffled: Mapped[bool] = mapped_column(server_default=sql("false"))


class MusicFileRow(Base):
    """A file of a music class."""

    __tablename__ = "music_files"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    class_id: Mapped[int] = mapped_column(
        ForeignKey("music_classes.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    master: Mapped[str]  # the name of its audio file
    seconds: Mapped[float]
