"""The tables of dictionaries and their items."""

from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class DictionaryRow(Base):
    """A dictionary that a site made for itself; those of `List` are the house's own."""

    __tablename__ = "dictionaries"

    key: Mapped[str] = mapped_column(primary_key=True)
    name_en: Mapped[str]
    name_zh: Mapped[str]


class DictionaryItemRow(Base):
    """One choice of one dictionary."""

    __tablename__ = "dictionary_items"

    list: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    name_en: Mapped[str]
    name_zh: Mapped[str]
    position: Mapped[int]
    enabled: Mapped[bool]
