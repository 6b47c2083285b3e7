"""The tables of dictionaries and their items."""

from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class DictionaryRow(Base):
    """A dictionary that a site has made; those of `List` are built in."""

    __tablename__ = "dictionaries"

    key: Mapped[str] = mapped_column(primary_key=True)
    name_en: Mapped[str]
    name_zh: Mapped[str]


class DictionaryItemRow(Base):
    """One option of a dictionary."""

    __tablename__ = "dictionary_items"

    list: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    name_en: Mapped[str]
    name_zh: Mapped[str]
    position: Mapped[int]
    enabled: Mapped[bool]
