"""The tables of the address book's contacts and their numbers."""

from datetime import datetime

from sqlalchemy import ForeignKey, Identity, Index, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class ContactRow(Base):
    """A contact."""

    __tablename__ = "contacts"
    __table_args__ = (
        Index("ix_contacts_name_key", "name_key", "id"),
        Index("ix_contacts_company_key", "company_key", "id"),
        Index("ix_contacts_updated_at", text("updated_at DESC"), text("id DESC")),
        Index("ix_contacts_grams", "grams", postgresql_using="gin"),
        Index(
            "ix_contacts_import_id",
            "import_id",
            postgresql_where=text("import_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str]
    company: Mapped[str] = mapped_column(server_default=text("''"))
    note: Mapped[str] = mapped_column(server_default=text("''"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(server_default=text("1"))
    # The last import that added or changed the contact.
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id", ondelete="SET NULL"))
    # What sorts the list: see `crm.kernel.names`.
    name_key: Mapped[str] = mapped_column(Text(collation="C"))
    company_key: Mapped[str] = mapped_column(Text(collation="C"), server_default=text("''"))
    # All spellings of name and company, and the numbers, cut into pieces by `crm.sql.grams`.
    haystack: Mapped[str] = mapped_column(deferred=True, deferred_raiseload=True)
    grams: Mapped[list[str]] = mapped_column(ARRAY(Text), deferred=True, deferred_raiseload=True)


class ContactNumberRow(Base):
    """A number of a contact; it may have an extension, as `+861065529988;ext=8001`."""

    __tablename__ = "contact_numbers"
    __table_args__ = (Index("ix_contact_numbers_number", "number"),)

    contact_id: Mapped[int] = mapped_column(
        ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    number: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    label: Mapped[str] = mapped_column(server_default=text("''"))
