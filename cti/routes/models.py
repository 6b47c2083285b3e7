"""The tables of routes, of saved test cases, and of forced handling."""

from datetime import datetime

from sqlalchemy import ForeignKey, Identity, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class RouteRow(Base):
    """A route; see `cti.routes.rule.RouteRule`. Destinations are in their text form."""

    __tablename__ = "routes"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str]
    position: Mapped[int]
    called: Mapped[str]
    caller: Mapped[str]
    time_group_id: Mapped[int | None] = mapped_column(ForeignKey("time_groups.id"), index=True)
    destination: Mapped[str]
    closed: Mapped[str]  # "": the route does not apply outside of its hours
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))


class RouteCaseRow(Base):
    """A saved question of the tester: where a call would go, and where it should."""

    __tablename__ = "route_cases"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    called: Mapped[str]
    caller: Mapped[str]
    at: Mapped[datetime]
    destination: Mapped[str]


class ForcedRow(Base):
    """Forced handling: since when, until when, who set it. One that ended is kept."""

    __tablename__ = "forced_handling"
    __table_args__ = (
        # One at a time for each number, and one for all numbers.
        Index(
            "uq_forced_handling_number", "number", unique=True, postgresql_where="ended_at IS NULL"
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    number: Mapped[str]  # "": all numbers
    destination: Mapped[str]
    reason: Mapped[str]
    since: Mapped[datetime] = mapped_column(server_default=func.now())
    until: Mapped[datetime | None]
    begun_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
