"""Queues, as the API takes and returns them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from web.kit.bodies import Body, ChineseName, EnglishName, Ids
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Named
from web.queues.words import MUSIC

RingSeconds = Annotated[int, Field(ge=5, le=300)]
WrapUpSeconds = Annotated[int, Field(ge=0, le=3600)]
Misses = Annotated[int, Field(ge=1, le=20)]
Music = Annotated[str, Field(max_length=50)]


class QueueBody(Body):
    """A queue; its key is made from its English name and never changes."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name_en": "Billing", "name_zh": "账务", "members": [1]}]},
    )

    name_en: EnglishName = ""
    name_zh: ChineseName = ""
    ring_seconds: Annotated[
        RingSeconds,
        Input(
            N_("Ring time (seconds)"),
            help=N_("An agent's phone rings this long; then the next agent is tried."),
        ),
    ] = 15
    wrapup_seconds: Annotated[
        WrapUpSeconds,
        Input(
            N_("Wrap-up time (seconds)"),
            help=N_("After a call, before the agent gets the next one; 0 for none."),
        ),
    ] = 30
    max_misses: Annotated[
        Misses,
        Input(
            N_("Missed calls until not ready"),
            help=N_("After this many missed calls in a row the agent is set to not ready."),
        ),
    ] = 2
    music: Annotated[Music, Input(N_("Music on hold"), "select", names=MUSIC)] = "default"
    record: Annotated[bool, Input(N_("Record calls"))] = True
    active: Annotated[bool, Input(N_("Active: takes calls"))] = True
    members: Annotated[
        Ids,
        Input(N_("Agents"), help=N_("These agents get the calls of this queue.")),
    ] = Field(default_factory=list)


class QueueChange(Body):
    """The fields of a queue to change; missing ones stay."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"wrapup_seconds": 60}]}
    )

    name_en: Annotated[str, Field(max_length=100)] | None = None
    name_zh: Annotated[str, Field(max_length=100)] | None = None
    ring_seconds: RingSeconds | None = None
    wrapup_seconds: WrapUpSeconds | None = None
    max_misses: Misses | None = None
    music: Music | None = None
    record: bool | None = None
    active: bool | None = None
    members: Ids | None = None


class QueueShape(BaseModel):
    """A queue's settings."""

    key: str
    name: str  # in the reader's language
    name_en: str
    name_zh: str
    members: list[Named]
    ring_seconds: float
    wrapup_seconds: float
    max_misses: int
    priority: int
    record: bool
    music: str
    active: bool


class QueueShapes(BaseModel):
    """All queues."""

    items: list[QueueShape]
    next: str | None = None
