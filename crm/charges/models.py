"""The tables of rates, of what calls cost, and of dialling stops."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Numeric, func, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class RateRow(Base):
    """A rate; see `crm.charges.rate.Rate`."""

    __tablename__ = "rates"
    __table_args__ = (
        Index("uq_rates_begins_trunk", "begins", text("coalesce(trunk_id, 0)"), unique=True),
        CheckConstraint("per_minute >= 0 AND connection_fee >= 0", name="prices"),
        CheckConstraint("first_seconds > 0 AND step_seconds > 0", name="steps"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    begins: Mapped[str]
    name: Mapped[str]
    per_minute: Mapped[Decimal] = mapped_column(Numeric(12, 4))
    connection_fee: Mapped[Decimal] = mapped_column(Numeric(12, 4))
    first_seconds: Mapped[int]
    step_seconds: Mapped[int]
    trunk_id: Mapped[int | None] = mapped_column(ForeignKey("trunks.id"), index=True)
    import_id: Mapped[int | None] = mapped_column(
        ForeignKey("imports.id", ondelete="SET NULL"), index=True
    )
    changed: Mapped[bool] = mapped_column(server_default=text("false"))  # since its import


class CallChargeRow(Base):
    """What a leg of a call cost, by the rate of then; written once, when the leg ended."""

    __tablename__ = "call_charges"
    __table_args__ = (
        Index("ix_call_charges_newest", text("at DESC"), text("call DESC"), text("leg DESC")),
        Index("ix_call_charges_agent", "agent", text("at DESC")),
        Index("ix_call_charges_trunk", "trunk", text("at DESC")),
    )

    call: Mapped[str] = mapped_column(primary_key=True)
    leg: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    agent: Mapped[int | None]
    trunk: Mapped[int | None]
    trunk_name: Mapped[str]
    rule: Mapped[int | None]
    number: Mapped[str]
    number_class: Mapped[str]
    seconds: Mapped[float]
    rate: Mapped[str]
    per_minute: Mapped[Decimal | None] = mapped_column(Numeric(12, 4))
    cost: Mapped[Decimal | None] = mapped_column(Numeric(14, 4))
    currency: Mapped[str]


class DiallingStopRow(Base):
    """A person or trunk that may dial internal and emergency numbers only, until released."""

    __tablename__ = "dialling_stops"
    __table_args__ = (
        CheckConstraint("kind IN ('agent', 'trunk')", name="kind"),
        Index(
            "uq_dialling_stops_open",
            "kind",
            "key",
            unique=True,
            postgresql_where=text("released_at IS NULL"),
        ),
        Index("ix_dialling_stops_newest", text("since DESC"), text("id DESC")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    kind: Mapped[str]
    key: Mapped[int]
    name: Mapped[str]  # of the person or trunk, then
    since: Mapped[datetime] = mapped_column(server_default=func.now())
    why: Mapped[str]  # "calls" | "cost"
    values: Mapped[dict[str, Any]]
    released_at: Mapped[datetime | None]
    released_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
