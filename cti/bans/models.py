"""The tables of unauthorized attempts and of bans."""

from datetime import datetime

from sqlalchemy import ARRAY, Text
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class SipAttemptRow(Base):
    """The unauthorized attempts of one address to register or to call."""

    __tablename__ = "sip_attempts"

    address: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    names: Mapped[list[str]] = mapped_column(ARRAY(Text))  # the first few that were tried
    first_at: Mapped[datetime]
    last_at: Mapped[datetime] = mapped_column(index=True)


class SipBanRow(Base):
    """An address that is refused until a time; without a row it is not banned."""

    __tablename__ = "sip_bans"

    address: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    until: Mapped[datetime]
