"""The live items: what the engine tells the web of agents, calls, queues and itself.

This is the only declaration of their members. `cti.core.views` makes the values, `web.live.schema`
adds who may see them and an example of each, and the browser's types and the API's description are
generated from here (`web.live.typescript`, `web.live.json_schema`).

The values are dictionaries, because they leave as JSON the moment they are made. The text beside a
member's type is its description.
"""

from enum import StrEnum
from typing import Annotated, NotRequired, TypedDict

from acd.agent import AgentState, Phone, Presence, TaskState
from acd.queue import AgentId, QueueKey
from acd.work import Medium, WorkId, WorkState
from crm.calls.record import CallId
from cti.core.call import Direction, TransferKind, TransferState
from cti.core.leg import LegId, LegRole, LegState, Purpose
from cti.core.stage import Stage
from cti.trunks.state import TrunkLamp, TrunkTrouble
from cti.trunks.trunk import TrunkId

Instant = Annotated[str, "UTC, ISO 8601 with milliseconds"]


class PlacementKind(StrEnum):
    """What a leg hears."""

    BRIDGE = "bridge"
    HOLD = "hold"
    PROMPTS = "prompts"
    SILENT = "silent"
    MESSAGE = "message"
    FAX = "fax"
    FALLBACK = "fallback"


class RecordingState(StrEnum):
    """How far the recording of a call is."""

    OFF = "off"
    WANTED = "wanted"
    ON = "on"
    FAILED = "failed"


class TaskValue(TypedDict):
    """One thing that an agent is busy with."""

    work: Annotated[WorkId, "the work's id; a call's own work has the call's id"]
    medium: Medium
    call: Annotated[CallId | None, "the call it is about"]
    queue: QueueKey
    state: TaskState
    since: Annotated[Instant, "when this state began"]
    until: Annotated[Instant | None, "when the ringing or the wrap-up ends"]
    extended: Annotated[bool, "the agent has asked for more time to wrap up"]


class CapacityValue(TypedDict):
    """How much an agent takes at once."""

    limits: Annotated[dict[Medium, int], "the most of each medium; none of one that is not named"]
    total: Annotated[int, "the most of all media together"]


class AgentValue(TypedDict):
    """An agent: presence, tasks, and the headline state that follows from both."""

    id: AgentId
    name: str
    extension: str
    state: Annotated[AgentState, "the headline: the busiest task, else the presence"]
    since: Annotated[Instant, "when the headline or the pause reason last changed"]
    reason: Annotated[str, "key of the pause reason while the headline is paused, else empty"]
    presence: Annotated[Presence, "what the agent chose; it shows when the tasks are over"]
    tasks: Annotated[list[TaskValue], "what the agent is busy with, the oldest first"]
    capacity: CapacityValue
    phone: Phone
    reachable: Annotated[bool, "the phone is registered"]
    call: Annotated[CallId | None, "the call of the task that the headline speaks of"]
    until: Annotated[Instant | None, "when that task's ringing or wrap-up ends"]
    misses: Annotated[int, "offers missed in a row"]
    rest: Annotated[str, "key of the pause reason that begins after the talk, else empty"]
    queues: Annotated[list[QueueKey], "the queues that the agent serves"]
    back_at: Annotated[Instant | None, "when the agent means to be ready again, of a pause"]
    wishes: Annotated[list[AgentId], "colleagues whose being free starts a call to them"]
    answered_by: NotRequired[Annotated[str, "who took the call that rang here until just now"]]
    answer: NotRequired[Annotated[CallId, "an order to this agent's browser phone: answer it now"]]


class TroubleValue(TypedDict):
    """Bad sound in one direction, over the last ten seconds."""

    loss: Annotated[float, "share of the packets, 0 to 1"]
    mos: Annotated[float, "mean opinion score, 1 to 4.5"]


class SoundValue(TypedDict):
    """Bad sound on a leg, by direction."""

    received: Annotated[TroubleValue | None, "others hear the party badly"]
    sent: Annotated[TroubleValue | None, "the party hears badly"]


class LegValue(TypedDict):
    """A leg of a call: one phone."""

    id: LegId
    role: LegRole
    agent: Annotated[AgentId | None, "the agent on this leg"]
    agent_name: str | None
    number: Annotated[str, "the number of an outside party, else empty"]
    state: LegState
    since: Annotated[Instant, "when this state began"]
    placement: Annotated[PlacementKind | None, "what it hears; null before anything was ordered"]
    purpose: Annotated[Purpose | None, "what its bridge is for, if it is in one"]
    muted: Annotated[bool, "the others in its bridge do not hear it"]
    holding: Annotated[bool, "hold was pressed on the phone itself"]
    sound: Annotated[SoundValue | None, "null while the sound is good or not known"]


class OfferValue(TypedDict):
    """An agent's phone that rings for a work."""

    agent: AgentId
    agent_name: str | None
    since: Instant
    until: Annotated[Instant, "when the ringing ends"]


class WorkValue(TypedDict):
    """The call as work that waits for an agent or has one."""

    state: WorkState
    since: Annotated[Instant, "when this state began"]
    offers: Annotated[list[OfferValue], "several at once when it rings at all"]


