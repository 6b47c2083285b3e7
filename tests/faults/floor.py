"""The installation under faults: queues, agents at SIPp telephones, a steady stream of callers.

One queue has more agents than it needs, so that a caller who is not connected at once points to a
fault. The other has too few, so that some callers always wait, and the order of service can be
seen. The first digits of a caller's number tell the kind of caller.
"""

import contextlib
import json
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path

from faults.ears import EAR, Ears
from load.kit import (
    Callers,
    Capture,
    Phones,
    caller_numbers,
    set_state,
    sign_in,
    site,
    wait_until,
)
from load.scenarios import caller as caller_scenario
from load.sites import LoadSite
from load.traffic import LOCAL, Sipp, free_port, tone

from acd.queue import AgentId, Queue, QueueKey, members_of
from acd.queues.store import save_queue
from crm.sql.db import notify

TALKS = (5.0, 8.0, 12.0, 16.0, 20.0)  # seconds; the agents of a group talk for so long
RING = 0.3  # seconds until a telephone is picked up
LINE_AGENTS = 3
LINE_TALK = 5.0
LINE_RATE = 0.65  # a little more than three agents can do
LINE_FIRST = 8  # callers in line from the beginning
BAD = 3
HELPERS = 12  # agents who serve the rest of the line after the last strike
QUITTER_RATE = 0.3
QUITTERS_STAY = (3.0, 9.0)  # seconds until they hang up, talking or waiting
EAR_RATE = 0.25
PATIENCE = 200  # seconds; SIPp's own, for callers who are never answered
WARM_SECONDS = 20.0  # the first talks are over, and everything made at the first call exists
DRAIN_SECONDS = 90.0
SHORT_DRAIN_SECONDS = 25.0  # for callers who were left behind and never get a BYE
KINDS = {"136": "ear", "137": "quitter", "138": "caller", "139": "line"}
NUMBERS_A_RUN = 20_000


@dataclass(slots=True)
class Floor:
    """A busy installation with agents and callers."""

    site: LoadSite
    folder: Path
    rate: float
    proxies: object = None
    runs: int = 0
    _folders: int = 0
    clock: Path | None = None  # sets the installation's clock
    bad: tuple = ()  # agents of the easy queue without a telephone yet
    _helpers: tuple = field(default_factory=tuple)

    @property
    def installation(self):
        return self.site.installation

    def pid(self, child):
        """Give the process id of a child; wait for one that is starting."""
        return wait_until(lambda: self._pid(child), 30, f"{child} runs")

    def _pid(self, child):
        with contextlib.suppress(OSError, KeyError, ValueError):
            return self.installation.pid(child)
        return 0

    def is_up(self):
        """Wait until the engine answers, and Asterisk by it."""
        wait_until(self._answers, 60, "the engine answers")

    def _answers(self):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            with socket.socket(socket.AF_UNIX) as wire:
                wire.settimeout(2.0)
                wire.connect(str(self.installation._run_dir() / "engine.sock"))  # noqa: SLF001
                told = json.loads(wire.makefile("rb").readline())
            items = told["hello"]["items"]
            nodes = [one for one in items if one["kind"] == "node"]
            return bool(nodes) and all(one["value"]["ari"] for one in nodes)
        return False

    def new_run(self, name):
        """Make a folder and a block of numbers for one run of traffic."""
        self.runs += 1
        folder = self.folder / f"{self.runs:02d}-{name}"
        folder.mkdir(parents=True)
        return Run(self, folder, self.runs * NUMBERS_A_RUN)

    def new_folder(self, name):
        """Make a new folder."""
        self._folders += 1
        return self.folder / f"{name}-{self._folders}"

    def end_line(self):
        """Let the helpers serve the callers who still wait in line."""
        wait_until(lambda: self._set_helpers(ready=True), 60, "the engine takes orders")

    def open_line(self):
        """Let the line grow again."""
        wait_until(lambda: self._set_helpers(ready=False), 60, "the engine takes orders")

    def _set_helpers(self, *, ready):
        try:
            set_state(self.site, self._helpers, ready=ready)
        except (OSError, AssertionError):
            return False
        return True


