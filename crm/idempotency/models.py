"""The table of answers that are kept for requests that come twice."""

from datetime import datetime

from sqlalchemy import ForeignKey, Identity, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from crm.sql.db import Base


class RepeatRow(Base):
    """A request under its key, and its answer once there is one."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (UniqueConstraint("user_id", "key_hash"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    key_hash: Mapped[str]
    request_hash: Mapped[str]  # of its method, address and body
    at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[int | None]  # null: it is still being worked on
    content_type: Mapped[str | None]
    # Without what is shown once. It can be read only with the key itself.
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
