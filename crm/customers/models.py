"""The tables of customers and their telephone numbers."""

from datetime import datetime

from sqlalchemy import ForeignKey, Identity, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.db import Base


class CustomerRow(Base):
    """A customer."""

    __tablename__ = "customers"
    __table_args__ = (Index("ix_customers_updated_at", text("updated_at DESC"), text("id DESC")),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str]
    company: Mapped[str]
    level: Mapped[str]
    address: Mapped[str]
    email: Mapped[str]
    note: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class CustomerPhoneRow(Base):
    """A number of a customer. Two customers may share one: a family, a company's switchboard."""

    __tablename__ = "customer_phones"

    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    number: Mapped[str] = mapped_column(primary_key=True, index=True)
    position: Mapped[int]
