"""The demo's past: two weeks of calls, so that no list is empty on the first day."""

# ruff: noqa: RUF001 - Chinese sentences have Chinese commas.

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from crm.calls.record import CallEvent, CallId, Detail, FactId, Kind
from crm.customers.customer import Customer
from crm.dictionary.item import List
from crm.people.person import User
from crm.service.service_record import ServiceDraft
from web.ops.demo.content import CHOICES, PEOPLE, QUEUES

HOW_MANY = 40
DAYS = 14
FIRST = CallId("demo-01")
_HOURS = (time(9), 9 * 3600)  # open from nine, for nine hours
_ZONE = ZoneInfo("Asia/Shanghai")
_KEYS = {"sales": "1", "support": "2", "operator": "0"}
_NOTES = (
    "客户来电咨询产品使用方法，已说明。",
    "Explained how to reset the device; it works again.",
    "客户反映网络时断时续，已预约上门检修。",
    "Asked for the invoice of last month, sent by e-mail.",
    "已登记，明天上午回电。",
)


@dataclass(slots=True)
class PastCall:
    """A call being told, line by line."""

    call: CallId
    at: datetime
    fact: int
    told: list[CallEvent] = field(default_factory=list)

    def tell(self, seconds: float, kind: Kind, detail: Detail | None = None) -> None:
        """Add what happened some seconds after the line before."""
        self.at += timedelta(seconds=seconds)
        self.fact += 1
        fact = FactId(f"demo/seed/{self.fact}")
        self.told.append(CallEvent(fact, self.call, self.at, kind, detail or {}))


@dataclass(frozen=True, slots=True)
class Told:
    """A past call's timeline and what its agent took down."""

    timeline: Sequence[CallEvent]
    service_record: ServiceDraft | None


def past_calls(
    now: datetime, called: str, customers: Sequence[Customer], agents: Mapping[str, User]
) -> Iterator[Told]:
    """Tell the calls of the two weeks before `now`, the oldest first; `agents` by login."""
    chance = Random(4008001234)  # noqa: S311 - the demo's past is the same everywhere
    today = now.astimezone(_ZONE).date()
    opened, seconds = _HOURS
    starts = sorted(
        datetime.combine(today - timedelta(days=chance.randint(1, DAYS)), opened, _ZONE)
        + timedelta(seconds=chance.uniform(0, seconds))
        for _ in range(HOW_MANY)
    )
    fact = 0
    for number, at in enumerate(starts, start=1):
        past = PastCall(CallId(f"demo-{number:02}"), at.astimezone(now.tzinfo), fact)
        customer = chance.choice(customers) if chance.random() < 0.7 else None  # noqa: PLR2004
        taken_down = _tell(past, chance, called, customer, agents)
        fact = past.fact
        yield Told(past.told, taken_down)


def _tell(
    past: PastCall,
    chance: Random,
    called: str,
    customer: Customer | None,
    agents: Mapping[str, User],
) -> ServiceDraft | None:
    stranger = f"+86139{chance.randrange(10**8):08}"
    caller = customer.draft.phones[0] if customer else stranger
    channel = f"PJSIP/trunk-{past.fact:08x}"
    arrived = {"caller": caller, "called": called, "direction": "in", "via": "trunk"}
    past.tell(0, Kind.ARRIVED, {**arrived, "channel": channel})
    past.tell(0.05, Kind.ANSWERED)
    if customer:
        past.tell(0.01, Kind.CUSTOMER, {"customer": customer.id, "name": customer.draft.name})
    past.tell(0.01, Kind.STEP, {"node": "greet", "type": "play"})
    past.tell(2.4, Kind.STEP, {"node": "menu", "type": "menu"})
    luck = chance.random()
    if luck < 0.08:  # noqa: PLR2004 - some hang up in the menu
        past.tell(chance.uniform(1, 6), Kind.ENDED, {"by": "caller", "cause": 16})
        return None
    queue = chance.choice(list(QUEUES))
    pressed = {"digit": _KEYS[queue], "node": "menu", "choice": queue}
    past.tell(chance.uniform(1, 6), Kind.DIGIT, pressed)
    past.tell(0.01, Kind.STEP, {"node": queue, "type": "queue"})
    past.tell(0.01, Kind.QUEUED, {"queue": queue, "priority": 0, "again": False})
    if luck < 0.22:  # noqa: PLR2004 - and some in the line
        past.tell(chance.uniform(12, 90), Kind.ENDED, {"by": "caller", "cause": 16})
        return None
    staff = [(agents[one.login], one.extension) for one in PEOPLE if queue in one.queues]
    chance.shuffle(staff)
    if luck < 0.3 and len(staff) > 1:  # noqa: PLR2004 - and some agents are at the coffee machine
        user, extension = staff.pop()
        offer = _offer(user, extension, past)
        past.tell(chance.uniform(0.1, 9), Kind.OFFERED, {**offer, "phone": "sip"})
        missed: Detail = {"agent": user.id, "leg": offer["leg"], "why": "no answer"}
        past.tell(15, Kind.MISSED, missed)
    user, extension = staff.pop()
    return _talk(past, chance, (user, extension), customer)


def _talk(
    past: PastCall, chance: Random, who: tuple[User, str], customer: Customer | None
) -> ServiceDraft | None:
    user, extension = who
    offer = _offer(user, extension, past)
    past.tell(chance.uniform(0.1, 20), Kind.OFFERED, {**offer, "phone": "browser"})
    past.tell(chance.uniform(2, 9), Kind.CONNECTED, offer)
    if chance.random() < 0.3:  # noqa: PLR2004
        past.tell(chance.uniform(20, 120), Kind.HELD, {"agent": user.id, "by": "desk"})
        past.tell(chance.uniform(8, 60), Kind.RESUMED, {"agent": user.id})
    by = chance.choice(["caller", "caller", "agent"])
    past.tell(chance.uniform(20, 200), Kind.ENDED, {"by": by, "cause": 16})
    outcome = chance.choice(CHOICES[List.OUTCOME]).key
    said: Detail = {"agent": user.id, "outcome": outcome, "note": ""}
    past.tell(chance.uniform(3, 25), Kind.OUTCOME, said)
    if chance.random() < 0.4:  # noqa: PLR2004 - not every contact is worth a record
        return None
    chosen = {
        which.value: chance.choice(CHOICES[which]).key
        for which in (List.SERVICE_TYPE, List.BUSINESS_TYPE, List.PRODUCT, List.PROBLEM_TYPE)
    }
    return ServiceDraft(
        past.call,
        user.id,
        customer=customer.id if customer else None,
        method="telephone",
        cause=chance.choice(CHOICES[List.CAUSE]).key,
        note=chance.choice(_NOTES),
        **chosen,
    )


def _offer(user: User, extension: str, past: PastCall) -> dict[str, str | int | float | bool]:
    leg = f"{past.call}-{past.fact}"
    return {"agent": user.id, "name": user.name, "extension": extension, "leg": leg}
