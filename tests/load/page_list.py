"""The pages that read large tables, their users, and their shares of requests.

Each request gets a new address from the database's content: random calls, customers, numbers and
days, so that no answer is the same as the last one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from urllib.parse import quote

from sqlalchemy import Engine, text

from crm.sql.page import cursor_after, place_after

SAMPLE = 2000
AGENT, SUPERVISOR, LEADER, ADMIN = "agent", "supervisor", "team leader", "administrator"


@dataclass(frozen=True, slots=True)
class DatabaseContent:
    """Content of the database that addresses are made of."""

    calls: list[tuple]  # id, caller, agent, queue, started_at
    customers: list[tuple]  # id, name, company, updated_at, number
    audited: list[tuple]  # id, at
    queues: list[str]
    days: list[str]
    theirs: dict[int, list[str]]  # some calls of each agent who reads


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its name in the tables, its users, how its address is made, its share of requests."""

    name: str
    who: str
    address: str | Callable[[Random, DatabaseContent, int], str]  # or a function that makes one
    share: int = 1
    inside: str = ""  # requested by htmx, into this element

    def choose(self, chance: Random, known: DatabaseContent, who: int) -> str:
        """Make an address for a user."""
        return self.address if isinstance(self.address, str) else self.address(chance, known, who)


def learn(engine: Engine, readers: list[int]) -> DatabaseContent:
    """Choose the content for the requests."""
    with engine.connect() as connection:

        def ask(statement, **values):
            return [tuple(row) for row in connection.execute(text(statement), values)]

        agents = {
            agent: [row[0] for row in found]
            for agent in readers
            if (found := ask("SELECT call FROM call_agents WHERE agent = :a LIMIT 200", a=agent))
        }
        calls = ask(
            "SELECT id, caller, agent, queue, started_at FROM calls TABLESAMPLE SYSTEM (1) "
            "WHERE agent IS NOT NULL AND caller <> '' LIMIT :most",
            most=SAMPLE,
        )
        return DatabaseContent(
            calls,
            ask(
                "SELECT c.id, name, company, updated_at, number FROM customers c "
                "JOIN customer_phones p ON p.customer_id = c.id AND position = 0 "
                "WHERE c.id % 97 = 5 LIMIT :most",
                most=SAMPLE,
            ),
            ask("SELECT id, at FROM audit_log TABLESAMPLE SYSTEM (1) LIMIT :most", most=SAMPLE),
            [row[0] for row in ask("SELECT key FROM queues")],
            sorted({str(row[4].date()) for row in calls}),
            agents,
        )


def _call(chance, known):
    return chance.choice(known.calls)


def _customer(chance, known, *, chinese=None):
    while True:
        found = chance.choice(known.customers)
        if chinese is None or found[1].isascii() is not chinese:
            return found


def _after_call(chance, known, _who):
    id_, *_, at = _call(chance, known)
    return f"/calls?cursor={cursor_after(at, id_)}"


def _after_customer(chance, known, _who):
    id_, *_, at, _ = _customer(chance, known)
    return f"/customers?cursor={place_after('-updated', at, id_)}"


def _digits(chance, known):
    number = _call(chance, known)[1]
    start = chance.randint(3, max(3, len(number) - 6))
    return number[start : start + 6].lstrip("+")


def _day(chance, known, _who):
    day = chance.choice(known.days)
    return f"/calls?from={day}&to={day}"


def _audited_day(chance, known, _who):
    day = str(chance.choice(known.audited)[1].date())
    return f"/audit?from={day}&to={day}"


def _deep_audit(chance, known, _who):
    id_, at = chance.choice(known.audited)
    return f"/audit?cursor={cursor_after(at, id_)}"


def _own_call(chance, known, who):
    return f"/calls/{chance.choice(known.theirs[who])}"


def _search(words):
    return f"/search?q={quote(words)}"


