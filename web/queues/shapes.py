"""Queues, as the API takes and returns them."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import ConfigDict, Field

from acd.queue import Strategy
from web.kit.bodies import Body, ChineseName, EnglishName, Id
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Items
from web.queues.row_shapes import (
    DestinationText,
    Groups,
    Members,
    MembersShape,
    Needs,
    NeedShape,
    QueueStepShape,
    Steps,
)
from web.queues.words import STRATEGIES

RingSeconds = Annotated[int, Field(ge=5, le=300)]
WrapUpSeconds = Annotated[int, Field(ge=0, le=3600)]
Misses = Annotated[int, Field(ge=1, le=20)]
Music = Annotated[str, Field(max_length=50)]
Priority = Annotated[int, Field(ge=-1000, le=1000)]
Weight = Annotated[float, Field(ge=0.01, le=100, allow_inf_nan=False)]
Ageing = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
LongestWait = Annotated[int, Field(ge=0, le=86_400)]
Length = Annotated[int, Field(ge=0, le=100_000)]
ServiceSeconds = Annotated[int, Field(ge=1, le=3600)]
Percent = Annotated[int, Field(ge=0, le=100)]
Days = Annotated[int, Field(ge=0, le=365)]
Patience = Annotated[int, Field(ge=0, le=3600)]
FirstSeconds = Annotated[int, Field(ge=1, le=3600)]
EverySeconds = Annotated[int, Field(ge=0, le=3600)]
OwnWords = Annotated[str, Field(max_length=500)]
CallbackTries = Annotated[int, Field(ge=1, le=10)]
CallbackPause = Annotated[int, Field(ge=1, le=86_400)]


class QueueSettingsForm(Body):
    """The single settings of a queue, each a field of its form."""

    name_en: EnglishName = ""
    name_zh: ChineseName = ""
    active: Annotated[bool, Input(N_("Active: takes calls"))] = True
    record: Annotated[bool, Input(N_("Record calls"))] = True
    strategy: Annotated[Strategy, Input(N_("Strategy"), "radio", names=STRATEGIES)] = (
        Strategy.LONGEST_IDLE
    )
    priority: Annotated[
        Priority,
        Input(
            N_("Priority"),
            help=N_("An agent of several queues gets the calls of the higher priority first."),
        ),
    ] = 0
    weight: Annotated[
        Weight,
        Input(
            N_("Weight"),
            help=N_("Between queues of equal priority: a wait counts so many times."),
        ),
    ] = 1.0
    ageing: Annotated[
        Ageing,
        Input(
            N_("Priority gained per minute"),
            help=N_("Points that a caller gains for each minute of waiting; 0 for none."),
        ),
    ] = 0.0
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
    music: Annotated[Music, Input(N_("Music on hold"), "select")] = "default"
    announce_ahead: Annotated[bool, Input(N_("Say how many callers are ahead"))] = False
    announce_waited: Annotated[bool, Input(N_("Say how long they have been waiting"))] = False
    announce_estimate: Annotated[
        bool,
        Input(
            N_("Say how long they will still wait"),
            help=N_("Only when the wait can be estimated well enough, from the last 20 waits on."),
        ),
    ] = False
    announce_first_seconds: Annotated[
        FirstSeconds, Input(N_("First announcement after (seconds)"))
    ] = 20
    announce_every_seconds: Annotated[
        EverySeconds,
        Input(N_("Repeat every (seconds)"), help=N_("15 or more; 0 for only once.")),
    ] = 60
    announce_text_en: Annotated[
        OwnWords,
        Input(
            N_("Own words in English"),
            "textarea",
            help=N_("Said first, instead of “Thank you for waiting”. Also without the rest."),
        ),
    ] = ""
    announce_text_zh: Annotated[
        OwnWords,
        Input(N_("Own words in Chinese"), "textarea", help=N_("For callers who hear Chinese.")),
    ] = ""
    max_wait_seconds: Annotated[
        LongestWait,
        Input(
            N_("Longest wait (seconds)"),
            help=N_("Then callers go to the destination beside it; 0 for no limit."),
        ),
    ] = 0
    max_length: Annotated[
        Length,
        Input(
            N_("Most callers waiting"),
            help=N_("Further callers go to the destination beside it; 0 for no limit."),
        ),
    ] = 0
    hours: Annotated[
        Id | None,
        Input(
            N_("Opening hours"),
            "select",
            placeholder=N_("Always open"),
            help=N_("Outside this time group callers go to the destination beside it."),
        ),
    ] = None
    last_agent_days: Annotated[
        Days,
        Input(
            N_("Last agent of the last … days"),
            help=N_("Who spoke with the customer in these days is offered the call first; 0: off."),
        ),
    ] = 0
    prefer_owner: Annotated[bool, Input(N_("The customer's owner first"))] = False
    patience_seconds: Annotated[
        Patience,
        Input(
            N_("Wait for them (seconds)"),
            help=N_("How long callers wait for a preferred agent who is busy."),
        ),
    ] = 30
    callback_tries: Annotated[
        CallbackTries,
        Input(
            N_("Tries to reach a customer"),
            help=N_("How often a customer who does not answer is called back."),
        ),
    ] = 3
    callback_pause_seconds: Annotated[
        CallbackPause,
        Input(
            N_("Pause between tries (seconds)"),
            help=N_("How long after a call that was not answered the next one follows."),
        ),
    ] = 300
    callback_choose_time: Annotated[bool, Input(N_("Callers may choose a time"))] = False
    service_percent: Annotated[
        Percent,
        Input(N_("Service level (%)"), help=N_("This share of the calls should be answered …")),
    ] = 80
    service_seconds: Annotated[
        ServiceSeconds,
        Input(N_("Within (seconds)"), help=N_("… within this time.")),
    ] = 20


class QueueBody(QueueSettingsForm):
    """A queue; its key is made from its English name and never changes.

    Destinations are texts such as `queue:support`; "" for none. A member is the id of an agent, or
    an agent with a rank.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name_en": "Billing", "name_zh": "账务", "members": [1]}]},
    )

    timed_out: DestinationText = ""
    full: DestinationText = ""
    closed: DestinationText = ""
    empty: DestinationText = ""
    members: Annotated[
        Members,
        Input(N_("Agents"), help=N_("These agents get the calls of this queue.")),
    ] = Field(default_factory=list)
    groups: Groups = Field(default_factory=list)
    needs: Needs = Field(default_factory=list)
    steps: Steps = Field(default_factory=list)


