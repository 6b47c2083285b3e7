"""Callbacks: customers who hung up, keep their place in a queue, and are called at their turn.

A callback is a fold of facts in the timeline of the call in which the customer asked for it, so its
id is that call's. The agent comes first: at the customer's turn an agent is reserved, whose phone
is connected before the customer is dialled. So there are never more callbacks under way than
agents for them, and a caller who stayed on the line is not overtaken by a later caller.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from acd.queue import AgentId, QueueKey
from acd.service_level import OwnNeeds, needs_read, with_needs
from acd.skills import Need
from acd.work import Medium, Work, WorkId
from crm.calls.record import CallEvent, CallId, Kind
from crm.customers.customer import CustomerCard
from crm.kernel.state import Timers, no_timers

WORK = "callback/"
"""How the id of a callback's work begins; the callback's own id follows."""

FACTS = frozenset(
    {
        Kind.CALLBACK_ASKED,
        Kind.CALLBACK_CHANGED,
        Kind.CALLBACK_CALLED,
        Kind.CALLBACK_OVER,
    }
)


class CallbackState(StrEnum):
    """How far a callback is; the values are stored."""

    WAITING = "waiting"  # in line, or until it is tried again
    CALLING = "calling"  # an agent is reserved, the customer is called
    DONE = "done"
    FAILED = "failed"  # not answered as often as it is tried, or not allowed
    CANCELED = "canceled"


OPEN = frozenset({CallbackState.WAITING, CallbackState.CALLING})


@dataclass(frozen=True, slots=True)
class Callback:
    """A callback that is open. Times are seconds of the engine's clock."""

    id: CallId  # of the call in which it was asked for
    number: str  # E.164
    queue: QueueKey
    since: float  # the place in line: as if the customer waited since then
    priority: int = 0
    language: str = "en"
    card: CustomerCard | None = None
    tries: int = 0  # how often the customer was called
    calls: int = 0  # how many calls were made, those included whose agent was not there
    made: CallId | None = None  # the call that is under way
    state: CallbackState = CallbackState.WAITING
    due: float | None = None  # not before: chosen, the next try, or when the queue opens
    caller: str = ""  # the number of the call that asked
    needs: tuple[Need, ...] = ()  # of the call that asked, beside those of the queue
    needs_until: float = 0.0  # then these needs are dropped; 0: never
    timers: Timers = field(default_factory=no_timers)  # "due"

    @property
    def work(self) -> WorkId:
        """The id of its work in the queue."""
        return WorkId(f"{WORK}{self.id}")

    @property
    def next_call(self) -> CallId:
        """The id of the call that is made next."""
        return CallId(f"cb{self.calls + 1}-{self.id}")


def waited(callback: Callback, now: float) -> float:
    """How long the customer has waited, without the time until a chosen hour."""
    return max(0.0, max(now, callback.due or 0.0) - callback.since)


def moved_to(callback: Callback, at: float | None, now: float) -> Callback:
    """The callback at another time, or as soon as it is its turn: the time waited counts on."""
    if at is None and (callback.due is None or callback.due <= now):
        return replace(callback, due=None)
    since = (now if at is None else at) - waited(callback, now)
    return replace(callback, due=at, since=since)


def callback_of(work: WorkId) -> CallId:
    """The id of the callback that stands in line as a work."""
    return CallId(work.removeprefix(WORK))


def work_of(
    callback: Callback,
    now: float,
    passed_over: Iterable[AgentId] = (),
    left: tuple[Need, ...] = (),
) -> Work:
    """The callback as it stands in line; `left` are needs that no agent of its queue meets."""
    work = Work(
        callback.work,
        Medium.CALLBACK,
        callback.queue,
        callback.since,
        callback.priority,
        changed=now,
        entered=now,
        passed_over=frozenset(passed_over),
    )
    return with_needs(work, replace(own_needs(callback), left=left), now)


def own_needs(callback: Callback) -> OwnNeeds:
    """What the callback needs of agents, as a call has it."""
    return OwnNeeds(callback.needs, callback.needs_until)


@dataclass(frozen=True, slots=True)
class CallbackRecord:
    """A callback as its facts tell it. Times are aware UTC."""

    id: CallId
    number: str
    queue: QueueKey
    since: datetime
    asked_at: datetime
    priority: int
    language: str
    customer: int | None
    state: CallbackState = CallbackState.WAITING
    tries: int = 0
    calls: int = 0
    made: CallId | None = None
    agent: AgentId | None = None
    over_at: datetime | None = None
    why: str = ""
    due: datetime | None = None  # not before
    caller: str = ""  # the number of the call that asked; "" of one that a user added
    note: str = ""
    added_by: int | None = None  # the user who added it
    needs: str = ""  # skills with their levels, as `english 5, law 3`
    needs_until: datetime | None = None  # None: as long as it waits


def fold(known: CallbackRecord | None, event: CallEvent) -> CallbackRecord | None:
    """A callback after one more of its facts; one of an unknown callback is nothing.

    Facts may come twice; those of a callback that is over change nothing.
    """
    said = event.detail
    if event.kind is Kind.CALLBACK_ASKED:
        customer = said.get("customer")
        return known or CallbackRecord(
            event.call,
            str(said["number"]),
            QueueKey(str(said["queue"])),
            datetime.fromtimestamp(float(said["since"]), event.at.tzinfo),
            event.at,
            int(said.get("priority", 0)),
            str(said.get("language", "en")),
            int(customer) if customer else None,
            due=_instant(event, "due"),
            caller=str(said.get("caller", "")),
            note=str(said.get("note", "")),
            added_by=int(said["by"]) if said.get("by") else None,
            needs=str(said.get("needs", "")),
            needs_until=_instant(event, "needs_until"),
        )
    if known is None or known.state not in OPEN:
        return known
    if event.kind is Kind.CALLBACK_CHANGED:
        return replace(
            known,
            number=str(said.get("number", known.number)),
            since=_instant(event, "since") or known.since,
            due=_instant(event, "due"),
        )
    if event.kind is Kind.CALLBACK_CALLED:
        return replace(
            known,
            state=CallbackState.CALLING,
            tries=int(said["tries"]),
            calls=int(said["calls"]),
            made=CallId(str(said["made"])),
            agent=AgentId(int(said["agent"])),
        )
    if event.kind is Kind.CALLBACK_OVER:
        state = CallbackState(str(said["state"]))
        over = event.at if state not in OPEN else None
        tries = int(said.get("tries", known.tries))
        why = str(said.get("why", ""))
        made = known.made if over is not None else None
        due = _instant(event, "due") or known.due
        return replace(known, state=state, tries=tries, made=made, over_at=over, why=why, due=due)
    return known


def _instant(event: CallEvent, name: str) -> datetime | None:
    seconds = event.detail.get(name)
    return datetime.fromtimestamp(float(seconds), event.at.tzinfo) if seconds else None


def live(record: CallbackRecord) -> Callback:
    """The open callback that a new engine goes on with."""
    return Callback(
        record.id,
        record.number,
        record.queue,
        record.since.timestamp(),
        record.priority,
        record.language,
        tries=record.tries,
        calls=record.calls,
        made=record.made,
        state=record.state,
        due=record.due.timestamp() if record.due is not None else None,
        caller=record.caller,
        needs=needs_read(record.needs.split(", ")) if record.needs else (),
        needs_until=record.needs_until.timestamp() if record.needs_until is not None else 0.0,
    )
