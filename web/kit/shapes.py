"""The shapes of the API's answers; the pages show the same ones."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel

from crm.calls.record import Result, SegmentKind
from crm.people.person import Language
from web.kit.shown_once import SHOWN_ONCE

Live = dict[str, Any]  # a value of the engine's, passed on as it came


class Named(BaseModel):
    """An id and what it is called."""

    id: int
    name: str


class Choice(BaseModel):
    """A key of a dictionary and its name in the reader's language."""

    key: str
    name: str


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
    result: Result
    result_name: str
    wait_seconds: float
    talk_seconds: float
    hold_seconds: float
    ivr_seconds: float
    customer: Named | None
    outcome: str | None
    outcome_name: str
    recording: str | None  # where to fetch the sound
    recording_failed: str | None
    ended_by: str | None
    cause: int | None  # Q.850
    inferred: bool


class EventShape(BaseModel):
    """A line of a call's timeline."""

    at: datetime
    kind: str
    kind_name: str
    detail: dict[str, str | int | float | bool]
    text: str
    inferred: bool


class SegmentShape(BaseModel):
    """What a call spent a stretch of its time on."""

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


class FieldShape(BaseModel):
    """A chosen value as it is read."""

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
    """A call with its whole story."""

    timeline: list[EventShape]
    segments: list[SegmentShape]
    service_records: list[RecordShape]


class CallList(BaseModel):
    """A page of calls, newest first."""

    items: list[CallShape]
    next: str | None


class CustomerShape(BaseModel):
    """A customer's file."""

    id: int
    version: int
    url: str  # its page
    name: str
    company: str
    level: str
    level_name: str
    category: str
    category_name: str
    status: str
    status_name: str
    sex: str
    phones: list[str]
    phone_labels: list[str]  # beside each number: mobile, home, office or ""
    email: str
    address: str
    note: str
    created_at: datetime
    updated_at: datetime


class CustomerList(BaseModel):
    """A page of customers."""

    items: list[CustomerShape]
    next: str | None


class CustomerHistory(BaseModel):
    """What a customer had to do with us, newest first."""

    calls: list[CallShape]
    service_records: list[RecordShape]


class CardShape(BaseModel):
    """Who calls: a known customer, or a number that nobody knows."""

    known: bool
    number: str
    withheld: bool
    customer: CustomerShape | None
    others: list[CustomerShape]
    calls: list[CallShape]
    service_records: list[RecordShape]


class DeskShape(BaseModel):
    """All that an agent's desk shows."""

    agent: Live
    call: Live | None
    card: CardShape | None
    outcomes: list[Choice]
    pause_reasons: list[Choice]
    queue_names: dict[str, str]


class SignedInDesk(BaseModel):
    """The browser phone's credentials (none for a SIP phone) and the desk."""

    sip: dict[str, str] | None = None
    ice_servers: list[dict[str, str]] = []
    desk: DeskShape


class Credentials(BaseModel):
    """What the browser phone registers with, and the servers that find a way for its sound."""

    sip: dict[str, str] | None = None
    ice_servers: list[dict[str, str]] = []


class Done(BaseModel):
    """The engine did it; `value` is what it had to add."""

    done: bool = True
    value: Live = {}


class UserShape(BaseModel):
    """Who is signed in."""

    id: int
    login: str
    name: str
    role: str  # a key of the house's roles, or "" for one that the site made
    role_name: str
    rights: dict[str, str]  # right → how far it reaches: own, team, all
    language: Language


class SessionShape(BaseModel):
    """A script's session; the token is shown this once."""

    token: Annotated[str, SHOWN_ONCE]
    user: UserShape
    expires_at: datetime


class LiveShape(BaseModel):
    """The whole floor at one number of the engine."""

    boot: str
    number: int
    agents: list[Live]
    calls: list[Live]
    queues: list[Live]
    nodes: list[Live]
    engine: Live | None


class ProblemShape(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[dict[str, str]] = []
