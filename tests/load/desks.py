"""Live desks under load: how soon changes are on the screen, and what that costs.

    bin/bench desks                             500 desks, 20 floors, 20 calls/s, a minute
    bin/bench desks --desks 100 --floors 4 --rate 5 --seconds 20

Real calls: SIPp's callers and telephones through Asterisk, agents signed in and ready. All desks
and floors are open: most without a browser, in a process of their own (`desk_clients`), one floor
and some desks in Chromium (`desk_pages`), which also rings and shows who calls (pops).

change → desk, floor    from the engine's stamp of a change to its message at the socket
change → screen         to the frame in Chromium in which it stands on the page
ring → pop              from Asterisk's INVITE at the agent's telephone, seen on the wire, to the
                        frame with the caller's name (dock) and with the card (card); the agents'
                        telephones are SIP telephones

Some floors read nothing at all for the whole time (--slow); the others must not notice.
"""

import argparse
import contextlib
import sys
import time
from pathlib import Path

from load.desk_clients import Clients, OpenPage
from load.desk_pages import Pages
from load.kit import (
    Callers,
    Capture,
    Meter,
    Phones,
    Report,
    caller_numbers,
    know_customers,
    machine,
    memory_mib,
    open_sessions,
    percentile,
    processes_of,
    sign_in,
    site,
    spread,
)
from load.processes import TICK

from acd.queue import AgentId, Queue, QueueKey, members_of
from acd.queues.store import save_queue
from crm.people.person import SessionKind

TO_REACH_MS = 200.0
TALK_SECONDS, WRAPUP_SECONDS = 8.0, 3.0
# Two pages of desks: each costs this machine as much as it would cost an agent's computer.
POP_SEATS, POP_RATE = 2, 0.8
WARM_SECONDS = 12  # until as many calls end as start
SETTLE_SECONDS, CALM = 100, 0.15  # of a core
SPREAD = ("n", "p50", "p95", "p99", "most")
FIRST_CALLER, FIRST_POP = 13_800_000_000, 13_900_000_000


def main():
    wanted = read_arguments()
    report = Report("desks")
    count = wanted.desks + POP_SEATS
    with contextlib.ExitStack() as stack:
        made = stack.enter_context(
            site(
                count,
                queues=wanted.queues + 1,
                supervisors=wanted.floors + wanted.slow + 1,
                wrapup_seconds=WRAPUP_SECONDS,
            )
        )
        logs = report.folder / "logs.txt"
        stack.callback(lambda: logs.write_text(made.installation.tails()))
        trial = Trial(made, wanted, report, stack)
        trial.furnish()
        trial.seat()
        quiet = trial.pop_in_quiet()
        busy = trial.load()
    trial.tell(quiet, busy)
    return 0 if trial.judge(quiet, busy) else 1


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--desks", type=int, default=500)
    parser.add_argument("--floors", type=int, default=20)
    parser.add_argument("--queues", type=int, default=5, help="among which the agents are shared")
    parser.add_argument("--rate", type=float, default=20.0, help="calls a second")
    parser.add_argument("--seconds", type=int, default=60, help="under load")
    parser.add_argument("--pops", type=int, default=100, help="in quiet")
    parser.add_argument("--slow", type=int, default=1, help="floors beside, that stop reading")
    parser.add_argument("--no-browser", action="store_true", help="no pages in Chromium")
    parser.add_argument("--short", action="store_true", help="40 desks, 4 floors, 3 calls/s, 10 s")
    wanted = parser.parse_args()
    if wanted.short:
        wanted.desks, wanted.floors, wanted.rate = 40, 4, 3.0
        wanted.seconds, wanted.pops = 10, 5
    return wanted


