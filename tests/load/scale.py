"""The engine at 100, 1,000 and 10,000 agents: how soon it decides, and what that costs.

The real engine process, with its supervisor, PostgreSQL, journal and a reader on its socket like
the web; below it a fake Asterisk on real sockets (`load.fake_asterisk`), since a real one on the
same machine would be full long before the engine. Callers come at random; each hears a greeting,
presses a key, waits for an agent, talks, is recorded. Half call their team of a hundred, half a
queue that every agent serves.

A delay is measured at the fake: from sending the event until the command that follows it.
"""

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
import time

from installation import Installation, fresh_home
from load import sampled
from load.crowd import HUNG_UP, STEPS, WAYS
from load.kit import Meter, Report, hire, machine, memory_mib, processes_of, spread
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from acd.queue import AgentId, Queue, QueueKey, members_of
from acd.queues.store import save_queue
from crm.sql.db import notify
from ivr import store as ivr
from web.kit.errors import EngineAwayError
from web.kit.settings import load_settings
from web.live.engine_link import EngineLink
from web.live.mirror import Mirror

WITHOUT = "pages,demo,asterisk,nginx,web,jobs"
TEAM = 100
EVERYBODY, NOBODY = "everybody", "nobody"
BUSY = 0.6  # share of the agents who may be in a talk at once
LONGEST_TALK, SHORTEST_TALK = 10.0, 0.1  # seconds
HANDLING_SECONDS = 0.6  # of an agent, beside the talk
LIMIT = 2**27  # bytes of a line of JSON
PATIENCE_SECONDS = 300
MOST_TALKS, FILL_RATE = 1500, 80  # talks when the engine is killed; started per second
WARM_SECONDS = 5.0
SETTLE_SECONDS = 30
KIB = 1024


class Fake:
    """The fake Asterisk's process."""

    def __init__(self, process):
        self.process = process

    @classmethod
    async def start(cls, environment, recordings):
        ports = [environment["HOTLINE_ASTERISK_PORT"], environment["HOTLINE_AMI_PORT"]]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "load.fake_asterisk", *ports, str(recordings),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=LIMIT,
        )  # fmt: skip
        await process.stdout.readline()
        return cls(process)

    async def ask(self, do, **more):
        """Send a command and give the figures afterwards."""
        self.process.stdin.write(json.dumps({"do": do, **more}).encode() + b"\n")
        await self.process.stdin.drain()
        return json.loads(await self.process.stdout.readline())

    async def stop(self):
        self.process.stdin.close()
        await self.process.wait()


class Site:
    """An engine, its database and its fake Asterisk."""

    def __init__(self, installation, fake):
        self.installation = installation
        self.fake = fake
        self.mirror = Mirror()
        self.link = EngineLink(load_settings(installation.environment).engine_socket, self.mirror)
        self.numbers = []
        self.closed = ""
        self.seats = ()

    @property
    def engine(self):
        """The engine's process id."""
        return self.installation.pid("engine")

    async def furnish(self, agents):
        """Hire agents, make their queues and numbers, and notify the engine."""
        engine = create_engine(self.installation.database_url())
        with Session(engine) as session, session.begin():
            self.seats = hire(session, agents)
            ids = [AgentId(seat.id) for seat in self.seats]
            teams = [(f"team-{at // TEAM}", ids[at : at + TEAM]) for at in range(0, len(ids), TEAM)]
            for key, members in [(EVERYBODY, ids), (NOBODY, []), *teams]:
                queue = Queue(QueueKey(key), key, members_of(members), wrapup_seconds=0.0)
                save_queue(session, queue, f"压测 {key}")
                number = f"9{len(self.numbers):04d}"
                _lead(session, key, number)
                self.numbers.append(number)
            notify(session, "agents:all")
        engine.dispose()
        everybody, self.closed, *teams = self.numbers
        self.numbers = [one for team in teams for one in (everybody, team)]
        await self.until(lambda: len(self.mirror.values("agent")) == agents)
        await self.fake.ask("numbers", numbers=self.numbers)

    async def sign_in(self):
        """Sign every agent in at a registered telephone, ready."""
        gate = asyncio.Semaphore(50)

        async def seat(one):
            async with gate:
                await self._ask("signin", agent=one.id, phone="sip")
                await self._ask("state", agent=one.id, state="ready")

        await asyncio.gather(*map(seat, self.seats))
        await self.until(lambda: self.ready == len(self.seats))

    async def _ask(self, name, **fields):
        """Repeat a request until it is answered: a slow reader is disconnected, and reconnects."""
        while True:
            with contextlib.suppress(EngineAwayError):
                return await self.link.ask(name, **fields)
            await self.until(lambda: not self.mirror.away)

    @property
    def ready(self):
        """Count the agents who can be offered a call."""
        there = self.mirror.values("agent")
        return sum(one["state"] == "ready" and one["reachable"] for one in there)

    def calls(self, state):
        """Give the calls in a state, with the fields that must survive a restart."""
        return {
            one["id"]: (one["agent"], one["queue"], one["waiting_since"], one["answered_at"])
            for one in self.mirror.values("call")
            if one["state"] == state
        }

    async def until(self, there, seconds=PATIENCE_SECONDS):
        """Wait for a condition; give how long it took."""
        began = time.monotonic()
        while not there():
            assert time.monotonic() - began < seconds, self.installation.tails()
            await asyncio.sleep(0.01)
        return time.monotonic() - began


