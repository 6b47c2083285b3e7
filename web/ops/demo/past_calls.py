"""The past calls of the demo: two weeks of them, so that no list is empty at first."""

# ruff: noqa: RUF001 - Chinese sentences have Chinese commas.

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from acd.decision import Considered, Rule, Verdict
from acd.decisions.store import DecisionFact
from acd.queue import AgentId, QueueKey
from acd.work import WorkId
from crm.calls.leg_sound import DirectionTotals, SoundTotals, detail_of
from crm.calls.record import CallEvent, CallId, Detail, FactId, Kind
from crm.customers.customer import Customer
from crm.dictionary.item import Item, List
from crm.people.person import User
from crm.service.service_record import ServiceDraft
from web.ops.demo.content import PEOPLE, QUEUES

Choices = Mapping[List, Sequence[Item]]  # by dictionary, in their order
HOW_MANY = 40
DAYS = 14
NAMED = "demo-"  # the ids of the demo's calls begin with it
FIRST = CallId(f"{NAMED}01")
NODE = "hotline-1"
_IDLE_SECONDS = 240.0  # of the agent who gets a call; the next ones less
_HOURS = (time(9), 9 * 3600)  # open from nine, for nine hours
ZONE = ZoneInfo("Asia/Shanghai")
_KEYS = {"sales": "1", "support": "2", "operator": "0"}
_NOTES = (
    "客户来电咨询产品使用方法，已说明。",
    "已指导客户重置设备，现已恢复正常。",
    "客户反映网络时断时续，已预约上门检修。",
    "客户索取上月发票，已发送电子邮件。",
    "已登记，明天上午回电。",
)


@dataclass(slots=True)
class PastCall:
    """A call while its timeline is made."""

    call: CallId
    at: datetime
    fact: int
    queue: str = ""
    waits_since: datetime | None = None
    caller: str = ""
    events: list[CallEvent] = field(default_factory=list)
    decisions: list[DecisionFact] = field(default_factory=list)

    def add(self, seconds: float, kind: Kind, detail: Detail | None = None) -> None:
        """Add an event some seconds after the one before."""
        self.at += timedelta(seconds=seconds)
        self.fact += 1
        fact = FactId(f"demo/seed/{self.fact}")
        self.events.append(CallEvent(fact, self.call, self.at, kind, detail or {}))

    def queued(self, queue: str, caller: str) -> None:
        """Note when the caller starts to wait, and in which queue."""
        self.queue, self.waits_since, self.caller = queue, self.at, caller

    def offer(
        self, seconds: float, offer: Detail, others: Sequence[int], missed_by: Sequence[int] = ()
    ) -> None:
        """Ring an agent's phone, with the decision for this agent."""
        self.add(seconds, Kind.OFFERED, offer)
        agent = int(offer["agent"])
        waited = (self.at - (self.waits_since or self.at)).total_seconds()
        rows = [(agent, Verdict.CHOSEN), *((one, Verdict.LESS_IDLE) for one in others)]
        rows += [(one, Verdict.PASSED_OVER) for one in missed_by]
        considered = tuple(
            Considered(AgentId(one), _IDLE_SECONDS / place, verdict)
            for place, (one, verdict) in enumerate(rows, start=1)
        )
        fact, work = FactId(f"demo/decision/{self.fact}"), WorkId(self.call)
        said = (self.call, self.at, QueueKey(self.queue), AgentId(agent), Rule.LONGEST_IDLE, waited)
        self.decisions.append(DecisionFact(fact, work, *said, considered))
        leg: Detail = {"leg": offer["leg"], "role": "agent", "agent": agent, "node": NODE}
        numbers = {"caller": self.caller, "called": offer["extension"], "phone": offer["phone"]}
        self.add(0, Kind.LEG_BEGAN, {**leg, **numbers})
        self.add(0.1, Kind.LEG_RANG, {"leg": offer["leg"]})

    def together(self, *legs: str) -> None:
        """Note that legs are in the call's bridge."""
        for leg in legs:
            place: Detail = {"where": "talk", "bridge": f"{self.call}-talk1"}
            self.add(0, Kind.LEG_PLACED, {"leg": leg, **place})

    def sounded(self, leg: str, seconds: float, codec: str = "alaw") -> None:
        """Note how a leg sounded; every twentieth is poor, and some were so for a moment."""
        chance = Random(f"{self.call} {leg[-1]}")  # noqa: S311 - the same everywhere
        packets, luck = int(50 * seconds), chance.random()
        loss = chance.uniform(0.09, 0.16) if luck < 0.05 else chance.uniform(0.0, 0.012)  # noqa: PLR2004
        lost = int(packets * loss)
        worst = chance.uniform(2.4, 3.4) if luck < 0.2 else None  # noqa: PLR2004
        received = DirectionTotals(packets - lost, lost, chance.uniform(2, 14), worst)
        sent = DirectionTotals(
            packets, int(packets * chance.uniform(0, 0.01)), chance.uniform(1, 8)
        )
        totals = SoundTotals(codec, received, sent, chance.uniform(18, 90))
        self.add(0, Kind.LEG_SOUND, {"leg": leg, **detail_of(totals)})

    def end(self, seconds: float, by: str, agent_leg: str = "") -> None:
        """End the call and its legs: the cause is Asterisk's for the one who hung up, else ours."""
        self.add(seconds, Kind.ENDED, {"by": by, "cause": 16})
        hung_up: Detail = {"cause": 16}
        ended: Detail = {"reason": "normal"}
        self.add(0, Kind.LEG_ENDED, {"leg": self.call, **(hung_up if by == "caller" else ended)})
        if agent_leg:
            self.add(0, Kind.LEG_ENDED, {"leg": agent_leg, **(hung_up if by == "agent" else ended)})
            length = (self.at - self.events[0].at).total_seconds()
            self.sounded(self.call, length)
            self.sounded(agent_leg, length, "opus")


