"""Dialling stops, as the API returns them."""

from datetime import datetime
from typing import Annotated

from fastapi import Path
from pydantic import BaseModel

from web.kit.shapes import Items, Named

PlacePath = Annotated[str, Path(pattern=r"^(agent|trunk):[0-9]{1,18}$")]


class StopShape(BaseModel):
    """A person or trunk that may dial extensions and emergency numbers only, until released."""

    id: int
    place: str  # agent:3 or trunk:2
    kind: str  # agent or trunk
    name: str
    sentence: str  # why
    since: datetime
    released_at: datetime | None
    released_by: Named | None


class StopShapes(Items[StopShape]):
    """The stops, the newest first."""