@contextlib.asynccontextmanager
async def site(environment):
    """Start an engine on a fake Asterisk, without agents."""
    installation = Installation(fresh_home(), {"HOTLINE_DEMO": "0", **environment}, WITHOUT)
    settings = load_settings(installation.environment)
    settings.recordings_dir.mkdir(parents=True, exist_ok=True)
    fake = reading = None
    try:
        await asyncio.to_thread(installation.start)
        fake = await Fake.start(installation.environment, settings.recordings_dir)
        made = Site(installation, fake)
        reading = asyncio.create_task(made.link.run())
        await made.until(lambda: not made.mirror.away and _linked(made))
        yield made
    finally:
        if reading is not None:
            reading.cancel()
        await asyncio.to_thread(installation.stop)
        if fake is not None:
            await fake.stop()
        shutil.rmtree(installation.home, ignore_errors=True)


async def measure(agents, options, report, rows):
    """Measure everything at one size."""
    environment = sampled.environment(report.folder) if options.profile else {}
    async with site(environment) as made:
        await asyncio.sleep(3.0)
        base = memory_mib(made.engine)
        known = await timed(made.furnish(agents))
        await made.fake.ask("phones", extensions=[seat.extension for seat in made.seats])
        seated = await timed(made.sign_in())
        await settled(made)
        full = memory_mib(made.engine)
        for rate in options.rates:
            rows["delays"].append(await traffic(made, rate, options, report))
        if options.profile:
            await idle(made, options, report)
            return
        await settled(made)
        before = memory_mib(made.engine)
        alive = await fill(made, min(int(agents * BUSY), MOST_TALKS))
        a_call = (memory_mib(made.engine) - before) * KIB / alive
        an_agent = (full - base) * KIB / agents
        rows["memory"].append((agents, base, full, an_agent, a_call, known, seated))
        report.say(f"memory: {rows['memory'][-1]}")
        rows["restarts"].append((agents, *await restart(made)))
        report.say(f"restart: {rows['restarts'][-1]}")


async def timed(work):
    """Do something; give how many seconds it took."""
    began = time.monotonic()
    await work
    return time.monotonic() - began


async def idle(made, options, report):
    """Report where the time goes without calls."""
    await settled(made)
    with sampled.sampling(report.folder, made.engine):
        await asyncio.sleep(options.seconds)
    report.say(f"\n{len(made.seats)} agents and no call")
    report.say(sampled.told(report.folder, options.seconds, "second"))


async def traffic(made, rate, options, report):
    """Run so many calls a second for so long; give a row of observations."""
    seconds = options.seconds
    busy = BUSY * len(made.seats) / rate - HANDLING_SECONDS
    talk = max(SHORTEST_TALK, min(LONGEST_TALK, busy))
    start = await made.fake.ask("figures")
    await made.fake.ask("run", rate=rate, seconds=WARM_SECONDS, talk=talk)
    before = await made.fake.ask("forget")
    postgres = processes_of(made.installation).get("postgres")
    fake = made.fake.process.pid
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        if options.profile:
            stack.enter_context(sampled.sampling(report.folder, made.engine))
        cpu = stack.enter_context(Meter(engine=made.engine, postgres=postgres, fake=fake))
        said = await made.fake.ask("run", rate=rate, seconds=seconds, talk=talk)
    took = time.monotonic() - began
    last = await made.fake.ask("quiet", rate=rate)
    lost = last["arrived"] - start["arrived"] - last["talked"] + start["talked"]
    calls = said["arrived"] - before["arrived"]
    share = {name: round(100 * spent / took) for name, spent in cpu.seconds.items()}
    report.say(
        f"\n{len(made.seats)} agents, {calls / took:.1f} calls/s, talks of {talk:.1f} s, "
        f"{lost} calls without a talk; % of a core: {share}"
    )
    if options.profile:
        report.say(sampled.told(report.folder, calls))
    delays = last["delays"]
    report.table(
        "ms",
        ("from", "orders", "p50", "p95", "p99", "most", "never"),
        [(w, len(delays[w]), *spread(delays[w]), last["late"].get(w, 0)) for w in (*STEPS, *WAYS)],
    )
    orders = [delay for what in STEPS for delay in delays[what]]
    ways = [delay for what in WAYS for delay in delays[what]]
    events = round((said["events"] - before["events"]) / took)
    each = (1000 * cpu.seconds[name] / calls for name in ("engine", "postgres", "fake"))
    return (len(made.seats), rate, *spread(orders), *spread(ways)[:2], events, *each, lost)


