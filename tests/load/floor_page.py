"""One live floor in Chromium, and nothing else: the cost of a change there.

    bin/bench floor_page                                500 agents, 190 changes/s, 20 s
    bin/bench floor_page --agents 100 --rate 40 --seconds 10

The engine is a fake that sends made-up changes in the real form: agents are offered a call, talk,
and are free again. Everything else is real: web, front door, database, and the page. The browser's
own clock (`screen.js`) tells how soon a change is on the screen.
"""

import argparse
import contextlib
import random
import secrets
import sys
import threading
import time
from datetime import timedelta

from installation import Installation, fresh_home
from load.desk_pages import Pages
from load.kit import Meter, Report, machine, processes_of, spread
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from unit.web import fake_engine as fake

from crm.people.person import NewSession, SessionKind
from crm.people.sessions.store import open_session
from web.kit.clock import now

TO_REACH_MS = 100.0  # of the 200 that a change may take from Asterisk to the screen
TALKING = 0.34  # of the agents, at most
WARM_SECONDS = 5.0
SPREAD = ("n", "p50", "p95", "p99", "most")


def main():
    wanted = read_arguments()
    report = Report("floor_page")
    with contextlib.ExitStack() as stack:
        installation = Installation(fresh_home(), without="asterisk,engine,jobs")
        stack.callback(installation.stop)
        installation.start()
        people = Floor(wanted.agents)
        socket = installation._run_dir() / "engine.sock"  # noqa: SLF001
        engine = fake.FakeEngine(socket, people.items())
        engine.start()
        stack.callback(engine.end)
        address = installation.address.rstrip("/").replace("localhost", "127.0.0.1")
        pages = stack.enter_context(Pages(address))
        page = pages.open("/floor", session_of(installation, "chen.jing"))
        over = threading.Event()
        stack.callback(over.set)
        feeding = threading.Thread(target=people.live, args=(engine, wanted.rate, over))
        feeding.start()
        time.sleep(WARM_SECONDS)
        Pages.take(page)
        with Meter(**processes_of(installation), Chromium=pages.pid) as cpu:
            time.sleep(wanted.seconds)
        seen = Pages.take(page)["changes"]
        drawn = page.evaluate("document.querySelectorAll('[data-testid=agent-tile]').length")
        pages.look(page, report.folder / "floor.png")
        over.set()
        feeding.join()
        report.say(machine())  # there is no Asterisk
    late = [one["shown"] - one["heard"] for one in seen]
    report.say(
        f"{wanted.agents} agents, {len(people.talks)} of them in a call, {drawn} tiles drawn, "
        f"{wanted.rate:g} changes/s"
    )
    report.table("Message → screen, ms", SPREAD, [(len(late), *spread(late))])
    share = {name: 100 * used / wanted.seconds for name, used in cpu.seconds.items()}
    rows = [(name, share[name]) for name in ("Chromium", "web", "nginx") if name in share]
    report.table("CPU", ("process", "% of a core"), rows)
    p95 = spread(late)[1]
    return 0 if report.judge("message → screen, p95", p95, TO_REACH_MS) else 1


def read_arguments():
    parser = argparse.ArgumentParser(prog="floor_page", description=__doc__.splitlines()[0])
    parser.add_argument("--agents", type=int, default=500)
    parser.add_argument("--rate", type=float, default=190.0, help="changes a second")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--short", action="store_true", help="a smoke run")
    wanted = parser.parse_args()
    if wanted.short:
        wanted.agents, wanted.rate, wanted.seconds = 60, 40.0, 5
    return wanted


def session_of(installation, login):
    """Open a session for a user; give its cookie."""
    token, at = secrets.token_urlsafe(32), now()
    engine = create_engine(installation.database_url())
    with Session(engine) as session:
        whose = session.scalar(text("SELECT id FROM users WHERE login = :it"), {"it": login})
        csrf, ends = secrets.token_urlsafe(24), at + timedelta(hours=1)
        open_session(session, NewSession(token, whose, SessionKind.BROWSER, csrf, at, ends))
        session.commit()
    engine.dispose()
    return token


class Floor:
    """Agents with calls that come and go."""

    def __init__(self, agents):
        self.agents = agents
        self.talks = {}  # agent -> (call, state)
        self._dice = random.Random(1)
        self._calls = 0

    def items(self):
        agents = [self._agent(number, "ready") for number in range(self.agents)]
        return [*agents, fake.queue("support"), fake.node(), fake.engine()]

    def live(self, engine, rate, over):
        """Send two changes at a time, a call's and its agent's, until it is over."""
        due = time.monotonic()
        while not over.is_set():
            engine.change(*self._next())
            due += 2 / rate
            over.wait(max(0.0, due - time.monotonic()))

    def _next(self):
        number = self._dice.randrange(self.agents)
        if number not in self.talks and len(self.talks) >= TALKING * self.agents:
            number = self._dice.choice(list(self.talks))
        call, state = self.talks.get(number, ("", ""))
        if not call:
            self._calls += 1
            self.talks[number] = (f"c{self._calls}", "offered")
        elif state == "offered":
            self.talks[number] = (call, "talking")
        else:
            del self.talks[number]
            return {"kind": "call", "id": call, "value": None}, self._agent(number, "ready")
        call, state = self.talks[number]
        told = fake.call(call, 1000 + number, state=state, since=_instant())
        return told, self._agent(number, state, call)

    def _agent(self, number, state, call=None):
        name, since = f"Agent {number:03d}", _instant()
        more = {"state": state, "call": call, "since": since, "queues": ["support"]}
        return fake.agent(1000 + number, name, str(2000 + number), **more, reachable=True)


def _instant():
    return now().isoformat()


if __name__ == "__main__":
    sys.exit(main())
