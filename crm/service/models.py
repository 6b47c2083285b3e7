"""The table of service records."""

from datetime import datetime

from sqlalchemy import ForeignKey, Identity, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class ServiceRecordRow(Base):
    """A service record. It has no foreign key to its call, whose facts may arrive later."""

    __tablename__ = "service_records"
    __table_args__ = (
        Index("ix_service_records_customer_id_created_at", "customer_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    call: Mapped[str] = mapped_column(index=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id", ondelete="SET NULL"))
    agent: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    service_type: Mapped[str]
    method: Mapped[str]
    business_type: Mapped[str]
    product: Mapped[str]
    problem_type: Mapped[str]
    cause: Mapped[str]
    note: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int]
