"""The live state as the API returns it."""

from pydantic import BaseModel

from web.kit.shapes import Live


class LiveShape(BaseModel):
    """The whole floor at one number of the engine."""

    boot: str
    number: int
    agents: list[Live]
    calls: list[Live]
    queues: list[Live]
    nodes: list[Live]
    engine: Live | None
