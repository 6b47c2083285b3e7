"""The demo's past calls that agents made: a dozen, of which some customers did not answer."""

# ruff: noqa: RUF001 - Chinese sentences have Chinese commas.

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from crm.calls.record import CallEvent, CallId, Detail, Kind
from crm.customers.customer import Customer
from crm.people.person import User
from cti.outbound.numbers import class_of
from cti.trunks.trunk import Trunk, endpoint_name
from web.ops.demo.content import PEOPLE
from web.ops.demo.past_calls import NAMED, NODE, PastCall
from web.ops.demo.trunk import RULE

HOW_MANY = 12
FIRST_FACT = 100_000  # behind those of the calls that came in
DAYS = 5
NORMAL, NO_ANSWER, BUSY, DECLINED = 16, 19, 17, 21  # Q.850
# How each call ended; None is a talk. Every third customer is not reached.
_ENDS = (None, BUSY, None, None, NO_ANSWER, None, None, DECLINED, None, None, NO_ANSWER, None)
_ZONE = ZoneInfo("Asia/Shanghai")
_NOTES = ("已回电，问题解决。", "Promised to call back on Monday.", "已约好下周上门。")


def outgoing_calls(
    now: datetime,
    own: str,
    customers: Sequence[Customer],
    agents: Mapping[str, User],
    trunk: Trunk,
) -> Iterator[Sequence[CallEvent]]:
    """Make the calls of the days before `now`, the oldest first; `agents` by login."""
    chance = Random(13800138000)  # noqa: S311 - the demo's past is the same everywhere
    today = now.astimezone(_ZONE).date()
    staff = [(agents[one.login], one.extension) for one in PEOPLE if one.queues]
    starts = sorted(
        datetime.combine(today - timedelta(days=chance.randint(1, DAYS)), time(10), _ZONE)
        + timedelta(minutes=chance.uniform(0, 400))
        for _ in range(HOW_MANY)
    )
    fact = FIRST_FACT
    for number, (at, cause) in enumerate(zip(starts, _ENDS, strict=True), start=1):
        past = PastCall(CallId(f"{NAMED}out-{number:02}"), at.astimezone(now.tzinfo), fact)
        customer = chance.choice(customers)
        _add_call(past, chance, (own, customer, *staff[number % len(staff)], trunk), cause)
        fact = past.fact
        yield past.events


def _add_call(
    past: PastCall,
    chance: Random,
    parties: tuple[str, Customer, User, str, Trunk],
    cause: int | None,
) -> None:
    own, customer, user, extension, trunk = parties
    number = customer.draft.phones[0]
    arrived: Detail = {"caller": own, "called": number, "direction": "out", "via": "phone"}
    past.add(0, Kind.ARRIVED, arrived)
    past.add(0, Kind.CUSTOMER, {"customer": customer.id, "name": customer.draft.name})
    mine, theirs = f"{past.call}-a1", f"{past.call}-c2"
    agent: Detail = {"role": "agent", "agent": user.id, "phone": "browser", "node": NODE}
    past.add(0, Kind.LEG_BEGAN, {"leg": mine, **agent, "caller": number, "called": extension})
    past.add(0.1, Kind.LEG_RANG, {"leg": mine})
    past.add(0.4, Kind.LEG_ANSWERED, {"leg": mine})
    over: Detail = {
        "trunk": trunk.name,
        "number": number,
        "shown": own,
        "rule": RULE,
        "leg": theirs,
        "trunk_id": trunk.id,
        "number_class": class_of(number, "CN", own),
    }
    past.add(0.1, Kind.DIALLED, over)
    leg: Detail = {"role": "customer", "node": NODE, "trunk": endpoint_name(trunk.id)}
    past.add(0, Kind.LEG_BEGAN, {"leg": theirs, **leg, "caller": own, "called": number})
    past.add(1.2, Kind.LEG_RANG, {"leg": theirs})
    if cause is None:
        them: Detail = {"agent": user.id, "name": user.name, "extension": extension, "leg": mine}
        past.add(chance.uniform(3, 15), Kind.LEG_ANSWERED, {"leg": theirs})
        past.add(0, Kind.ANSWERED)
        past.add(0, Kind.CONNECTED, them)
        past.together(theirs, mine)
        past.add(chance.uniform(25, 240), Kind.ENDED, {"by": "customer", "cause": NORMAL})
    else:
        rang = 45.0 if cause == NO_ANSWER else chance.uniform(2, 8)
        past.add(rang, Kind.ENDED, {"by": "customer", "cause": cause})
    past.add(0, Kind.LEG_ENDED, {"leg": theirs, "cause": cause or NORMAL})
    past.add(0, Kind.LEG_ENDED, {"leg": mine, "reason": "normal"})
    if cause is None:
        length = (past.at - past.events[0].at).total_seconds()
        past.sounded(theirs, length)
        past.sounded(mine, length, "opus")
    said = "solved" if cause is None else "call-back"
    note = chance.choice(_NOTES) if cause is None else ""
    past.add(chance.uniform(3, 20), Kind.OUTCOME, {"agent": user.id, "outcome": said, "note": note})
