"""The tables of webhooks: endpoints, messages to them, and each delivery attempt.

When a message is due and who sends it is in the job queue.
"""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class EndpointRow(Base):
    """A receiver. Its secrets are encrypted by the web, so this table alone cannot sign."""

    __tablename__ = "webhook_endpoints"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str]
    url: Mapped[str]
    events: Mapped[list[str]] = mapped_column(ARRAY(Text))
    enabled: Mapped[bool]
    inside: Mapped[bool]
    disabled_because: Mapped[str | None]
    failing_since: Mapped[datetime | None]
    secret: Mapped[str]
    old_secret: Mapped[str | None]
    old_secret_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class DeliveryRow(Base):
    """A message to one endpoint, written in the transaction of its event."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        CheckConstraint("state IN ('waiting', 'delivered', 'dead')", name="state"),
        UniqueConstraint("endpoint_id", "event"),
        Index(
            "ix_webhook_deliveries_dead",
            text("created_at DESC"),
            text("id DESC"),
            postgresql_where=text("state = 'dead'"),
        ),
        Index("ix_webhook_deliveries_newest", text("created_at DESC"), text("id DESC")),
        Index(
            "ix_webhook_deliveries_endpoint",
            "endpoint_id",
            text("created_at DESC"),
            text("id DESC"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    endpoint_id: Mapped[int] = mapped_column(ForeignKey("webhook_endpoints.id", ondelete="CASCADE"))
    event: Mapped[str]
    type: Mapped[str]
    body: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=text("'waiting'"))
    done_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AttemptRow(Base):
    """One attempt to deliver a message."""

    __tablename__ = "webhook_attempts"
    __table_args__ = (
        Index("ix_webhook_attempts_endpoint", "endpoint_id", text("at DESC"), text("id DESC")),
        Index("ix_webhook_attempts_delivery", "delivery_id", text("at DESC"), text("id DESC")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    delivery_id: Mapped[int] = mapped_column(
        ForeignKey("webhook_deliveries.id", ondelete="CASCADE")
    )
    endpoint_id: Mapped[int]
    at: Mapped[datetime]
    milliseconds: Mapped[int]
    status: Mapped[int | None]
    failure: Mapped[str | None]
    answer: Mapped[str]
