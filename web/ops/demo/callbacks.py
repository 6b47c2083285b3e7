"""The demo's callbacks of the last hours: one was reached, one did not answer, one called again.

None of them waits: an agent of the demo who gets ready would have it at once.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from acd.callback import CallbackState
from acd.callbacks.store import keep_callbacks
from acd.queue import USUAL_CALLBACKS
from crm.calls.record import CallId, Detail, Kind
from crm.calls.store import keep_events
from crm.customers.customer import Customer
from crm.people.person import User
from web.ops.demo.past_calls import NAMED, NODE, PastCall

AGENTS = ("li.wei", "wang.fang")
NO_ANSWER = 19  # Q.850
QUEUE, KEY = "support", "2"
FIRST_FACT = 20_000
CHOSEN_SECONDS = 3600.0
"""One customer wanted to be called in an hour."""

# How many minutes ago, which customer, for how long they waited, and what became of the callback.
CALLBACKS = (
    (35, 3, 125, CallbackState.CANCELED),
    (240, 4, 131, CallbackState.DONE),
    (200, 5, 122, CallbackState.FAILED),
)


def add_callbacks(
    session: Session,
    called: str,
    customers: Sequence[Customer],
    users: Mapping[str, User],
    now: datetime,
) -> None:
    """Add the callers who asked for a callback, and the calls that were made to them."""
    for number, (minutes, customer, waited, state) in enumerate(CALLBACKS, start=1):
        at, id_ = now - timedelta(minutes=minutes), CallId(f"{NAMED}callback-{number}")
        asking = PastCall(id_, at - timedelta(seconds=waited), FIRST_FACT + 1000 * number)
        due = at + timedelta(seconds=CHOSEN_SECONDS) if state is CallbackState.DONE else None
        _ask(asking, customers[customer % len(customers)], called, waited, due)
        if state is CallbackState.CANCELED:
            asking.add(600, Kind.CALLBACK_OVER, {"state": state.value, "why": "called again"})
        else:
            _call_back(session, asking, customers[customer % len(customers)], called, users, state)
        keep_events(session, asking.events)
        keep_callbacks(session, asking.events)


def _ask(
    past: PastCall, customer: Customer, called: str, waited: float, due: datetime | None
) -> None:
    number, since = customer.draft.phones[0], past.at
    numbers: Detail = {"caller": number, "called": called}
    past.add(0, Kind.ARRIVED, {**numbers, "direction": "in", "via": "trunk"})
    past.add(0, Kind.LEG_BEGAN, {"leg": past.call, "role": "customer", "node": NODE, **numbers})
    past.add(0.05, Kind.ANSWERED)
    past.add(0, Kind.LEG_ANSWERED, {"leg": past.call})
    past.add(0.01, Kind.CUSTOMER, {"customer": customer.id, "name": customer.draft.name})
    past.add(0.01, Kind.STEP, {"node": "menu", "type": "menu"})
    past.add(4, Kind.DIGIT, {"digit": KEY, "node": "menu", "choice": QUEUE})
    past.add(0.01, Kind.STEP, {"node": QUEUE, "type": "queue"})
    past.add(0.01, Kind.QUEUED, {"queue": QUEUE, "priority": 0, "again": False})
    past.add(waited - 5, Kind.DIGIT, {"digit": "1", "node": "callback", "choice": ""})
    asked: Detail = {
        "number": number,
        "queue": QUEUE,
        "since": round(((due or since) + timedelta(seconds=4 - waited * bool(due))).timestamp(), 3),
        "priority": 0,
        "language": "zh_CN",
        "customer": customer.id,
    }
    chosen: Detail = {"due": round(due.timestamp(), 3)} if due is not None else {}
    past.add(0, Kind.CALLBACK_ASKED, {**asked, "caller": number, **chosen})
    past.end(4, "system")


def _call_back(  # noqa: PLR0913, PLR0917 - what such a call is made of
    session: Session,
    asking: PastCall,
    customer: Customer,
    called: str,
    users: Mapping[str, User],
    state: CallbackState,
) -> None:
    reached = state is CallbackState.DONE
    for tries in range(1, 2 if reached else USUAL_CALLBACKS.tries + 1):
        agent = users[AGENTS[tries % len(AGENTS)]]
        made = CallId(f"cb{tries}-{asking.call}")
        first = CHOSEN_SECONDS if reached else 540.0
        wait = first if tries == 1 else USUAL_CALLBACKS.pause_seconds
        counted: Detail = {"made": made, "agent": agent.id, "tries": tries, "calls": tries}
        asking.add(wait, Kind.CALLBACK_CALLED, counted)
        past = PastCall(made, asking.at, asking.fact + 100 * tries)
        _dial(past, customer, called, agent, reached=reached)
        keep_events(session, past.events)
        seconds = (past.at - asking.at).total_seconds()
        more: Detail = {"state": state.value, "why": "" if reached else "no answer"}
        if not reached and tries < USUAL_CALLBACKS.tries:
            more = {"state": CallbackState.WAITING.value, "why": "again", "tries": tries}
        asking.add(seconds, Kind.CALLBACK_OVER, more)


def _dial(past: PastCall, customer: Customer, own: str, agent: User, *, reached: bool) -> None:
    number = customer.draft.phones[0]
    arrived: Detail = {"caller": own, "called": number, "direction": "out", "via": "phone"}
    past.add(0, Kind.ARRIVED, arrived)
    past.add(0, Kind.CUSTOMER, {"customer": customer.id, "name": customer.draft.name})
    mine, theirs = f"{past.call}-a1", f"{past.call}-c2"
    leg: Detail = {"leg": mine, "role": "agent", "agent": agent.id, "phone": "browser"}
    past.add(0, Kind.LEG_BEGAN, {**leg, "node": NODE, "caller": number})
    past.add(2, Kind.LEG_ANSWERED, {"leg": mine})
    customers: Detail = {"leg": theirs, "role": "customer", "node": NODE}
    past.add(0.1, Kind.LEG_BEGAN, {**customers, "caller": own, "called": number})
    past.add(1, Kind.LEG_RANG, {"leg": theirs})
    if reached:
        past.add(6, Kind.LEG_ANSWERED, {"leg": theirs})
        past.add(0, Kind.ANSWERED)
        past.add(0, Kind.CONNECTED, {"agent": agent.id, "name": agent.name, "leg": mine})
        past.together(theirs, mine)
        past.add(95, Kind.ENDED, {"by": "customer", "cause": 16})
    else:
        past.add(45, Kind.ENDED, {"by": "system", "cause": NO_ANSWER})
    past.add(0, Kind.LEG_ENDED, {"leg": theirs, "cause": 16 if reached else NO_ANSWER})
    past.add(0, Kind.LEG_ENDED, {"leg": mine, "reason": "normal"})
