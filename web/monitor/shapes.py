"""The live state as the API returns it."""

from pydantic import BaseModel

from web.live.json_schema import LiveAgent, LiveCall, LiveEngine, LiveNode, LiveQueue


class LiveShape(BaseModel):
    """The whole floor at one number of the engine."""

    boot: str
    number: int
    agents: list[LiveAgent]
    calls: list[LiveCall]
    queues: list[LiveQueue]
    nodes: list[LiveNode]
    engine: LiveEngine | None