class Trial:
    """One installation, its phones, desks and pages, and the measurements."""

    def __init__(self, made, wanted, report, stack):
        self.made, self.wanted, self.report, self._stack = made, wanted, report, stack
        self.crowd, self.shown = made.seats[: wanted.desks], made.seats[wanted.desks :]
        self.about, self.memory = machine(made.installation), {}
        self.pages, self.floor, self.desks = None, None, []

    def furnish(self):
        """Give the shown desks a queue of their own, and make every caller a customer."""
        *queues, own = self.made.queues
        with self.made.database() as session:
            for at, key in enumerate(queues):
                _staff(session, key, self.crowd[at :: len(queues)], at, WRAPUP_SECONDS)
            _staff(session, own, self.shown, len(queues), 0.0)
            know_customers(session, [*_callers(), *_pops()])

    def seat(self):
        """Register and sign in all agents, and open every desk and floor."""
        made, wanted, folder = self.made, self.wanted, self.report.folder
        enter = self._stack.enter_context
        self.phones = enter(Phones(made, self.crowd, folder / "telephones", talk=TALK_SECONDS))
        self.pop_phones = enter(Phones(made, self.shown, folder / "shown", ring=0.8, talk=0.5))
        sign_in(made, made.seats)
        self._settle()
        sessions = {
            one.seat.id: one.token
            for one in open_sessions(made, [*made.seats, *made.supervisors], SessionKind.BROWSER)
        }
        self.memory["before"] = self._memory()
        spare, *floors = made.supervisors
        some = {self.crowd[0].id, self.crowd[-1].id, floors[0].id, floors[-1].id}
        slow = {seat.id for seat in floors[wanted.floors :]}
        places = [
            OpenPage(
                sessions[seat.id],
                topic,
                seat.id,
                slow=seat.id in slow,
                folded=seat.id in some,
                cards=topic == "desk",
            )
            for topic, seats in (("desk", self.crowd), ("floor", floors))
            for seat in seats
        ]
        address = made.installation.address.rstrip("/").replace("localhost", "127.0.0.1")
        self.clients = Clients(address, made.run_dir / "engine.sock", places)
        self._stack.callback(self.clients.close)
        self.clients.open()
        self.memory["open"] = self._memory()
        if not wanted.no_browser:
            self.pages = enter(Pages(address))
            self.desks = [self.pages.open("/desk", sessions[s.id]) for s in self.shown]
            self.floor = self.pages.open("/floor", sessions[spare.id])

    def pop_in_quiet(self):
        """Let some agents' phones ring while nothing else happens; give the pops."""
        if not self.desks or not self.wanted.pops:
            return []
        folder = self.report.folder / "quiet"
        callers = self._pop_callers(folder, self.wanted.pops)
        with Capture(self.made.sip_port, self.report.folder / "quiet.pcap") as wire, callers:
            time.sleep(self.wanted.pops / POP_RATE)
            callers.finish(10)
        wire.stop()
        return self._pops(wire)

    def load(self):
        """Let calls come; give all observations."""
        wanted, folder = self.wanted, self.report.folder
        rate = (wanted.rate - (POP_RATE if self.desks else 0)) / wanted.queues
        watched = processes_of(self.made.installation) | {"desks": self.clients.pid}
        watched |= {"telephones": self.phones.pid, "Chromium": self.pages.pid if self.pages else 0}
        with contextlib.ExitStack() as stack:
            crowds = [
                stack.enter_context(
                    Callers(
                        self.made,
                        folder / f"callers-{at}",
                        rate=rate,
                        number=self.made.numbers[key],
                        numbers=_callers()[at :: wanted.queues],
                    )
                )
                for at, key in enumerate(self.made.queues[:-1])
            ]
            time.sleep(WARM_SECONDS)
            wire = stack.enter_context(Capture(self.made.sip_port, folder / "wire.pcap"))
            pops = self._pop_callers(folder / "pops", round(wanted.seconds * POP_RATE) - 2)
            self._forget()
            self.clients.begin()
            watched |= {f"callers {at + 1}": one.pid for at, one in enumerate(crowds)}
            before = _whole_machine()
            with Meter(**watched) as cpu:
                if self.desks:
                    stack.enter_context(pops)
                time.sleep(wanted.seconds)
            whole = {name: n - before[name] for name, n in _whole_machine().items()}
            wire.stop()
            seen = {"screen": self._changes(), "pops": self._pops(wire)}
            if self.floor:
                self.pages.look(self.floor, folder / "floor.png")
                self.pages.look(self.desks[0], folder / "desk.png")
            self.memory["loaded"] = self._memory()
            for one in crowds:
                one.finish(TALK_SECONDS + 5)
        seen |= {"told": self.clients.end(folder / "desks.json"), "woken": self.clients.wake()}
        begun = [one for one in wire.dialogs() if one.to_asterisk]
        lost = [one for one in begun if one.code >= 400]
        failed = sum(one.told()["failed"] for one in crowds)
        return seen | {
            "cpu": cpu.seconds | whole,
            "calls": len(begun),
            "lost": len(lost),
            "failed": failed,
        }

    def tell(self, quiet, busy):
        """Print the tables."""
        wanted, told, say = self.wanted, busy["told"], self.report.say
        say(self.about)
        seconds = wanted.seconds
        say(
            f"{wanted.desks} desks and {wanted.floors} floors connected, {wanted.queues} queues, "
            f"{busy['calls'] / seconds:.1f} calls/s and {told['changes'] / seconds:.0f} changes/s "
            f"for {seconds} s, {TALK_SECONDS:.0f} s of talk, {WRAPUP_SECONDS:.0f} s of wrap-up, "
            f"recorded, signalling only"
        )
        say(
            f"calls refused: {busy['lost']}, failed: {busy['failed']}; changes not told: "
            f"{told['missing']}; items that differ at the end: {told['differ']}; "
            f"sockets closed: {told['closed']}"
        )
        screen = busy["screen"]
        rows = [
            ("change → desk", told["desk"]["delays"]),
            ("change → floor", told["floor"]["delays"]),
            *((f"offer → card at the desk: {how}", d) for how, d in told["cards"].items()),
            ("change → screen, desk page", [c["shown"] - c["since"] for c in screen["desk"]]),
            ("change → screen, floor page", [c["shown"] - c["since"] for c in screen["floor"]]),
            ("of it, message → screen, floor", [c["shown"] - c["heard"] for c in screen["floor"]]),
        ]
        rows = [(name, len(values), *spread(values)) for name, values in rows]
        self.report.table("Changes, ms", ("way", *SPREAD), rows)
        rows = [
            (f"{when}: {name}", len(pops), *spread([pop[to] - pop[since] for pop in pops]))
            for when, pops in (("quiet", quiet), (f"{wanted.rate:g} calls/s", busy["pops"]))
            for name, since, to in (
                ("ring → name in the dock", "invited", "dock"),
                ("ring → card of the customer", "invited", "card"),
                ("of it, ring → message", "invited", "heard"),
            )
        ]
        self.report.table("Pops, ms", ("way", *SPREAD), rows)
        self.report.table(
            "What each was told, a second",
            ("place", "clients", "messages", "bytes"),
            [
                (topic, told[topic]["clients"], told[topic]["messages"], told[topic]["bytes"])
                for topic in ("desk", "floor")
            ],
        )
        self._tell_costs(busy, seconds)

    def judge(self, quiet, busy):
        """Print which goals are reached; True if all are."""
        told, screen, judge = busy["told"], busy["screen"], self.report.judge
        ways = [
            ("change → desk", told["desk"]["delays"]),
            ("change → floor", told["floor"]["delays"]),
            ("offer → card at the desk", told["cards"].get("shown", [])),
        ]
        if self.pages:
            ways += [
                (f"change → screen, {name}", [c["shown"] - c["since"] for c in screen[name]])
                for name in ("desk", "floor")
            ]
            ways += [
                (f"ring → pop, {when}", [pop["card"] - pop["invited"] for pop in pops])
                for when, pops in (("quiet", quiet), ("under load", busy["pops"]))
            ]
        self.report.say()
        reached = [
            judge(f"{name}, p95", percentile(values, 0.95) * 1000, TO_REACH_MS)
            for name, values in ways
        ]
        whole = told["missing"] + told["differ"] + told["closed"] + busy["lost"] + busy["failed"]
        whole += busy["woken"]["slow_differ"]
        whole += sum(len(d) for how, d in told["cards"].items() if how != "shown")
        return all([*reached, judge("lost or different", whole, 0, "")])

    def _tell_costs(self, busy, seconds):
        calls = max(1, busy["calls"])
        self.report.table(
            "CPU",
            ("process", "% of a core", "ms a call"),
            [(n, s / seconds * 100, s / calls * 1000) for n, s in sorted(busy["cpu"].items())],
        )
        self.report.table(
            "Memory, MiB",
            ("process", "before", "all open", "loaded"),
            [
                (name, *(self.memory[at][name] for at in ("before", "open", "loaded")))
                for name in sorted(self.memory["before"])
            ],
        )
        woken = busy["woken"]
        self.report.say(
            f"\nfloors that did not read: {self.wanted.slow}; when they read on they were told "
            f"{woken['slow_snapshots']} snapshots in all, and {woken['slow_differ']} items differed"
        )

    def _settle(self):
        """Wait until Asterisk has finished with the new telephones: that must not be measured."""
        asterisk = {"asterisk": processes_of(self.made.installation)["asterisk"]}
        began = time.monotonic()
        while time.monotonic() - began < SETTLE_SECONDS:
            with Meter(**asterisk) as cpu:
                time.sleep(1)
            if cpu.seconds["asterisk"] < CALM:
                break
        self.report.say(f"Asterisk was calm after {time.monotonic() - began:.0f} s")

    def _memory(self):
        there = processes_of(self.made.installation)
        return {name: memory_mib(pid) for name, pid in there.items()}

    def _pop_callers(self, folder, calls):
        number = self.made.numbers[self.made.queues[-1]]
        return Callers(
            self.made, folder, rate=POP_RATE, calls=calls, number=number, numbers=_pops()
        )

    def _forget(self):
        for page in (*self.desks, *filter(None, [self.floor])):
            Pages.take(page)

    def _changes(self):
        """Give what the pages showed, and keep the desks' pops for later."""
        taken = [Pages.take(page) for page in self.desks]
        self._popped = [pop for one in taken for pop in one["pops"]]
        floor = Pages.take(self.floor)["changes"] if self.floor else []
        return {"desk": [c for one in taken for c in one["changes"]], "floor": floor}

    def _pops(self, wire):
        """Join the pops of the desks with the captured INVITEs, by the caller's number."""
        popped = getattr(self, "_popped", None)
        if popped is None:
            popped = [pop for page in self.desks for pop in Pages.take(page)["pops"]]
        self._popped = None
        rung = {}
        for one in wire.dialogs():
            if not one.to_asterisk:
                rung.setdefault(one.caller[-11:], []).append(one.invited)
        joined = []
        for pop in popped:
            times = rung.get(pop.get("caller", "")[-11:], [])
            # A caller's number comes again after thousands of calls: take the ring nearest to the
            # offer.
            near = min(times, key=lambda at: abs(at - pop["offered"]), default=None)
            if near is not None and pop["card"] and pop["dock"]:
                joined.append(pop | {"invited": near})
        return joined


def _whole_machine():
    """Give CPU seconds since the start: of all processes, waiting for disks, taken by the host."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
    user, nice, system, _, disk, hard, soft, stolen = (int(one) / TICK for one in fields)
    busy = user + nice + system + hard + soft
    return {"~ whole machine": busy, "~ waiting for the disk": disk, "~ taken by the host": stolen}


def _staff(session, key, seats, at, wrapup):
    members = tuple(AgentId(seat.id) for seat in seats)
    queue = Queue(
        QueueKey(key), f"Load {at + 1}", members_of(members), wrapup_seconds=wrapup, fallback=1 + at
    )
    save_queue(session, queue, f"压测 {at + 1}")


def _callers():
    return caller_numbers(3000, FIRST_CALLER)


def _pops():
    return caller_numbers(1000, FIRST_POP)


if __name__ == "__main__":
    sys.exit(main())
