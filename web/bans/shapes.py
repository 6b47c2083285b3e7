"""Unauthorized attempts and bans, as the API takes and returns them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from web.kit.bodies import Body
from web.kit.shapes import Items


class SipAttemptShape(BaseModel):
    """An address that tried to register or to call without authorization."""

    address: str  # IPv4, or an IPv6 network of 64 bits
    count: int
    names: list[str]  # the first ten that were tried
    first_at: datetime
    last_at: datetime
    banned_until: datetime | None


class SipAttemptShapes(Items[SipAttemptShape]):
    """All addresses with attempts, the newest first."""


class ReleaseBody(Body):
    """The banned addresses to release."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"addresses": ["203.0.113.7"]}]}
    )

    addresses: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=60)]],
        Field(min_length=1, max_length=1000),
    ]
