"""The tables of voicemail boxes and of the messages left in them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class VoicemailBoxRow(Base):
    """A box: of one agent, of a user group, or of the whole site."""

    __tablename__ = "voicemail_boxes"
    __table_args__ = (
        CheckConstraint("most_seconds BETWEEN 5 AND 1800", name="most_seconds"),
        CheckConstraint("keep_days BETWEEN 0 AND 3650", name="keep_days"),
        CheckConstraint("language IN ('en', 'zh_CN')", name="language"),
        CheckConstraint("agent_id IS NULL OR group_id IS NULL", name="owner"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("agents.user_id"), unique=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("user_groups.id"), index=True)
    language: Mapped[str] = mapped_column(server_default=text("'en'"))
    greeting: Mapped[str] = mapped_column(server_default=text("''"))  # "": the standard one
    most_seconds: Mapped[int] = mapped_column(server_default=text("180"))
    keep_days: Mapped[int] = mapped_column(server_default=text("90"))  # 0: until deleted
    mail_to: Mapped[str] = mapped_column(server_default=text("''"))
    pin_hash: Mapped[str] = mapped_column(server_default=text("''"))  # "": not by telephone
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))


class VoicemailRow(Base):
    """A message; its file is below Asterisk's recordings."""

    __tablename__ = "voicemails"
    __table_args__ = (
        CheckConstraint("state IN ('new', 'assigned', 'handled')", name="state"),
        Index("ix_voicemails_at", text("at DESC"), text("id DESC")),
        Index("ix_voicemails_box_at", "box_id", text("at DESC"), text("id DESC")),
        Index("ix_voicemails_open", text("at DESC"), postgresql_where=text("state <> 'handled'")),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    box_id: Mapped[int] = mapped_column(ForeignKey("voicemail_boxes.id"))
    call: Mapped[str] = mapped_column(index=True)
    file: Mapped[str] = mapped_column(unique=True)
    caller: Mapped[str]
    called: Mapped[str]
    customer_id: Mapped[int | None] = mapped_column(index=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    seconds: Mapped[float]
    state: Mapped[str] = mapped_column(server_default=text("'new'"))
    assigned_to: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    handled_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    handled_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(server_default=text("''"))
    heard_at: Mapped[datetime | None]  # first, on the page or by telephone
    heard_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))  # None: by PIN
    heard_by_phone: Mapped[bool] = mapped_column(server_default=text("false"))


class VoicemailPinFailureRow(Base):
    """A wrong PIN of a box; they are kept for as long as they can lock it."""

    __tablename__ = "voicemail_pin_failures"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    box_id: Mapped[int] = mapped_column(
        ForeignKey("voicemail_boxes.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime]