class QueueChange(Body):
    """The fields of a queue to change; missing ones stay.

    Agents who are named without a rank keep the one they have.
    """

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"wrapup_seconds": 60}]}
    )

    name_en: Annotated[str, Field(max_length=100)] | None = None
    name_zh: Annotated[str, Field(max_length=100)] | None = None
    active: bool | None = None
    record: bool | None = None
    strategy: Strategy | None = None
    priority: Priority | None = None
    weight: Weight | None = None
    ageing: Ageing | None = None
    ring_seconds: RingSeconds | None = None
    wrapup_seconds: WrapUpSeconds | None = None
    max_misses: Misses | None = None
    music: Music | None = None
    announce_ahead: bool | None = None
    announce_waited: bool | None = None
    announce_estimate: bool | None = None
    announce_first_seconds: FirstSeconds | None = None
    announce_every_seconds: EverySeconds | None = None
    announce_text_en: OwnWords | None = None
    announce_text_zh: OwnWords | None = None
    max_wait_seconds: LongestWait | None = None
    max_length: Length | None = None
    hours: Id | None = None  # null: always open
    last_agent_days: Days | None = None
    prefer_owner: bool | None = None
    patience_seconds: Patience | None = None
    callback_tries: CallbackTries | None = None
    callback_pause_seconds: CallbackPause | None = None
    callback_choose_time: bool | None = None
    service_percent: Percent | None = None
    service_seconds: ServiceSeconds | None = None
    timed_out: DestinationText | None = None
    full: DestinationText | None = None
    closed: DestinationText | None = None
    empty: DestinationText | None = None
    members: Members | None = None
    groups: Groups | None = None
    needs: Needs | None = None
    steps: Steps | None = None


class MembersBody(Body):
    """The agents and skill groups of a queue; those that are not named leave it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"members": [{"agent": 1, "rank": 1}], "groups": []}]},
    )

    members: Members
    groups: Groups = Field(default_factory=list)


class QueueShape(MembersShape):
    """A queue's settings."""

    key: str
    name: str  # in the reader's language
    name_en: str
    name_zh: str
    active: bool
    record: bool
    strategy: Strategy
    priority: int
    weight: float
    ageing: float
    ring_seconds: float
    wrapup_seconds: float
    max_misses: int
    music: str
    announce_ahead: bool
    announce_waited: bool
    announce_estimate: bool
    announce_first_seconds: int
    announce_every_seconds: int
    announce_text_en: str
    announce_text_zh: str
    max_wait_seconds: int
    max_length: int
    hours: int | None
    last_agent_days: int
    prefer_owner: bool
    patience_seconds: int
    callback_tries: int
    callback_pause_seconds: int
    callback_choose_time: bool
    service_percent: int
    service_seconds: int
    timed_out: str
    full: str
    closed: str
    empty: str
    needs: list[NeedShape]
    steps: list[QueueStepShape]


class QueueShapes(Items[QueueShape]):
    """All queues."""


NO_ROWS: Mapping[str, str] = {
    "members": N_("Agents"),
    "groups": N_("Skill groups"),
    "needs": N_("Needed skills"),
    "steps": N_("Overflow steps"),
    "timed_out": N_("After the longest wait"),
    "full": N_("When it is full"),
    "closed": N_("When it is closed"),
    "empty": N_("When nobody is signed in"),
}
"""The names of what is no single field of the form."""
