"""The rows of a queue: agents, skill groups, needed skills and overflow steps."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field

from web.kit.bodies import Body, Id
from web.kit.shapes import Named
from web.queues.words import ADD, RAISE, RELAX, SEND

Rank = Annotated[int, Field(ge=1, le=99)]
Level = Annotated[int, Field(ge=1, le=10)]
SkillText = Annotated[str, Field(max_length=40)]
DestinationText = Annotated[str, Field(max_length=150)]  # `queue:support`, `hangup`


class MemberBody(Body):
    """An agent of a queue; a lower rank number is offered calls first."""

    agent: Id
    rank: Rank = 1


class QueueGroupBody(Body):
    """A skill group that serves a queue; all its agents have one rank."""

    group: Id
    rank: Rank = 1


class NeedBody(Body):
    """A skill that a queue's agents need, and at least how much of it."""

    skill: SkillText
    level: Level = 1


class StepDo(StrEnum):
    """What an overflow step does."""

    RELAX = RELAX
    ADD = ADD
    RAISE = RAISE
    SEND = SEND


class StepBody(Body):
    """What happens to callers who have waited for so long.

    `relax skill` lowers the needed `level` of a `skill` (0: it is not needed any more);
    `add members` adds the agents of a `group` or of a `queue`, all with this `rank`;
    `raise priority` adds `by`; `send to` sends them to a `destination`.
    """

    after_seconds: Annotated[int, Field(ge=1, le=86_400)]
    do: StepDo
    skill: SkillText = ""
    level: Annotated[int, Field(ge=0, le=9)] = 0
    group: Id | None = None
    queue: Annotated[str, Field(max_length=50)] = ""
    rank: Rank = 1
    by: Annotated[int, Field(ge=0, le=100)] = 0
    destination: DestinationText = ""


Members = Annotated[list[Id | MemberBody], Field(max_length=2000)]
Groups = Annotated[list[QueueGroupBody], Field(max_length=100)]
Needs = Annotated[list[NeedBody], Field(max_length=10)]
Steps = Annotated[list[StepBody], Field(max_length=20)]


class MemberShape(Named):
    """An agent of a queue."""

    extension: str
    rank: int
    active: bool  # takes calls at all


class GroupMemberShape(BaseModel):
    """A skill group of a queue."""

    group: int
    name: str
    rank: int
    active: bool
    members: list[int]  # its agents


class MembersShape(BaseModel):
    """The agents and skill groups of a queue, by rank."""

    members: list[MemberShape]
    groups: list[GroupMemberShape]


class NeedShape(BaseModel):
    """A skill that is needed."""

    skill: str
    name: str
    level: int


class QueueStepShape(StepBody):
    """An overflow step, and what it does in a sentence."""

    text: str