class CustomerValue(TypedDict):
    """The customer that the caller's number belongs to."""

    id: int
    name: str
    company: str
    level: Annotated[str, "key of the customer level"]


class TransferValue(TypedDict):
    """A customer on the way from an agent to another party."""

    kind: TransferKind
    state: Annotated[TransferState, "whose phone rings, or which of them talk"]
    initiator: AgentId
    initiator_name: str | None
    to: Annotated[str, "where the customer is to go, e.g. agent:7 or number:+8613800138000"]
    to_name: Annotated[str, "its name; a number as it is"]
    note: Annotated[str, "for the agent who takes the call"]


class HandedValue(TypedDict):
    """Who handed the customer over last."""

    agent: AgentId
    agent_name: str | None
    note: Annotated[str, "for the agent who takes the call"]


class LevelValue(TypedDict):
    """A customer's level of service."""

    id: int
    name: str
    name_zh: str
    priority: Annotated[int, "added to the call's priority"]


class CallValue(TypedDict):
    """A call: its stage, the phones in it, and its place in a queue."""

    id: CallId
    direction: Direction
    via: Annotated[str, "the way it came: trunk, guest or phone"]
    caller: Annotated[str, "the customer's number, E.164 where it is known; empty when withheld"]
    called: Annotated[str, "the number of ours"]
    state: Annotated[Stage, "where the call is, derived from its legs and its work"]
    started_at: Instant
    since: Annotated[Instant, "when this state began"]
    answered_at: Annotated[Instant | None, "when an agent first had the customer"]
    queue: QueueKey | None
    queue_name: str | None
    priority: int
    waiting_since: Instant | None
    agent: Annotated[AgentId | None, "who has the call, had it last, or is rung"]
    agent_name: str | None
    legs: Annotated[list[LegValue], "the customer's, then the others by id"]
    work: Annotated[WorkValue | None, "null before the call needs an agent"]
    transfer: Annotated[TransferValue | None, "a transfer or consultation that is under way"]
    handed: Annotated[HandedValue | None, "the last one who handed the customer over"]
    slot: Annotated[int | None, "the parking slot in which the customer waits"]
    held_by: Annotated[str, "who holds the talk: desk, phone, or empty"]
    step: Annotated[str | None, "the step of the call flow"]
    customer: CustomerValue | None
    level: Annotated[LevelValue | None, "the customer's level of service; from the first queue on"]
    recording: RecordingState
    cause: Annotated[int | None, "why the call ended, as a Q.850 cause; null while it goes on"]


class QueueValue(TypedDict):
    """The present figures of a queue."""

    key: QueueKey
    name: str
    waiting: Annotated[int, "calls and chats that wait"]
    callbacks: Annotated[int, "customers who hung up and wait for a callback at their turn"]
    oldest_since: Annotated[Instant | None, "since when the longest of those on the line waits"]
    ready: Annotated[int, "agents who are free for a call"]
    talking: Annotated[int, "agents in a talk"]


class NodeValue(TypedDict):
    """One Asterisk, as the engine sees it."""

    name: str
    ari: Annotated[bool, "connected over ARI"]
    ami: Annotated[bool, "connected over AMI"]
    version: str
    started_at: Annotated[str, "when it started, in Asterisk's own words"]
    linked_at: Annotated[str, "since when it is connected, UTC; empty when it is not"]
    channels: int
    answer_ms: Annotated[int | None, "milliseconds that its last answer took"]


class TrunkValue(TypedDict):
    """A trunk: whether calls can go over it, and what last went wrong."""

    id: TrunkId
    name: str
    state: TrunkLamp
    since: Annotated[Instant, "when this state began"]
    channels: Annotated[int, "calls on it now"]
    max_channels: Annotated[int, "the most calls at once; 0 is no limit"]
    error: Annotated[TrunkTrouble, "what last went wrong, else empty"]
    error_detail: Annotated[str, "the SIP status of a call, or Asterisk's own words"]
    error_at: Instant | None


class EngineValue(TypedDict):
    """The engine itself."""

    boot: Annotated[str, "another one after each start"]
    events: Annotated[int, "events since the start"]
    impossible: Annotated[int, "events that raised an error and changed nothing"]
    drift_repairs: Annotated[int, "differences from Asterisk that were repaired"]
    commands_failed: Annotated[int, "orders that Asterisk refused"]
    recordings_missed: Annotated[int, "talks not recorded, or only in part"]
    recordings_full: Annotated[bool, "the disk for recordings is full"]
    journal_backlog: Annotated[int, "facts that are not in the database yet"]
    journal_disk: Annotated[bool, "the journal can be written"]
    database: Annotated[bool, "the database takes facts"]
    event_lag_ms: Annotated[float | None, "milliseconds from an event to its handling"]
    loop_lag_ms: Annotated[float, "milliseconds that the event loop is late"]
    decision_us: Annotated[int | None, "mean microseconds of one decision"]


Value = AgentValue | CallValue | QueueValue | NodeValue | TrunkValue | EngineValue
