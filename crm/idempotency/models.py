"""The table of responses that are stored for repeated requests."""

from datetime import datetime

from sqlalchemy import ForeignKey, Identity, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class IdempotencyRow(Base):
    """A request with an idempotency key, and its response once there is one."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("user_id", "key_hash"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    key_hash: Mapped[str]
    request_hash: Mapped[str]  # of method, address and body
    at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[int | None]  # null: still in progress
    content_type: Mapped[str | None]
    # Without secrets that are shown once. It can be decrypted only with the key itself.
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
