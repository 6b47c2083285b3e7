"""Calls, their timelines and service records, as the API takes and returns them."""

from datetime import datetime
from typing import Annotated

from fastapi import Path
from pydantic import BaseModel
from pydantic import Field as Limits

from acd.decision import Rule, Verdict
from crm.calls.lanes import Doing
from crm.calls.quality import Quality
from crm.calls.record import CallResult, SegmentKind
from crm.dictionary.item import List
from web.calls.words import LABELS
from web.charges.shapes import AmountShape
from web.kit.bodies import Body, Id, Key, Note
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Items, Named

CallPath = Annotated[str, Path(min_length=1, max_length=150)]


class ServiceRecordBody(Body):
    """An agent's notes about a call; keys of the dictionaries of the same names."""

    service_type: Annotated[Key, Input(LABELS[List.SERVICE_TYPE], "select")]
    method: Annotated[Key, Input(LABELS[List.METHOD], "select")] = ""
    business_type: Annotated[Key, Input(LABELS[List.BUSINESS_TYPE], "select")] = ""
    product: Annotated[Key, Input(LABELS[List.PRODUCT], "select")] = ""
    problem_type: Annotated[Key, Input(LABELS[List.PROBLEM_TYPE], "select")] = ""
    cause: Annotated[Key, Input(LABELS[List.CAUSE], "select")] = ""
    note: Annotated[Note, Input(N_("Note"))] = ""
    customer: Id | None = None


class DispositionBody(Body):
    """How a call ended (a key of the dispositions), and a note."""

    outcome: Annotated[str, Limits(min_length=1, max_length=50)]
    note: Note = ""


class RecordChange(Body):
    """The fields of an interaction record that change; the others stay."""

    version: Id  # the record as it was read
    service_type: Key | None = None
    method: Key | None = None
    business_type: Key | None = None
    product: Key | None = None
    problem_type: Key | None = None
    cause: Key | None = None
    note: Note | None = None


class CallShape(BaseModel):
    """A call in a list."""

    id: str
    url: str  # its page
    direction: str
    via: str
    caller: str
    called: str
    customer_number: str  # of the two numbers, the customer's
    own_number: str  # of the two numbers, ours
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    queue: str | None
    queue_name: str
    agent: Named | None
    result: CallResult
    result_name: str
    wait_seconds: float
    talk_seconds: float
    hold_seconds: float
    ivr_seconds: float
    customer: Named | None
    outcome: str | None
    outcome_name: str
    recording: str | None  # the address of the sound
    recording_failed: str | None
    ended_by: str | None
    cause: int | None  # Q.850
    unanswered_name: str  # why an outbound call was not answered, in words
    inferred: bool
    mos: float | None  # 1 to 4.5, of the party and direction that sounded worst; null: not known
    cost: str | None  # of its legs over trunks, a decimal number; null if nothing is charged
    currency: str


class CallEventShape(BaseModel):
    """A line of a call's timeline."""

    at: datetime
    kind: str
    kind_name: str
    detail: dict[str, str | int | float | bool]
    text: str
    inferred: bool


class SegmentShape(BaseModel):
    """A part of a call that was spent on one thing."""

    kind: SegmentKind
    kind_name: str
    started_at: datetime
    ended_at: datetime
    seconds: float
    queue: str | None
    queue_name: str
    agent: int | None
    agent_name: str
    offset_permille: int  # of the call's whole length
    permille: int


class DirectionShape(BaseModel):
    """How the sound in one direction of a leg was, over the whole leg."""

    quality: Quality
    quality_name: str
    mos: float  # mean opinion score by the E-model (ITU-T G.107), 1 to 4.5
    worst_mos: float  # of ten seconds
    loss: float  # share of the packets, 0 to 1
    jitter_ms: float
    text: str  # the numbers in words


class LegSoundShape(BaseModel):
    """How a leg sounded. A direction of which nothing is known is null."""

    codec: str
    round_trip_ms: float | None
    received: DirectionShape | None  # what the others heard of this party
    sent: DirectionShape | None  # what this party heard


class LegShape(BaseModel):
    """A leg of a call: one phone or line, with its own times and numbers."""

    id: str
    role: str  # customer, agent, outside, supervisor or snoop
    role_name: str
    agent: Named | None
    phone: str  # browser, sip or ""
    phone_name: str
    node: str  # the Asterisk that carried it
    trunk: str
    caller: str
    called: str
    began_at: datetime
    rang_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    ring_seconds: float
    talk_seconds: float
    hold_seconds: float
    cause: int | None  # Q.850, if Asterisk gave one
    reason: str  # the engine's, if it ended the leg
    end: str  # why it ended, in words
    sound: LegSoundShape | None  # null where nothing is known
    inferred: bool


class BarShape(BaseModel):
    """A stretch of what a party did."""

    doing: Doing
    doing_name: str
    text: str  # what it did, and with which parties
    began_at: datetime
    ended_at: datetime
    seconds: float
    others: list[str]  # the names of those it talked with
    muted: bool


class LaneShape(BaseModel):
    """A party of a call, with what it did in order."""

    role: str  # customer, agent, outside or supervisor
    role_name: str
    agent: Named | None
    name: str
    bars: list[BarShape]


class ConsideredShape(BaseModel):
    """An agent who was considered for an offer."""

    agent: Named
    extension: str
    idle_seconds: float
    idle: str  # the same for people; "" if never idle
    verdict: Verdict
    verdict_name: str
    scores: dict[str, float]  # what the strategy compares, by name


class DecisionShape(BaseModel):
    """Why a call was offered to an agent."""

    at: datetime
    agent: Named
    queue: str
    queue_name: str
    rule: Rule
    waited_seconds: float
    step: int  # overflow steps that had come
    considered: list[ConsideredShape]  # the chosen agent first
    text: str


class Decisions(BaseModel):
    """Why each offer of a call went to its agent, the oldest first."""

    items: list[DecisionShape]


class FieldShape(BaseModel):
    """A chosen option with its name."""

    name: str
    label: str
    key: str
    value: str


class RecordShape(BaseModel):
    """A service record."""

    id: int
    version: int
    call: str
    agent: Named
    customer: int | None
    at: datetime
    updated_at: datetime
    subject: str
    fields: list[FieldShape]
    content: str


class CallScoreShape(BaseModel):
    """The score that the caller gave for a question."""

    question: str
    score: int  # 0 to 9
    at: datetime


class CallDetail(CallShape):
    """A call with its timeline, segments, legs, decisions, scores and records."""

    trunks: list[str]  # the names of the trunks that it went over, in order
    rates: list[str]  # the names of the rates by which it was charged
    timeline: list[CallEventShape]
    segments: list[SegmentShape]
    legs: list[LegShape]
    lanes: list[LaneShape]  # what each party did over time
    decisions: list[DecisionShape]
    scores: list[CallScoreShape]
    service_records: list[RecordShape]


class CallSumShape(BaseModel):
    """The sums of all calls that the filters leave.

    An average counts only the calls that talked, or that waited.
    """

    calls: int
    talk_seconds: float
    talk_average_seconds: float
    wait_seconds: float
    wait_average_seconds: float
    costs: list[AmountShape]


class CallList(Items[CallShape]):
    """A page of calls, newest first."""
