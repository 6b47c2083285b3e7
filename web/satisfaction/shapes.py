"""Scores and their figures, as the API gives them."""

from datetime import datetime

from pydantic import BaseModel

from crm.satisfaction.score import ScoresBy
from web.kit.shapes import Items, Named


class ScoreShape(BaseModel):
    """The score that a caller gave for a question."""

    id: int
    call: str
    url: str  # the call's page
    at: datetime
    question: str
    score: int  # 0 to 9
    customer: Named | None
    number: str
    agent: Named | None  # who talked last in the call
    queue: str | None
    queue_name: str
    flow: int
    step: str
    recording: str | None  # the address of the sound


class ScoreList(Items[ScoreShape]):
    """A page of scores, the newest first."""


class ScoreFiguresShape(BaseModel):
    """The figures of an agent, a queue or a day. Shares are 0..1."""

    id: str
    by: ScoresBy
    key: str  # an agent's id, a queue's key, or a day; "" for scores without an agent or queue
    name: str
    url: str  # the list of these scores
    scores: int
    average: float | None
    good_share: float | None  # 4 and more
    low: int  # 2 and less
    surveyed: int  # calls with a talk and a survey
    responded: int
    response_rate: float | None


class ScoreFiguresList(Items[ScoreFiguresShape]):
    """A page of figures of scores."""
