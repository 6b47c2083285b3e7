"""A year of calls of a large site, as the lines for PostgreSQL's COPY.

The same seed makes the same year. A call has the timeline that the engine would write, and its
record is what `crm.calls.record.fold` would make of that; `million.py` compares some.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from crm.calls.store import searchable
from crm.customers.store import searchable as customer_columns

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
CUSTOMER_COLUMNS = (
    "id, name, company, level, category, status, sex, address, email, note, created_at, "
    "updated_at, version, haystack, grams"
)
OUTCOMES = ("solved", "solved", "solved", "call-back", "ordered", "forwarded", "wrong-number")
SERVICES = ("inquiry", "repair", "complaint", "suggestion", "order")
PRODUCTS = ("router", "camera", "cloud", "broadband", "")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志文小雨晨欣怡"
FIRST = ("Emma", "James", "Olivia", "William", "Sophia", "Lucas", "Mia", "Henry", "Grace", "Ava")
LAST = ("Johnson", "Miller", "Brown", "Davis", "Wilson", "Martin", "Anderson", "Clark", "Lee")
COMPANIES = (
    *("晨光电子", "华安物流", "启明学校", "海风酒店", "绿洲农业", "远大机械", "蓝天航空服务"),
    *("Northwind Trading", "Miller & Sons", "Blue Door Cafe", "Martin Optik", "Tan Foods"),
)
PREFIXES = ("138", "139", "136", "159", "188", "133", "177")
_CLOCK = [f" {s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}." for s in range(86_400)]
_NULL = "\\N"


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
    service_records: list[str] = field(default_factory=list)


def a_name(chance: Random) -> str:
    """Make a name: seven of ten are Chinese."""
    if chance.random() < 0.7:
        return chance.choice(SURNAMES) + "".join(chance.choices(GIVEN, k=chance.randint(1, 2)))
    return f"{chance.choice(FIRST)} {chance.choice(LAST)}"


def numbers_of(customer: int) -> list[str]:
    """Give the numbers of the customer at this place: one, two or three."""
    if customer % 20 == 19:
        found = [f"+447{700_000_000 + customer}"]
    else:
        found = [f"+86{PREFIXES[customer % 7]}{customer * 37 % 10**8:08}"]
    if customer % 10 >= 6:
        found.append(f"+8621{50_000_000 + customer}")
    if customer % 10 == 9:
        found.append(f"+8610{60_000_000 + customer}")
    return found


def customer_line(chance: Random, id_: int, place: int, until: date) -> str:
    """Make a customer's line, created and changed at some time in the last years."""
    name = a_name(chance)
    company = chance.choice(COMPANIES) if chance.random() < 0.3 else ""
    created = until - timedelta(days=int(chance.random() * 1000))
    updated = min(created + timedelta(days=int(chance.random() ** 3 * 900)), until)
    found = customer_columns(name, company, numbers_of(place))
    pieces = ",".join(f'"{one}"' for one in found["grams"])
    haystack = str(found["haystack"]).replace("\n", "\\n")
    at = f"{_CLOCK[int(chance.random() * 50_000)]}{place % 1000:03}+00"
    return "\t".join(
        (
            str(id_),
            name,
            company,
            chance.choice(("gold", "silver", "standard", "standard", "standard", "")),
            "company" if company else "person",
            chance.choice(("active", "active", "active", "prospect", "lost")),
            chance.choice(("male", "female", "")),
            f"中山路{place % 999 + 1}号" if place % 3 else "",
            f"c{place}@example.com" if place % 2 else "",
            "",
            f"{created}{at}",
            f"{updated}{at}",
            "1",
            haystack,
            f"{{{pieces}}}",
        )
    )


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
    """Makes calls one after the other, each with its timeline, as lines of four tables."""

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
        self._line(20, "answered", "")
        if customer is not None:
            name = self._names[customer]
            self._line(4, "customer", f'"customer": {self._ids + customer}, "name": "{name}"')
        self._line(2, "step", '"node": "greet", "type": "play"')
        self._line(2400, "step", '"node": "menu", "type": "menu"')
        told = self._after_the_menu(at)
        who = _NULL if customer is None else str(self._ids + customer)
        pieces = ",".join(searchable(caller, called)["grams"])
        self.lines.calls.append(
            f"{self._id}\tin\ttrunk\t{caller}\t{called}\t{caller}\t{called}\t"
            f"{who}\t{began}\t{told[0]}\tf\t"
            f"{told[1]}\t{{{pieces}}}"
        )
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
            self._line(menu, "ended", '"by": "caller", "cause": 16')
            return self._columns("left", "caller", ivr=self._at - began), "{}"
        if luck < 0.051:
            self._line(menu, "ended", '"by": "system", "cause": 21')
            return self._columns("refused", "system", ivr=self._at - began, cause=21), "{}"
        key = self._keys[int(len(self._keys) * random() ** 2)]
        digit = self._keys.index(key) % 10
        self._line(menu, "digit", f'"digit": "{digit}", "node": "menu", "choice": "{key}"')
        self._line(6, "step", f'"node": "{key}", "type": "queue"')
        self._line(3, "queued", f'"queue": "{key}", "priority": 0, "again": false')
        queued, ivr = self._at, self._at - began
        if luck < 0.12:  # in the line
            self._line(5000 + int(random() * 90_000), "ended", '"by": "caller", "cause": 16')
            wait = self._at - queued
            return self._columns("abandoned", "caller", queue=key, ivr=ivr, wait=wait), "{}"
        return self._talk(key, queued, ivr, missed=luck < 0.18)

    def _talk(self, key: str, queued: int, ivr: int, *, missed: bool) -> tuple[str, str]:
        random = self._chance.random
        self._at += int(random() ** 3 * 40_000)
        if missed:
            one = self._offer(self._agent(key))
            self._line(
                15_000, "missed", f'{one[: one.index(", ")]}, "leg": "x", "why": "no answer"'
            )
        agent = self._agent(key)
        them = self._offer(agent)
        self._line(2000 + int(random() * 7000), "connected", them)
        answered, connected = self._clock(), self._at
        recording = failed = _NULL
        if random() < 0.995:
            recording = f"{self._path}/{self._id}"
            self._line(4, "recording", f'"file": "{recording}", "late": 0.0')
        else:
            failed = "disk full"
            self._line(4, "recording failed", '"why": "disk full"')
        hold = 0
        if random() < 0.2:
            self._line(10_000 + int(random() * 90_000), "held", f'"agent": {agent}, "by": "desk"')
            hold = 8000 + int(random() * 50_000)
            self._line(hold, "resumed", f'"agent": {agent}')
        by = "agent" if random() < 0.3 else "caller"
        self._line(5000 + int(random() ** 2 * 400_000), "ended", f'"by": "{by}", "cause": 16')
        columns = self._columns(
            "answered",
            by,
            queue=key,
            agent=str(agent),
            answered=answered,
            ivr=ivr,
            wait=connected - queued,
            talk=self._at - connected - hold,
            hold=hold,
        )
        outcome = _NULL
        if random() < 0.9:
            outcome = OUTCOMES[int(random() * 7)]
            said = f'"agent": {agent}, "outcome": "{outcome}", "note": ""'
            self._line(3000 + int(random() * 20_000), "outcome", said)
        columns = columns.removesuffix(f"{_NULL}\t{_NULL}\t{_NULL}")
        return f"{columns}{outcome}\t{recording}\t{failed}", f"{{{agent}}}"

    def _agent(self, key: str) -> int:
        if self._place < 30 and self._chance.random() < 0.01:
            return self._people.left
        theirs = self._people.queues[key]
        return theirs[int(len(theirs) * self._chance.random() ** 1.2)]

    def _offer(self, agent: int) -> str:
        leg = f"{self._id}-a{self._facts % 10}"
        said = (
            f'"agent": {agent}, "name": "{self._people.names[agent]}", '
            f'"extension": "{self._people.extensions[agent]}", "leg": "{leg}"'
        )
        self._line(5, "offered", f'{said}, "phone": "browser"')
        return said

    def _columns(  # noqa: PLR0913 - a record's columns
        self,
        result: str,
        by: str,
        *,
        queue: str = _NULL,
        agent: str = _NULL,
        answered: str = _NULL,
        ivr: int = 0,
        wait: int = 0,
        talk: int = 0,
        hold: int = 0,
        cause: int = 16,
    ) -> str:
        return (
            f"{answered}\t{self._clock()}\t{queue}\t{agent}\t{result}\t{by}\t{cause}\t"
            f"{ivr / 1000}\t{wait / 1000}\t{talk / 1000}\t{hold / 1000}\t{_NULL}\t{_NULL}\t{_NULL}"
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
        return f"{self._day}{_CLOCK[second]}{ms:03}+00"
