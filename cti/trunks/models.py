"""The table of trunks."""

from sqlalchemy import ARRAY, CheckConstraint, Identity, Text
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class TrunkRow(Base):
    """A trunk: the SIP line to a carrier, a provider or another PBX."""

    __tablename__ = "trunks"
    __table_args__ = (
        CheckConstraint("transport IN ('udp', 'tcp', 'tls', 'tls-unverified')", name="transport"),
        CheckConstraint("caller_id_form IN ('pai', 'rpid', 'from')", name="caller_id_form"),
        CheckConstraint("number_source IN ('request', 'to')", name="number_source"),
        CheckConstraint("caller_source IN ('from', 'pai', 'rpid')", name="caller_source"),
        CheckConstraint("dtmf_mode IN ('rfc4733', 'info', 'inband', 'auto')", name="dtmf_mode"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    enabled: Mapped[bool]
    host: Mapped[str]
    port: Mapped[int]
    transport: Mapped[str]
    outbound_proxy: Mapped[str]
    registers: Mapped[bool]
    username: Mapped[str]
    password: Mapped[str]
    auth_username: Mapped[str]
    realm: Mapped[str]
    inbound: Mapped[bool]
    addresses: Mapped[list[str]] = mapped_column(ARRAY(Text))
    number_source: Mapped[str]
    caller_source: Mapped[str]
    from_user: Mapped[str]
    from_domain: Mapped[str]
    caller_id_form: Mapped[str]
    hide_allowed: Mapped[bool]
    dtmf_mode: Mapped[str]
    codecs: Mapped[list[str]] = mapped_column(ARRAY(Text))
    srtp: Mapped[bool]
    qualify_seconds: Mapped[int]
    session_seconds: Mapped[int]
    max_channels: Mapped[int]
    forbidden_is_next: Mapped[bool]
