"""Who would get the next call of a queue, and why a caller still waits, as the API says it."""

from pydantic import BaseModel, ConfigDict, Field

from acd.decision import Rule, Verdict
from acd.waiting.reason import Blocked
from web.kit.bodies import Body
from web.kit.shapes import Named
from web.queues.row_shapes import Needs


class PreviewBody(Body):
    """A call to try: with skills it needs besides the queue's, and of a VIP or not."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"needs": [{"skill": "english", "level": 3}]}]},
    )

    needs: Needs = Field(default_factory=list)
    vip: bool = False


class SeenShape(BaseModel):
    """An agent who is compared for a call."""

    agent: Named
    extension: str
    idle_seconds: float
    verdict: Verdict
    verdict_name: str


class OutlookShape(BaseModel):
    """Who gets a call of a queue now, or why nobody does."""

    queue: str
    queue_name: str
    agent: Named | None
    rule: Rule
    blocked: Blocked | None
    text: str
    considered: list[SeenShape]
    signed_out: int  # agents of the queue who are not signed in
    ahead: int  # callers who are served first
    step: int  # overflow steps that have come


class WaitShape(OutlookShape):
    """Why a caller still waits."""

    waited_seconds: float
