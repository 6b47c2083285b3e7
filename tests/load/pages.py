"""How fast pages are over a year of calls: 1,000,000 of them, 200,000 customers, 20 readers.

    bin/bench pages [--home FOLDER] [--calls 1000000] [--seconds 60] [--short]

The requests go through the real front door to the real web, with real sessions. For each page the
program reports: its database queries and their plans (`plans.txt` has every plan; the program fails
if a large table is read from end to end); its CPU cost in web, PostgreSQL and nginx, alone, for
some requests one after the other; its times with 20 users who look at a page for one to three
seconds each (about ten requests a second in all); and the rate without pauses. Pages are whole
ones, as after a reload: htmx requests less.

FOLDER keeps a filled installation, which takes some minutes to make; without it one is made and
removed.
"""

import argparse
import asyncio
import contextlib
import random
import secrets
import shutil
import sys
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import aiohttp
from installation import Installation, fresh_home
from load.kit import Meter, Report, machine, percentile, processes_of, spread
from load.million import Size, fill
from load.page_list import ADMIN, AGENT, LEADER, PAGES, SUPERVISOR, learn
from load.plans import Witness
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from crm.customers.store import customer_by_phone
from crm.people.person import NewSession, SessionKind
from crm.people.rights import EVERYBODY
from crm.people.sessions.store import open_session
from web.customers.views import CallerNumber, show_card
from web.kit.auth import COOKIE
from web.kit.clock import now
from web.kit.i18n import reader, site_zone
from web.kit.settings import load_settings

READERS = {AGENT: 10, SUPERVISOR: 6, LEADER: 2, ADMIN: 2}
TO_REACH_MS = 100.0
CPU_TO_REACH_MS = 25.0  # of the web, for a page with a list
THINKING_SECONDS = (1.0, 3.0)
LISTS = ("calls", "customers", "audit", "login")
PARTS = ("web", "postgres", "nginx")


@dataclass(frozen=True, slots=True)
class Reader:
    """A user who reads pages: id, role, cookie."""

    id: int
    role: str
    token: str