class Run:
    """Some minutes of traffic, observed from outside."""

    def __init__(self, floor, folder, first):
        self.floor, self.folder, self.first = floor, folder, first
        self.drain_seconds = DRAIN_SECONDS
        self.names = []  # of the faults, one per strike
        self.strikes = []  # when each fault began, seconds since 1970
        self.healed = []  # when it was over, as far as we can tell
        self.numbers = (first, first + NUMBERS_A_RUN)
        self.wire = Capture(floor.site.sip_port, folder / "wire.pcap")
        self.ears = Ears(folder / "sound.pcap")
        self._callers = []

    def __enter__(self):
        made, rate = self.floor.site, self.floor.rate
        with contextlib.ExitStack() as stack:
            stack.enter_context(self.wire)
            stack.enter_context(self.ears)
            self._stack = stack.pop_all()
        easy, line = made.numbers[made.queues[0]], made.numbers[made.queues[1]]
        self._begin("line-first", 139, line, rate=20, calls=LINE_FIRST)
        self._begin("callers", 138, easy, rate=rate)
        self._begin("line", 139, line, rate=LINE_RATE * min(1, rate), offset=100)
        self._begin("quitters", 137, easy, rate=QUITTER_RATE, talk=QUITTERS_STAY)
        self._listen(easy)
        return self

    def _begin(self, name, prefix, number, *, offset=0, **habits):
        numbers = self._numbers(prefix, offset)
        made = Callers(
            self.floor.site,
            self.folder / name,
            number=number,
            numbers=numbers,
            sound=True,
            patience=PATIENCE,
            **habits,
        )
        self._callers.append(self._stack.enter_context(made))

    def _listen(self, number):
        """Start callers whose sound is captured packet by packet."""
        folder = self.folder / "ears"
        folder.mkdir()
        text = caller_scenario(number, None, PATIENCE * 1000, tone(folder))
        made = Sipp(folder, "ears", text, free_port())
        numbers = folder / "ears.list"
        numbers.write_text("SEQUENTIAL\n" + "\n".join(self._numbers(136)) + "\n")
        options = ["-r", str(EAR_RATE), "-rate_scale", "1", "-timer_resol", "1", "-mi", EAR]
        made.start(f"{LOCAL}:{self.floor.site.sip_port}", *options, "-inf", str(numbers))
        self._callers.append(made)
        self._stack.callback(made.stop)

    def _numbers(self, prefix, offset=0):
        return caller_numbers(NUMBERS_A_RUN // 2, prefix * 10**8 + self.first + offset)

    @contextlib.contextmanager
    def strike(self, name):
        """Cause a fault once, when the installation is up."""
        self.floor.is_up()
        self.names.append(name)
        self.strikes.append(time.time())
        try:
            yield
        finally:
            self.healed.append(time.time())

    def __exit__(self, kind, *_):
        try:
            if kind is None:
                self._drain()
        finally:
            self._stack.close()

    def _drain(self):
        """Place no new calls; serve the present ones."""
        self.floor.end_line()
        end = time.monotonic() + self.drain_seconds
        for one in self._callers:
            one.finish(max(1.0, end - time.monotonic()))
        with contextlib.suppress(AssertionError):
            wait_until(lambda: not self.floor.installation.ari("/channels"), 15, "no channel")
        self.floor.open_line()
        time.sleep(2.0)


@contextlib.contextmanager
def floor(folder, *, rate=5.0, environment=None, proxies=None):
    """Make a new installation with all agents signed in."""
    spare = 25.0  # seconds of callers that the free agents can serve at once, after a fault
    mean = sum(TALKS) / len(TALKS) + RING
    easy = max(len(TALKS), round(rate * (mean + spare)))
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with site(
        easy + LINE_AGENTS + HELPERS + BAD, queues=2, ring_seconds=10.0, environment=environment
    ) as made:
        made.installation.let_us_ask_often()
        seats = made.seats
        line, bad = seats[easy:-BAD], seats[-BAD:]
        _members(made, {made.queues[0]: seats[:easy] + bad, made.queues[1]: line})
        with contextlib.ExitStack() as stack:
            for at, talk in enumerate(TALKS):
                group = seats[at : easy : len(TALKS)]
                stack.enter_context(
                    Phones(made, group, folder / f"phones-{at}", ring=RING, talk=talk, sound=True)
                )
            stack.enter_context(
                Phones(made, line, folder / "phones-line", ring=RING, talk=LINE_TALK, sound=True)
            )
            sign_in(made, seats[:-BAD])
            helpers = line[LINE_AGENTS:]
            set_state(made, helpers, ready=False)
            yield Floor(
                made, folder, rate, proxies=proxies, bad=tuple(bad), _helpers=tuple(helpers)
            )


def _members(made, wanted):
    with made.database() as session:
        for at, (key, seats) in enumerate(wanted.items()):
            queue = Queue(
                QueueKey(key),
                f"Load {at + 1}",
                members_of(AgentId(seat.id) for seat in seats),
                ring_seconds=10.0,
                wrapup_seconds=0.0,
                record=True,
                fallback=1 + at,
            )
            save_queue(session, queue, f"压测 {at + 1}")
            notify(session, f"queues:{key}")
    time.sleep(1.0)  # until the engine has read it
