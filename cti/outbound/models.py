"""The tables of outbound rules and of the trunks that each may take."""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Integer, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class OutboundRuleRow(Base):
    """A rule; see `cti.outbound.rule.OutboundRule`."""

    __tablename__ = "outbound_rules"
    __table_args__ = (
        CheckConstraint(
            "choice IN ('order', 'round robin', 'random', 'least used')", name="choice"
        ),
        CheckConstraint("most_calls >= 0 AND per_minute >= 0 AND day_cost >= 0", name="limits"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int]
    classes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    roles: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    groups: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    agents: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    begins: Mapped[list[str]] = mapped_column(ARRAY(Text))
    choice: Mapped[str]
    rewrites: Mapped[list[Any]] = mapped_column(JSONB)
    caller_number: Mapped[str]
    most_calls: Mapped[int]
    per_minute: Mapped[int]
    record: Mapped[bool]
    day_cost: Mapped[int] = mapped_column(server_default=text("0"))
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    may_hide: Mapped[bool] = mapped_column(server_default=text("false"))


class OutboundRuleTrunkRow(Base):
    """A trunk of a rule, in the order in which they are tried."""

    __tablename__ = "outbound_rule_trunks"

    rule_id: Mapped[int] = mapped_column(
        ForeignKey("outbound_rules.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    trunk_id: Mapped[int] = mapped_column(
        ForeignKey("trunks.id"), primary_key=True, autoincrement=False, index=True
    )
    position: Mapped[int]