BOX = "search-results"
PAGES = (
    Page("calls, newest", SUPERVISOR, "/calls", 6),
    Page("calls, an agent's own", AGENT, "/calls", 8),
    Page("calls, a team's", LEADER, "/calls", 3),
    Page("calls, deep in the list", SUPERVISOR, _after_call, 3),
    Page("calls of an agent", SUPERVISOR, lambda c, k, _: f"/calls?agent={_call(c, k)[2]}", 3),
    Page(
        "calls from a number",
        SUPERVISOR,
        lambda c, k, _: f"/calls?caller={quote(_call(c, k)[1])}",
        3,
    ),
    Page("calls, six digits", SUPERVISOR, lambda c, k, _: f"/calls?caller={_digits(c, k)}", 2),
    Page("calls of a queue", SUPERVISOR, lambda c, k, _: f"/calls?queue={c.choice(k.queues)}", 2),
    Page("calls of a day", SUPERVISOR, _day, 3),
    Page(
        "calls, queue and result",
        SUPERVISOR,
        lambda c, k, _: f"/calls?queue={c.choice(k.queues)}&result=abandoned",
    ),
    Page("calls, longest talks", SUPERVISOR, "/calls?sort=-talked"),
    Page("calls, a team's of a day", LEADER, _day),
    Page(
        "calls of a customer",
        SUPERVISOR,
        lambda c, k, _: f"/calls?customer={_customer(c, k)[0]}",
    ),
    Page("a call", SUPERVISOR, lambda c, k, _: f"/calls/{_call(c, k)[0]}", 6),
    Page("a call of one's own", AGENT, _own_call, 4),
    Page("customers, last changed", AGENT, "/customers", 4),
    Page("customers, deep in the list", SUPERVISOR, _after_customer),
    Page(
        "customers, a Chinese name",
        AGENT,
        lambda c, k, _: f"/customers?text={quote(_customer(c, k, chinese=True)[1])}",
        4,
    ),
    Page("customers, a surname", AGENT, f"/customers?text={quote('王')}", 1),
    Page(
        "customers, an English name",
        AGENT,
        lambda c, k, _: f"/customers?text={quote(_customer(c, k, chinese=False)[1])}",
        2,
    ),
    Page(
        "customers, digits",
        AGENT,
        lambda c, k, _: f"/customers?phone={_customer(c, k)[4][-6:]}",
        2,
    ),
    Page("customers, gold", SUPERVISOR, "/customers?level=gold"),
    Page("a customer", AGENT, lambda c, k, _: f"/customers/{_customer(c, k)[0]}", 6),
    Page(
        "search box, a name",
        AGENT,
        lambda c, k, _: _search(_customer(c, k)[1][:3]),
        6,
        inside=BOX,
    ),
    Page("search box, digits", AGENT, lambda c, k, _: _search(_digits(c, k)), 4, inside=BOX),
    Page("audit log", ADMIN, "/audit", 2),
    Page("audit log, deep", ADMIN, _deep_audit),
    Page("audit log of a day", ADMIN, _audited_day),
    Page("audit log of a kind", ADMIN, "/audit?what=users"),
    Page("audit log of an action", ADMIN, "/audit?action=user.changed"),
    Page("login log", ADMIN, "/logins"),
    Page("login log, a login", ADMIN, lambda c, _k, _w: f"/logins?q=agent{c.randint(1, 400)}"),
    Page("login log, failed", ADMIN, "/logins?result=wrong"),
    Page("users", ADMIN, "/users", 1),
    Page("floor", SUPERVISOR, "/floor", 3),
    Page("status", ADMIN, "/status", 1),
    Page("desk", AGENT, "/desk", 2),
    Page(
        "export, calls of a day",
        SUPERVISOR,
        lambda c, k, who: _day(c, k, who).replace("/calls", "/calls/export"),
    ),
    Page("API: calls", SUPERVISOR, "/api/v1/calls?limit=50", 3),
    Page("API: a call", SUPERVISOR, lambda c, k, _: f"/api/v1/calls/{_call(c, k)[0]}", 2),
    Page(
        "API: customers by number",
        AGENT,
        lambda c, k, _: f"/api/v1/customers?phone={quote(_customer(c, k)[4])}",
        2,
    ),
    Page(
        "API: a customer's history",
        AGENT,
        lambda c, k, _: f"/api/v1/customers/{_customer(c, k)[0]}/history",
        2,
    ),
)
