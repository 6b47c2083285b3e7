"""Hours of mixed calls: does anything remain, does anything grow?

    bin/bench soak                    two hours
    bin/bench soak --hours 24 --rate 3

Three hotlines are called all the time. On the first the caller hangs up, on the second the agent,
on the third telephones ring without an answer until the caller gives up. Meanwhile agents pause and
come back, put callers on hold, sign out and in; desks are opened and left; settings change; with
`--restarts` the engine and the web are killed now and then. Every minute memory, open files,
channels, bridges and repairs are noted. At the end the callers stop, and everything that remains is
counted: busy agents, calls, channels, bridges, files without a recording and the reverse, and calls
that SIPp has and the list of calls has not.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import shutil
import signal
import sys
import threading
import time

import aiohttp
from load.floor import Floor
from load.kit import (
    Callers,
    Meter,
    Phones,
    Report,
    caller_numbers,
    know_customers,
    machine,
    open_sessions,
    processes_of,
    sign_in,
    site,
)
from load.left_over import Minutes, left_over, tallies, until_quiet
from sqlalchemy import select

from acd.models import QueueRow
from crm.sql.db import notify

TALK = (3, 20)
AGENT_HANGS_UP = 8.0
PATIENCE = 8
SHARES = (0.6, 0.25, 0.15)  # of the calls: the caller hangs up, the agent does, no agent answers
DESKS = 20
RESTART_MINUTES = 10


def main():
    """Run the test; exit code 1 if anything remained."""
    reader = argparse.ArgumentParser(
        description=__doc__.partition("\n")[0],
        epilog="Ctrl-C (SIGINT) ends the calls early; what is left is then counted all the same.",
    )
    reader.add_argument("--hours", type=float, default=2.0)
    reader.add_argument("--rate", type=float, default=1.5, help="calls a second")
    reader.add_argument("--agents", type=int, default=60, help="a third of them at each hotline")
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--restarts", action="store_true", help="kill the engine and the web")
    reader.add_argument("--short", action="store_true", help="three minutes, to see that it runs")
    wanted = reader.parse_args()
    if wanted.short:
        wanted.hours, wanted.agents = 0.05, 30
    report = Report("soak")
    with site(wanted.agents, queues=3, ring_seconds=5.0, wrapup_seconds=2.0) as made:
        report.say(machine(made.installation))
        report.say(
            f"{wanted.hours} h, {wanted.rate} calls/s, {wanted.agents} agents, {DESKS} desks"
            + (", engine and web killed now and then" if wanted.restarts else "")
        )
        soak = Soak(made, report, wanted)
        signal.signal(signal.SIGINT, soak.end_early)
        return soak.run()


class Soak:
    """One run."""

    def __init__(self, made, report, wanted):
        self.made, self.report, self.wanted = made, report, wanted
        self.dice = random.Random(wanted.seed)
        self.done = dict.fromkeys(("pause", "hold", "sign-out", "settings", "desk", "restart"), 0)
        self.minutes = Minutes(made, report)
        self.before = {}
        self.over = threading.Event()

    def end_early(self, *_):
        """End the test early."""
        self.wanted.hours = 0.0

    def run(self):
        """Prepare, call for hours, check what remains."""
        made, folder = self.made, self.report.folder
        with made.database() as session:
            know_customers(session, caller_numbers(1500))
        lines = [made.seats[at::3] for at in range(3)]
        keys = made.queues
        with contextlib.ExitStack() as stack:
            for name, seats, habits in (
                ("phones-caller", lines[0], {"talk": None, "sound": True}),
                ("phones-agent", lines[1], {"talk": AGENT_HANGS_UP, "sound": True}),
                ("phones-nobody", lines[2], {"ring": 60.0}),
            ):
                stack.enter_context(Phones(made, seats, folder / name, **habits))
            sign_in(made, made.seats)
            floor = stack.enter_context(Floor(made.installation))
            desks = threading.Thread(target=self._desks, daemon=True)
            desks.start()
            self.before = tallies(floor)
            with Meter(**processes_of(made.installation)) as cpu:
                began = time.monotonic()
                talks = (TALK, None, None)
                patience = (60, 60, PATIENCE)
                callers = [
                    stack.enter_context(
                        Callers(
                            made,
                            folder / f"callers-{at + 1}",
                            rate=round(self.wanted.rate * SHARES[at], 3),
                            number=made.numbers[keys[at]],
                            numbers=caller_numbers(1000, 13_800_000_000 + 1000 * at),
                            talk=talks[at],
                            patience=patience[at],
                            sound=at < 2,
                        )
                    )
                    for at in range(3)
                ]
                self._live(floor, lines, began)
                for one in callers:
                    one.finish(PATIENCE + 90)
            seconds = time.monotonic() - began
            self.over.set()
            desks.join(20)
            return self._judge(floor, callers, cpu, seconds)

    # ---- the hours

    def _live(self, floor, lines, began):
        sample, restart = began, began + RESTART_MINUTES * 60
        while (now := time.monotonic()) < began + self.wanted.hours * 3600:
            if now >= sample:
                self.minutes.note(floor, now - began)
                sample += 60
            if self.wanted.restarts and now >= restart:
                self._restart()
                restart = now + RESTART_MINUTES * 60
            self._something(floor, lines)
            time.sleep(1.0)
        self.minutes.note(floor, time.monotonic() - began)

    def _something(self, floor, lines):
        for agent in floor.of("agent"):
            # An agent who did not answer was paused; here they come back at once.
            if agent["state"] == "paused" and agent["reason"] == "no answer":
                floor.ask("state", agent=agent["id"], state="ready")
        what = self.dice.choices(
            ("pause", "hold", "sign-out", "settings", "nothing"), (4, 4, 1, 1, 5)
        )[0]
        seat = self.dice.choice(lines[self.dice.randrange(2)])
        if what == "pause":
            self._later(2, floor, seat, ("state", {"state": "paused", "reason": "break"}))
        elif what == "sign-out":
            self._later(3, floor, seat, ("signout", {}))
        elif what == "hold":
            talking = [c for c in floor.of("call") if c["state"] == "talking" and c["agent"]]
            if talking:
                one = self.dice.choice(talking)
                held, _ = floor.ask("hold", agent=one["agent"], call=one["id"])
                time.sleep(1.5)
                floor.ask("resume", agent=one["agent"], call=one["id"])
                self.done["hold"] += held
        elif what == "settings":
            with self.made.database() as session:
                row = session.scalars(
                    select(QueueRow).where(QueueRow.key == self.made.queues[0])
                ).one()
                row.name = f"Load {self.done['settings'] % 10}"
                notify(session, f"queues:{row.key}")
            self.done["settings"] += 1

    def _later(self, seconds, floor, seat, asked):
        name, fields = asked
        done, _ = floor.ask(name, agent=seat.id, **fields)
        if not done:
            return
        self.done["pause" if name == "state" else "sign-out"] += 1
        time.sleep(seconds)
        if name == "signout":
            floor.ask("signin", agent=seat.id, phone="sip")
        floor.ask("state", agent=seat.id, state="ready")

    def _restart(self):
        name = self.dice.choice(("engine", "web"))
        with contextlib.suppress(ProcessLookupError, KeyError, TypeError):
            os.kill(self.made.installation.pid(name), signal.SIGKILL)
            self.done["restart"] += 1

    def _desks(self):
        asyncio.run(self._open_desks())

    async def _open_desks(self):
        """Keep some desks open; each is closed and opened again after a while, as on a reload."""
        sessions = open_sessions(self.made, self.made.seats[:DESKS])
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as client:
            await asyncio.gather(
                *(self._desk(client, one.token, at) for at, one in enumerate(sessions))
            )

    async def _desk(self, client, token, number):
        dice = random.Random(f"{self.wanted.seed}/{number}")
        address = self.made.installation.address
        headers = {"Authorization": f"Bearer {token}"}
        while not self.over.is_set():
            stay = time.monotonic() + dice.uniform(20, 120)
            with contextlib.suppress(aiohttp.ClientError, OSError, asyncio.TimeoutError):
                async with client.get(f"{address}/api/v1/desk", headers=headers) as answer:
                    await answer.read()
                async with client.get(
                    f"{address}/api/v1/live/events?topics=desk", headers=headers
                ) as stream:
                    self.done["desk"] += stream.status == 200
                    while time.monotonic() < stay and not self.over.is_set():
                        with contextlib.suppress(asyncio.TimeoutError):
                            if not await asyncio.wait_for(stream.content.readany(), 5):
                                break
            await asyncio.sleep(1)

    # ---- what is left

    def _judge(self, floor, callers, cpu, seconds):
        report = self.report
        until_quiet(self.made, floor)
        told = [one.told() for one in callers]
        placed = sum(one["created"] for one in told)
        left = left_over(self.made, floor, placed)
        report.table(
            "what was done",
            ("calls placed", "as planned", "otherwise", *self.done),
            [
                (
                    placed,
                    *(sum(o[k] for o in told) for k in ("successful", "failed")),
                    *self.done.values(),
                )
            ],
        )
        self.minutes.tell()
        report.table(
            f"CPU of {seconds / 3600:.2f} h",
            ("process", "s", "ms a call"),
            [(n, s, s * 1000 / max(1, placed)) for n, s in cpu.seconds.items()],
        )
        after = tallies(floor)
        report.table(
            "counted by the engine" + (" (since its last start)" if self.wanted.restarts else ""),
            ("what", "number"),
            [
                (name, int(n - (0 if self.wanted.restarts else self.before.get(name, 0))))
                for name, n in sorted(after.items())
            ],
        )
        report.table("left over", ("what", "number"), [(n, len(v)) for n, v in left.items()])
        (report.folder / "left.json").write_text(json.dumps(left, indent=1))
        shutil.copytree(
            self.made.installation.home / "log", report.folder / "log", dirs_exist_ok=True
        )
        bad = sum(map(len, left.values()))
        report.say("nothing is left over" if not bad else f"NOT REACHED: {bad} are left over")
        return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