@dataclass(slots=True)
class Answers:
    """The times of answers, and the failures."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)

    def note(self, name, seconds, size):
        self.seconds.setdefault(name, []).append(seconds)
        self.sizes[name] = size

    def all(self):
        return [one for found in self.seconds.values() for one in found]


def main(words=None):
    """Read the command line, measure, and give an exit code."""
    asked = _parser().parse_args(words)
    if asked.short:
        asked.seconds, asked.each = min(asked.seconds, 10), min(asked.each, 5)
        asked.calls = min(asked.calls, 50_000)
    with _filled_site(asked) as installation:
        report = Report("pages")
        report.say(machine(installation))
        return _measure(installation, report, asked)


def _parser():
    parser = argparse.ArgumentParser(prog="pages", description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, help="keep the filled installation here")
    parser.add_argument("--calls", type=int, default=Size().calls)
    parser.add_argument("--seconds", type=int, default=60, help="of each part with 20 readers")
    parser.add_argument("--each", type=int, default=20, help="requests of each page alone")
    parser.add_argument("--only", default="", help="pages whose name holds this, plans and costs")
    parser.add_argument("--short", action="store_true", help="a smoke run")
    return parser


@contextlib.contextmanager
def _filled_site(asked):
    """Run an installation with a year of calls. The engine starts last, and reads all at once."""
    home = asked.home or fresh_home()
    filled = home / "filled"  # contains the number of calls
    if not filled.exists() or int(filled.read_text()) != asked.calls:
        quiet = Installation(home, without="asterisk,engine,jobs")
        try:
            quiet.start()
            _fill(quiet.database_url(), asked.calls)
        finally:
            quiet.stop()
        filled.write_text(str(asked.calls))
    whole = Installation(home, without="jobs")  # at once they would back up all these gigabytes
    try:
        yield whole.start().let_us_ask_often()
    finally:
        whole.stop()
        if not asked.home:
            shutil.rmtree(home, ignore_errors=True)


def _fill(address, calls):
    took = fill(address, Size().small(calls / Size().calls))
    for name, seconds in took.steps:
        print(f"filling: {name:20} {seconds:7.1f} s", flush=True)


def _measure(installation, report, asked):
    engine = create_engine(installation.database_url())
    readers = _readers(engine)
    known = learn(engine, [one.id for one in readers if one.role == AGENT])
    readers = [one for one in readers if one.role != AGENT or one.id in known.theirs]
    _sizes(engine, report)
    pages = [page for page in PAGES if asked.only in page.name]
    good = _plans(installation, report, pages, readers, known)
    costs = asyncio.run(_alone(installation, pages, readers, known, asked.each))
    good &= _tell_costs(report, costs)
    if not asked.only:
        good &= _together(installation, report, readers, known, asked.seconds, waiting=True)
        _together(installation, report, readers, known, asked.seconds // 2, waiting=False)
    engine.dispose()
    return 0 if good else 1


def _readers(engine):
    """Open sessions for twenty users; two of the supervisors lead a team only."""
    at, found = now(), []
    with Session(engine) as session:
        leader = session.scalar(text("SELECT id FROM roles WHERE name_en = 'Team leader'"))
        session.execute(
            text("UPDATE users SET role_id = :role WHERE login IN ('supervisor1', 'supervisor2')"),
            {"role": leader},
        )
        logins = {
            AGENT: [f"agent{place * 7}" for place in range(READERS[AGENT])],
            SUPERVISOR: ["chen.jing"] * READERS[SUPERVISOR],
            LEADER: ["supervisor1", "supervisor2"],
            ADMIN: ["admin"] * READERS[ADMIN],
        }
        for role, theirs in logins.items():
            for login in theirs:
                id_ = session.scalar(
                    text("SELECT id FROM users WHERE login = :login"), {"login": login}
                )
                if id_ is None:
                    continue
                token = secrets.token_urlsafe(32)
                new = NewSession(
                    token, id_, SessionKind.BROWSER, secrets.token_urlsafe(24), at,
                    at + timedelta(hours=8),
                )  # fmt: skip
                open_session(session, new)
                found.append(Reader(id_, role, token))
        session.commit()
    return found


def _sizes(engine, report):
    with engine.connect() as connection:
        rows = connection.execute(
            text(
                "SELECT relname, reltuples::bigint, "
                "pg_size_pretty(pg_table_size(oid)), pg_size_pretty(pg_indexes_size(oid)) "
                "FROM pg_class WHERE relkind = 'r' AND reltuples > 1000 "
                "AND relnamespace = 'public'::regnamespace ORDER BY reltuples DESC"
            )
        ).all()
    report.table("what there is", ("table", "rows", "table", "indexes"), [tuple(r) for r in rows])


def _plans(installation, report, pages, readers, known):
    """Report the plans of every page; True if none reads a large table from end to end."""
    witness = Witness(load_settings(installation.environment))
    chance, rows, scanned = random.Random(7), [], []
    with (report.folder / "plans.txt").open("w") as file:

        def tell(name, plans):
            slowest = max(plans, key=lambda one: one.ms)
            total, read = sum(one.ms for one in plans), sum(one.pages for one in plans)
            rows.append((name, len(plans), total, slowest.ms, read))
            for one in plans:
                file.write(f"== {name}\n{one.statement}\n\n{one.plan}\n\n")
                if one.scanned:
                    scanned.append(f"{name}: {one.statement[:200]}\n{one.plan}")

        for page in pages:
            who = chance.choice([one for one in readers if one.role == page.who])
            address = page.choose(chance, known, who.id)
            tell(page.name, witness.plans(address, who.token, page.inside))
        region = reader("zh_CN", "", site_zone("CN"), "CN")
        number, id_ = known.customers[0][4], known.customers[0][0]
        for name, ask in (
            ("the engine asks who calls", lambda s: customer_by_phone(s, number)),
            (
                "pop: somebody known",
                lambda s: show_card(s, region, CallerNumber(number, id_), EVERYBODY),
            ),
            ("pop: a stranger", lambda s: show_card(s, region, CallerNumber("+8615100000001"))),
        ):
            tell(name, witness.plans_of(ask))
    witness.close()
    headers = ("page", "statements", "ms in all", "slowest", "pages of 8 kB")
    report.table("what a page asks PostgreSQL (EXPLAIN ANALYZE)", headers, rows)
    for one in scanned:
        report.say(f"READS A LARGE TABLE FROM END TO END: {one}")
    report.say("no large table is read from end to end" if not scanned else "")
    return not scanned


async def _alone(installation, pages, readers, known, each):
    """Request each page some times, one after the other; give seconds and CPU."""
    chance, found = random.Random(11), []
    async with _door(installation) as door:
        for page in pages:
            theirs, seen = [one for one in readers if one.role == page.who], Answers()
            for _ in range(3):
                await _ask(door, page, theirs[0], chance, known, Answers())
            with Meter(**_metered(installation)) as cpu:
                for place in range(each):
                    await _ask(door, page, theirs[place % len(theirs)], chance, known, seen)
            found.append((page, seen, {name: cpu.seconds[name] / each for name in PARTS}))
    return found


def _tell_costs(report, costs):
    rows = [
        (
            page.name,
            *spread(seen.all())[:2],
            *(cpu[name] * 1000 for name in PARTS),
            seen.sizes.get(page.name, 0) // 1024,
        )
        for page, seen, cpu in costs
    ]
    headers = ("page, alone", "p50 ms", "p95 ms", *(f"{name} CPU ms" for name in PARTS), "kB")
    report.table("what a page costs", headers, rows)
    for _, seen, _ in costs:
        for wrong in seen.wrong[:3]:
            report.say(f"WRONG: {wrong}")
    lists = [row for row in rows if row[0].startswith(LISTS)]
    dearest = max(lists, key=lambda row: row[3], default=None)
    if dearest:
        report.judge(f"web's CPU of the dearest list ({dearest[0]})", dearest[3], CPU_TO_REACH_MS)
    return not any(seen.wrong for _, seen, _ in costs)


def _together(  # noqa: PLR0913 - where, who, what and for how long
    installation, report, readers, known, seconds, *, waiting
):
    """Let twenty users read for a while; True if they were served in time."""
    with Meter(**_metered(installation)) as cpu:
        began, before = time.monotonic(), time.process_time()
        seen = asyncio.run(_crowd(installation, readers, known, seconds, waiting=waiting))
        took = time.monotonic() - began
    cpu.seconds["these readers"] = time.process_time() - before
    count = len(seen.all())
    how = "who look at each page for one to three seconds" if waiting else "who never wait"
    title = f"{len(readers)} readers {how}: {count / took:.1f} requests a second for {took:.0f} s"
    rows = [(name, len(found), *spread(found)) for name, found in sorted(seen.seconds.items())]
    rows.append(("all", count, *spread(seen.all())))
    report.table(title, ("page", "requests", "p50 ms", "p95", "p99", "max"), rows)
    used = [(name, s * 100 / took, s * 1000 / max(1, count)) for name, s in cpu.seconds.items()]
    report.table("CPU", ("process", "% of a core", "ms a request"), used)
    for wrong in seen.wrong[:5]:
        report.say(f"WRONG: {wrong}")
    if not waiting:
        return True
    most = percentile(seen.all(), 0.95) * 1000
    reached = report.judge(f"p95 of all pages at {count / took:.1f}/s", most, TO_REACH_MS)
    return reached and not seen.wrong


async def _crowd(installation, readers, known, seconds, *, waiting):
    seen, until = Answers(), time.monotonic() + seconds

    async def read(door, who, chance):
        theirs = [page for page in PAGES if page.who == who.role]
        shares = [page.share for page in theirs]
        if waiting:
            await asyncio.sleep(chance.uniform(0, THINKING_SECONDS[1]))
        while time.monotonic() < until:
            page = chance.choices(theirs, shares)[0]
            await _ask(door, page, who, chance, known, seen)
            if waiting:
                await asyncio.sleep(chance.uniform(*THINKING_SECONDS))

    async with _door(installation) as door:
        people = [read(door, who, random.Random(place)) for place, who in enumerate(readers)]
        await asyncio.gather(*people)
    return seen


def _door(installation):
    # As a browser requests: compressed; it is not decompressed, since that is the browser's time.
    return aiohttp.ClientSession(
        installation.address,
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"Accept-Encoding": "gzip", "Accept": "text/html", "Accept-Language": "zh-CN"},
        timeout=aiohttp.ClientTimeout(total=30),
    )


async def _ask(door, page, who, chance, known, seen):  # noqa: PLR0913, PLR0917 - a request
    headers = {"Cookie": f"{COOKIE}={who.token}"}
    if page.inside:
        headers |= {"HX-Request": "true", "HX-Target": page.inside}
    address = page.choose(chance, known, who.id)
    began = time.perf_counter()
    async with door.get(address, headers=headers, allow_redirects=False) as answer:
        body = await answer.read()
        seen.note(page.name, time.perf_counter() - began, len(body))
        if answer.status != 200:
            seen.wrong.append(f"{page.name}: {answer.status} {address}")


def _metered(installation):
    children = processes_of(installation)
    return {name: children[name] for name in PARTS}


if __name__ == "__main__":
    sys.exit(main())