@dataclass(frozen=True, slots=True)
class FinishedCall:
    """A past call: its timeline, and perhaps the agent's service record."""

    timeline: Sequence[CallEvent]
    decisions: Sequence[DecisionFact]
    service_record: ServiceDraft | None


def past_calls(
    now: datetime,
    called: str,
    customers: Sequence[Customer],
    agents: Mapping[str, User],
    choices: Choices,
) -> Iterator[FinishedCall]:
    """Make the calls of the two weeks before `now`, the oldest first; `agents` by login."""
    chance = Random(4008001234)  # noqa: S311 - the demo's past is the same everywhere
    today = now.astimezone(ZONE).date()
    opened, seconds = _HOURS
    starts = sorted(
        datetime.combine(today - timedelta(days=chance.randint(1, DAYS)), opened, ZONE)
        + timedelta(seconds=chance.uniform(0, seconds))
        for _ in range(HOW_MANY)
    )
    fact = 0
    for number, at in enumerate(starts, start=1):
        past = PastCall(CallId(f"{NAMED}{number:02}"), at.astimezone(now.tzinfo), fact)
        customer = chance.choice(customers) if chance.random() < 0.7 else None  # noqa: PLR2004
        taken_down = _add_call(past, chance, called, (customer, agents, choices))
        fact = past.fact
        yield FinishedCall(past.events, past.decisions, taken_down)


