"""Calls, their timelines and service records, as the API takes and returns them."""

from datetime import datetime
from typing import Annotated

from fastapi import Path
from pydantic import BaseModel
from pydantic import Field as Limits

from acd.decision import Rule, Verdict
from crm.calls.record import CallResult, SegmentKind
from crm.dictionary.item import List
from web.calls.words import LABELS
from web.kit.bodies import Body, Id, Key, Note
from web.kit.body_form import Input
from web.kit.i18n import N_
from web.kit.shapes import Named

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
    inferred: bool


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
    inferred: bool


class ConsideredShape(BaseModel):
    """An agent who was considered for an offer."""

    agent: Named
    idle_seconds: float
    verdict: Verdict
    verdict_name: str


class DecisionShape(BaseModel):
    """Why a call was offered to an agent."""

    at: datetime
    agent: Named
    queue: str
    queue_name: str
    rule: Rule
    waited_seconds: float
    considered: list[ConsideredShape]  # the chosen agent first
    text: str


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


class CallDetail(CallShape):
    """A call with its timeline, segments, legs, decisions and records."""

    customer_number: str
    own_number: str
    timeline: list[CallEventShape]
    segments: list[SegmentShape]
    legs: list[LegShape]
    decisions: list[DecisionShape]
    service_records: list[RecordShape]


class CallList(BaseModel):
    """A page of calls, newest first."""

    items: list[CallShape]
    next: str | None