async def fill(made, talks):
    """Start so many talks, and a tenth as many callers without agents; give their number."""
    said = await made.fake.ask(
        "fill", rate=FILL_RATE, talks=talks, waiting=max(1, talks // 10), closed=made.closed
    )
    await made.until(lambda: len(made.calls("talking")) == said["talking"], 30)
    await settled(made)
    return len(made.calls("talking")) + len(made.calls("waiting"))


async def restart(made):
    """Kill the engine with all these calls alive; check that they are served again."""
    talks, line = made.calls("talking"), made.calls("waiting")
    whole = len(talks) + len(line)
    boot, began, at = made.mirror.boot, time.monotonic(), time.time()
    os.kill(made.engine, signal.SIGKILL)
    await made.until(lambda: not made.mirror.away and made.mirror.boot != boot)
    back = time.monotonic() - began
    with contextlib.suppress(AssertionError):
        await made.until(
            lambda: len(made.calls("talking")) + len(made.calls("waiting")) >= whole, 60
        )
    known = time.monotonic() - began
    same = made.calls("talking") == talks and made.calls("waiting") == line
    with Meter(engine=made.engine) as cpu:
        await settled(made)
    lives = len((await made.fake.ask("forget"))["links"]) - 1
    last = await made.fake.ask("empty", rate=FILL_RATE)
    linked = last["links"][-1] - at
    ended = spread(last["delays"][HUNG_UP])[:2]
    count = len(last["delays"][HUNG_UP])
    return (whole, linked, back, known, "yes" if same else "NO", f"{count} of {len(talks)}",
            *ended, cpu.seconds["engine"], lives)  # fmt: skip


async def settled(made):
    """Wait until the engine has nothing left to do but the comparison every five seconds."""
    for _ in range(SETTLE_SECONDS):
        with Meter(engine=made.engine) as cpu:
            await asyncio.sleep(1.0)
        if cpu.seconds["engine"] < 0.1:
            return


def _linked(made):
    return any(node["ari"] for node in made.mirror.values("node"))


def _lead(session, key, number):
    flow = ivr.add_flow(session, f"To {key}")
    nodes = {
        "greet": {"type": "play", "prompts": ["greeting"], "then": "menu"},
        "menu": {
            "type": "menu",
            "prompts": ["menu"],
            "choices": {"1": "line"},
            "otherwise": "line",
        },
        "line": {"type": "queue", "queue": key, "priority": 0},
    }
    ivr.publish(session, flow, {"start": "greet", "nodes": nodes}, None)
    ivr.save_number(session, ivr.Number(number, f"To {key}", flow))


def _numbers(text):
    return [int(one) for one in text.split(",")]


async def main():
    """Run the measurements that the options name, and print the tables."""
    parser = argparse.ArgumentParser(prog="scale", description=__doc__.partition("\n")[0])
    parser.add_argument("--agents", type=_numbers, default=[100, 1000, 10000])
    parser.add_argument("--rates", type=_numbers, default=[10, 25, 50, 100], help="calls a second")
    parser.add_argument("--seconds", type=float, default=30.0, help="for each rate")
    parser.add_argument("--profile", action="store_true", help="only: where the engine's time goes")
    parser.add_argument("--short", action="store_true", help="a look whether it works")
    options = parser.parse_args()
    if options.short:
        options.agents, options.rates, options.seconds = [50], [5], 5.0
    report = Report("scale")
    report.say(machine())
    rows = {"delays": [], "memory": [], "restarts": []}
    for agents in options.agents:
        await measure(agents, options, report, rows)
    report.table(
        "From an event on the wire to the order that follows, ms (chain: several orders in turn)",
        ("agents", "calls/s", "p50", "p95", "p99", "most", "chain p50", "chain p95", "events/s",
         "engine ms/call", "postgres", "fake", "no talk"),
        rows["delays"],
    )  # fmt: skip
    report.table(
        "The engine's memory, and how long it takes to fill it",
        ("agents", "empty MiB", "with agents MiB", "KiB an agent", "KiB a call",
         "s to know them", "s to seat them"),
        rows["memory"],
    )  # fmt: skip
    report.table(
        "Killed with calls alive",
        ("agents", "calls", "s to link", "s to greet", "s to know all", "the same", "ended by it",
         "p50 ms", "p95", "s CPU after", "restarts"),
        rows["restarts"],
    )  # fmt: skip


if __name__ == "__main__":
    asyncio.run(main())