def _add_call(
    past: PastCall,
    chance: Random,
    called: str,
    parties: tuple[Customer | None, Mapping[str, User], Choices],
) -> ServiceDraft | None:
    customer, agents, choices = parties
    stranger = f"+86139{chance.randrange(10**8):08}"
    caller = customer.draft.phones[0] if customer else stranger
    channel = f"PJSIP/trunk-{past.fact:08x}"
    arrived = {"caller": caller, "called": called, "direction": "in", "via": "trunk"}
    past.add(0, Kind.ARRIVED, {**arrived, "channel": channel})
    theirs: Detail = {"role": "customer", "caller": caller, "called": called, "node": NODE}
    past.add(0, Kind.LEG_BEGAN, {"leg": past.call, **theirs})
    past.add(0.05, Kind.ANSWERED)
    past.add(0, Kind.LEG_ANSWERED, {"leg": past.call})
    if customer:
        past.add(0.01, Kind.CUSTOMER, {"customer": customer.id, "name": customer.draft.name})
    past.add(0.01, Kind.STEP, {"node": "greet", "type": "play"})
    past.add(2.4, Kind.STEP, {"node": "menu", "type": "menu"})
    luck = chance.random()
    if luck < 0.08:  # noqa: PLR2004 - some hang up in the menu
        past.end(chance.uniform(1, 6), "caller")
        return None
    queue = chance.choice(list(QUEUES))
    pressed = {"digit": _KEYS[queue], "node": "menu", "choice": queue}
    past.add(chance.uniform(1, 6), Kind.DIGIT, pressed)
    past.add(0, Kind.STEP, {"node": queue, "type": "toqueue"})
    past.add(0.01, Kind.QUEUED, {"queue": queue, "priority": 0, "again": False})
    if luck < 0.22:  # noqa: PLR2004 - and some in the line
        past.end(chance.uniform(12, 90), "caller")
        return None
    past.queued(queue, caller)
    staff = [(agents[one.login], one.extension) for one in PEOPLE if queue in one.queues]
    chance.shuffle(staff)
    missed_by: tuple[int, ...] = ()
    if luck < 0.3 and len(staff) > 1:  # noqa: PLR2004 - and some agents do not answer
        user, extension = staff.pop()
        offer = _offer(user, extension, past)
        others = [one.id for one, _ in staff]
        past.offer(chance.uniform(0.1, 9), {**offer, "phone": "sip"}, others)
        missed: Detail = {"agent": user.id, "leg": offer["leg"], "why": "no answer"}
        past.add(15, Kind.MISSED, missed)
        past.add(0, Kind.LEG_ENDED, {"leg": offer["leg"], "reason": "no_answer"})
        missed_by = (user.id,)
    who = staff.pop()
    waiting = [one.id for one, _ in staff]
    return _talk(past, chance, who, (waiting, missed_by), (customer, choices))


def _talk(
    past: PastCall,
    chance: Random,
    who: tuple[User, str],
    others: tuple[Sequence[int], tuple[int, ...]],
    about: tuple[Customer | None, Choices],
) -> ServiceDraft | None:
    (user, extension), (customer, choices) = who, about
    offer = _offer(user, extension, past)
    past.offer(chance.uniform(0.1, 20), {**offer, "phone": "browser"}, *others)
    past.add(chance.uniform(2, 9), Kind.CONNECTED, offer)
    past.add(0, Kind.LEG_ANSWERED, {"leg": offer["leg"]})
    past.together(past.call, str(offer["leg"]))
    if chance.random() < 0.3:  # noqa: PLR2004
        past.add(chance.uniform(20, 120), Kind.HELD, {"agent": user.id, "by": "desk"})
        past.add(0, Kind.LEG_PLACED, {"leg": past.call, "where": "hold"})
        past.add(chance.uniform(8, 60), Kind.RESUMED, {"agent": user.id})
        past.together(past.call)
    by = chance.choice(["caller", "caller", "agent"])
    past.end(chance.uniform(20, 200), by, str(offer["leg"]))
    outcome = chance.choice(choices[List.OUTCOME]).key
    said: Detail = {"agent": user.id, "outcome": outcome, "note": ""}
    past.add(chance.uniform(3, 25), Kind.OUTCOME, said)
    if chance.random() < 0.4:  # noqa: PLR2004 - not every contact is worth a record
        return None
    chosen = {
        which.value: chance.choice(choices[which]).key
        for which in (List.SERVICE_TYPE, List.BUSINESS_TYPE, List.PRODUCT, List.PROBLEM_TYPE)
    }
    return ServiceDraft(
        past.call,
        user.id,
        customer=customer.id if customer else None,
        method="telephone",
        cause=chance.choice(choices[List.CAUSE]).key,
        note=chance.choice(_NOTES),
        **chosen,
    )


def _offer(user: User, extension: str, past: PastCall) -> dict[str, str | int | float | bool]:
    leg = f"{past.call}-{past.fact}"
    return {"agent": user.id, "name": user.name, "extension": extension, "leg": leg}
