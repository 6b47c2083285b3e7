"""The tables of customers and their telephone numbers."""

from datetime import datetime

from sqlalchemy import ForeignKey, Identity, Index, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base

_LAST_TOUCHED = (text("updated_at DESC"), text("id DESC"))


class CustomerRow(Base):
    """A customer."""

    __tablename__ = "customers"
    __table_args__ = (
        Index("ix_customers_updated_at", *_LAST_TOUCHED),
        Index("ix_customers_created_at", text("created_at DESC"), text("id DESC")),
        Index("ix_customers_name_key", "name_key", "id"),
        Index("ix_customers_level", "level", *_LAST_TOUCHED),
        Index("ix_customers_category", "category", *_LAST_TOUCHED),
        Index("ix_customers_status", "status", *_LAST_TOUCHED),
        Index("ix_customers_grams", "grams", postgresql_using="gin"),
        Index(
            "ix_customers_import_id",
            "import_id",
            *_LAST_TOUCHED,
            postgresql_where=text("import_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str]
    company: Mapped[str]
    level: Mapped[str]
    category: Mapped[str] = mapped_column(server_default=text("''"))
    status: Mapped[str] = mapped_column(server_default=text("''"))
    sex: Mapped[str] = mapped_column(server_default=text("''"))
    address: Mapped[str]
    email: Mapped[str]
    note: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int] = mapped_column(server_default=text("1"))
    # The user who cares for this customer; queues may offer them the customer's calls first.
    owner: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    # The last import that added or changed the file.
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id", ondelete="SET NULL"))
    # What sorts the list by name: see `crm.kernel.names`.
    name_key: Mapped[str] = mapped_column(Text(collation="C"), server_default=text("''"))
    # All spellings of name and company, and the numbers, cut into pieces by `crm.sql.grams`.
    haystack: Mapped[str] = mapped_column(deferred=True, deferred_raiseload=True)
    grams: Mapped[list[str]] = mapped_column(ARRAY(Text), deferred=True, deferred_raiseload=True)


class CustomerPhoneRow(Base):
    """A number of a customer. Customers may share one: a family, a company's switchboard."""

    __tablename__ = "customer_phones"

    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    number: Mapped[str] = mapped_column(primary_key=True, index=True)
    # What is dialled after the number, for one of many telephones behind it.
    extension: Mapped[str] = mapped_column(primary_key=True, server_default=text("''"))
    position: Mapped[int]
    label: Mapped[str] = mapped_column(server_default=text("''"))
