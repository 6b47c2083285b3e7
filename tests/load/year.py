"""A year of calls at a large contact center, as the lines that COPY takes.

The same seed gives the same year. A call has the timeline that the engine writes of one, and its
record says what `crm.calls.record.fold` would make of that; `million.py` compares some.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from load.year_customers import CLOCK, numbers_of
from load.year_legs import NULL, TALK, Leg, decision_line

from crm.calls.store import searchable

NODE = "hotline-1"
DAYS = 365
OPEN_MS = 13 * 3_600_000  # from eight in the morning in Shanghai, which is midnight UTC
CALLED = ("+864008001234", "+864008001234", "+864008001234", "+864008005678", "+862150505050")
QUEUES = {
    "sales": ("Sales", "销售"),
    "support": ("Support", "技术支持"),
    "operator": ("Operator", "总机"),
    "billing": ("Billing", "账务"),
    "orders": ("Orders", "订单"),
    "complaints": ("Complaints", "投诉受理"),
    "logistics": ("Logistics", "物流"),
    "gold": ("Gold customers", "金卡客户"),
    "warranty": ("Warranty", "保修"),
    "english": ("English line", "英语专线"),
    "night": ("Night duty", "夜班"),
    "back-office": ("Back office", "后台"),
}
CALL_COLUMNS = (
    "id, direction, via, caller, called, customer_number, own_number, customer, started_at, "
    "answered_at, ended_at, queue, agent, result, ended_by, cause, ivr_seconds, wait_seconds, "
    "talk_seconds, hold_seconds, outcome, recording, recording_failed, inferred, agents, grams"
)
EVENT_COLUMNS = "fact, call, at, kind, detail, inferred"
RECORD_COLUMNS = (
    "call, customer_id, agent, service_type, method, business_type, product, problem_type, "
    "cause, note, created_at, updated_at, version"
)
OUTCOMES = ("solved", "solved", "solved", "call-back", "ordered", "forwarded", "wrong-number")
SERVICES = ("inquiry", "repair", "complaint", "suggestion", "order")
PRODUCTS = ("router", "camera", "cloud", "broadband", "")
# How many agents miss an offer before one answers: none, one, two.
_MISSED_ONCE, _MISSED_TWICE = 0.24, 0.06
_MOST_CONSIDERED = 5  # idle agents of a queue, beside the chosen one


@dataclass(frozen=True, slots=True)
class People:
    """The agents who took the calls: ids and names by queue, and one who left after a month."""

    names: dict[int, str]
    extensions: dict[int, str]
    queues: dict[str, list[int]]
    left: int


@dataclass(slots=True)
class Lines:
    """The lines of each table."""

    calls: list[str] = field(default_factory=list)
    call_events: list[str] = field(default_factory=list)
    call_agents: list[str] = field(default_factory=list)
    call_legs: list[str] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)
    recordings: list[str] = field(default_factory=list)
    service_records: list[str] = field(default_factory=list)


def days(chance: Random, calls: int, until: date) -> list[tuple[date, list[int]]]:
    """Spread calls over the days of a year and the hours of each: milliseconds of the day."""
    year = [until - timedelta(days=DAYS - one) for one in range(DAYS)]
    weights = [0.4 if day.weekday() == 6 else 0.6 if day.weekday() == 5 else 1.0 for day in year]
    share, told, found = calls / sum(weights), 0.0, []
    for day, weight in zip(year, weights, strict=True):
        before, told = round(told), told + share * weight
        times = [
            int((chance.random() + chance.random()) / 2 * OPEN_MS)
            for _ in range(round(told) - before)
        ]
        found.append((day, sorted(times)))
    return found


class CallMaker:
    """Makes calls one after the other, each with its timeline, as lines of seven tables."""

    def __init__(
        self, chance: Random, people: People, customers: int, ids: int, names: list[str]
    ) -> None:
        """The `customers` with ids from `ids` on are known callers; `names` are theirs."""
        self.lines = Lines()
        self._chance = chance
        self._people = people
        self._customers, self._ids, self._names = customers, ids, names
        self._keys = list(people.queues)
        self._facts = self._place = self._boot = self._at = 0
        self._day = self._path = self._id = ""
        self._legs: list[Leg] = []  # of this call, the caller's first

    def begin(self, day: date, place: int) -> None:
        """Start the next day; the engine was restarted in the night."""
        self._day, self._path, self._place = str(day), f"{day:%Y/%m/%d}", place
        self._boot = (day - date(1970, 1, 1)).days * 86_400_000

    def tell(self, at: int, number: int) -> None:
        """Make a call that comes at a millisecond of the day, as its last agent would see it."""
        random = self._chance.random
        self._at = at
        self._id = f"{NODE}-{self._boot // 1000 + at // 1000}.{number}"
        caller, customer = self._caller()
        called = CALLED[int(random() * 5)]
        began = self._clock()
        self._line(
            0,
            "arrived",
            f'"caller": "{caller}", "called": "{called}", "direction": "in", "via": "trunk", '
            f'"channel": "PJSIP/trunk-{self._facts:08x}"',
        )
        self._legs = []
        self._begin_leg(Leg(self._id, "customer", caller, called, began))
        self._line(20, "answered", "")
        self._answer_leg()
        if customer is not None:
            name = self._names[customer]
            self._line(4, "customer", f'"customer": {self._ids + customer}, "name": "{name}"')
        self._line(2, "step", '"node": "greet", "type": "play"')
        self._line(2400, "step", '"node": "menu", "type": "menu"')
        told = self._after_the_menu(at)
        who = NULL if customer is None else str(self._ids + customer)
        pieces = ",".join(searchable(caller, called)["grams"])
        self.lines.calls.append(
            f"{self._id}\tin\ttrunk\t{caller}\t{called}\t{caller}\t{called}\t"
            f"{who}\t{began}\t{told[0]}\tf\t"
            f"{told[1]}\t{{{pieces}}}"
        )
        self.lines.call_legs += [leg.line(self._id, NODE) for leg in self._legs]
        if told[1] != "{}":
            for agent in told[1][1:-1].split(","):
                self.lines.call_agents.append(f"{self._id}\t{agent}\t{began}")
        if told[1] != "{}" and random() < 0.3:
            self._take_down(who, told[1][1:-1].split(",")[-1])

    def _caller(self) -> tuple[str, int | None]:
        luck = self._chance.random()
        if luck < 0.01:
            return "", None  # withheld
        if luck < 0.3:
            return f"+86151{int(self._chance.random() * 10**8):08}", None
        customer = int(self._customers * self._chance.random() ** 1.5)
        known = numbers_of(customer)
        return known[0 if luck < 0.9 else -1], customer

    def _after_the_menu(self, began: int) -> tuple[str, str]:
        """Make the rest; give the record's columns after `started_at`, and the agents."""
        random = self._chance.random
        luck, menu = random(), 1000 + int(random() * 5000)
        if luck < 0.05:  # in the menu
            self._end(menu, "caller")
            return self._columns("left", "caller", ivr=self._at - began), "{}"
        if luck < 0.051:
            self._end(menu, "system", 21)
            return self._columns("refused", "system", ivr=self._at - began, cause=21), "{}"
        key = self._keys[int(len(self._keys) * random() ** 2)]
        digit = self._keys.index(key) % 10
        self._line(menu, "digit", f'"digit": "{digit}", "node": "menu", "choice": "{key}"')
        self._line(6, "step", f'"node": "{key}", "type": "queue"')
        self._line(3, "queued", f'"queue": "{key}", "priority": 0, "again": false')
        queued, ivr = self._at, self._at - began
        if luck < 0.12:  # in the line
            self._end(5000 + int(random() * 90_000), "caller")
            wait = self._at - queued
            return self._columns("abandoned", "caller", queue=key, ivr=ivr, wait=wait), "{}"
        return self._talk(key, queued, ivr)

    def _talk(self, key: str, queued: int, ivr: int) -> tuple[str, str]:
        random = self._chance.random
        self._at += int(random() ** 3 * 40_000)
        luck, missed_by = random(), list[int]()
        for _ in range((luck < _MISSED_ONCE + _MISSED_TWICE) + (luck < _MISSED_TWICE)):
            missed_by.append(self._miss(key, queued, missed_by))
        agent = self._agent(key)
        them = self._offer(key, agent, queued, missed_by)
        self._line(2000 + int(random() * 7000), "connected", them)
        self._answer_leg()
        answered, connected = self._clock(), self._at
        recording = failed = NULL
        if random() < 0.995:
            recording = f"{self._path}/{self._id}"
            self._line(4, "recording", f'"file": "{recording}", "late": 0.0')
        else:
            failed = "disk full"
            self._line(4, "recording failed", '"why": "disk full"')
        self.lines.recordings.append(
            f"{self._id}\t{TALK}\t{recording}\t{self._clock()}\t0\t{failed}"
        )
        hold = 0
        if random() < 0.2:
            self._line(10_000 + int(random() * 90_000), "held", f'"agent": {agent}, "by": "desk"')
            hold = 8000 + int(random() * 50_000)
            self._line(hold, "resumed", f'"agent": {agent}')
        by = "agent" if random() < 0.3 else "caller"
        talk = 5000 + int(random() ** 2 * 400_000)
        spent = self._at + talk - connected - hold, hold
        for leg in (self._legs[0], self._legs[-1]):
            leg.talk, leg.hold = spent
        self._end(talk, by)
        columns = self._columns(
            "answered",
            by,
            queue=key,
            agent=str(agent),
            answered=answered,
            ivr=ivr,
            wait=connected - queued,
            talk=spent[0],
            hold=hold,
        )
        outcome = NULL
        if random() < 0.9:
            outcome = OUTCOMES[int(random() * 7)]
            said = f'"agent": {agent}, "outcome": "{outcome}", "note": ""'
            self._line(3000 + int(random() * 20_000), "outcome", said)
        columns = columns.removesuffix(f"{NULL}\t{NULL}\t{NULL}")
        return f"{columns}{outcome}\t{recording}\t{failed}", f"{{{agent}}}"

    def _agent(self, key: str) -> int:
        if self._place < 30 and self._chance.random() < 0.01:
            return self._people.left
        theirs = self._people.queues[key]
        return theirs[int(len(theirs) * self._chance.random() ** 1.2)]

    def _offer(self, key: str, agent: int, queued: int, missed_by: list[int]) -> str:
        """Ring an agent, and say why this one; give what the timeline then says of the talk."""
        extension, leg = self._people.extensions[agent], f"{self._id}-a{len(self._legs)}"
        said = (
            f'"agent": {agent}, "name": "{self._people.names[agent]}", '
            f'"extension": "{extension}", "leg": "{leg}"'
        )
        phone = "sip" if agent % 5 == 0 else "browser"
        self._line(5, "offered", f'{said}, "phone": "{phone}"')
        self._decide(key, agent, queued, missed_by)
        numbers = self._legs[0].caller, extension, self._clock()
        self._begin_leg(Leg(leg, "agent", *numbers, agent=str(agent), phone=phone))
        self._line(120, "leg rang", f'"leg": "{leg}"')
        self._legs[-1].rang = self._clock()
        return said

    def _miss(self, key: str, queued: int, missed_by: list[int]) -> int:
        """Ring an agent who does not answer; give their id."""
        agent = self._agent(key)
        self._offer(key, agent, queued, missed_by)
        leg = self._legs[-1]
        leg.reason = "no answer"
        self._line(15_000, "missed", f'"agent": {agent}, "leg": "{leg.id}", "why": "no answer"')
        self._end_leg(leg, reason="no_answer")
        return agent

    def _decide(self, key: str, agent: int, queued: int, missed_by: list[int]) -> None:
        random, theirs = self._chance.random, self._people.queues[key]
        idle = min(len(theirs), int(random() * (_MOST_CONSIDERED + 1)))
        first = int(random() * len(theirs))
        near = [theirs[(first + one) % len(theirs)] for one in range(idle)]
        others = dict.fromkeys(near, "less idle") | dict.fromkeys(missed_by, "passed over")
        others.pop(agent, None)
        self._facts += 1
        line = decision_line(
            f"{NODE}/{self._boot}/{self._facts}",
            self._id,
            self._clock(),
            key,
            agent,
            self._at - queued,
            others.items(),
            sorted((random() * 600 for _ in range(len(others) + 1)), reverse=True),
        )
        self.lines.decisions.append(line)

    def _begin_leg(self, leg: Leg) -> None:
        self._legs.append(leg)
        self._line(0, "leg began", leg.told(NODE))

    def _answer_leg(self) -> None:
        self._legs[-1].answered = self._clock()
        self._line(0, "leg answered", f'"leg": "{self._legs[-1].id}"')

    def _end(self, later: int, by: str, cause: int = 16) -> None:
        """End the call and its legs: Asterisk tells of the one that hung up, we end the other."""
        self._line(later, "ended", f'"by": "{by}", "cause": {cause}')
        for leg in self._legs:
            if leg.ended == NULL and by == ("caller" if leg.role == "customer" else "agent"):
                self._end_leg(leg, cause=cause)
            elif leg.ended == NULL:
                self._end_leg(leg, reason="normal")

    def _end_leg(self, leg: Leg, *, cause: int | None = None, reason: str = "") -> None:
        leg.ended = self._clock()
        if cause is not None:
            leg.cause = str(cause)
        leg.reason = leg.reason or reason
        said = f'"reason": "{reason}"' if cause is None else f'"cause": {cause}'
        self._line(0, "leg ended", f'"leg": "{leg.id}", {said}')

    def _columns(  # noqa: PLR0913 - a record's columns
        self,
        result: str,
        by: str,
        *,
        queue: str = NULL,
        agent: str = NULL,
        answered: str = NULL,
        ivr: int = 0,
        wait: int = 0,
        talk: int = 0,
        hold: int = 0,
        cause: int = 16,
    ) -> str:
        return (
            f"{answered}\t{self._clock()}\t{queue}\t{agent}\t{result}\t{by}\t{cause}\t"
            f"{ivr / 1000}\t{wait / 1000}\t{talk / 1000}\t{hold / 1000}\t{NULL}\t{NULL}\t{NULL}"
        )

    def _take_down(self, customer: str, agent: str) -> None:
        random, at = self._chance.random, self._clock()
        self.lines.service_records.append(
            f"{self._id}\t{customer}\t{agent}\t{SERVICES[int(random() * 5)]}\ttelephone\t"
            f"after-sales\t{PRODUCTS[int(random() * 5)]}\t\t\t已登记, {self._facts}\t{at}\t{at}\t1"
        )

    def _line(self, later: int, kind: str, detail: str) -> None:
        self._at += later
        self._facts += 1
        self.lines.call_events.append(
            f"{NODE}/{self._boot}/{self._facts}\t{self._id}\t{self._clock()}\t{kind}\t"
            f"{{{detail}}}\tf"
        )

    def _clock(self) -> str:
        second, ms = divmod(self._at, 1000)
        return f"{self._day}{CLOCK[second]}{ms:03}+00"
