"""How soon an agent's telephone rings, and what a call costs: Hotline beside Dial and app_queue.

    bin/bench first_call                          5, 20 and 40 calls/s, a minute each, three ways
    bin/bench first_call --rates 20 --ways hotline --seconds 30 --profile

All in one run, on one Asterisk, with the same telephones, callers, talk time and codec:

dial      the dialplan's Dial, without Answer, to one of the agents in turn
queue     app_queue with all agents as members
hotline   as it is shipped: an ARI flow to a queue, recording, journal, PostgreSQL, look-up of the
          caller (all are customers), and 50 agents' desks connected

The delay is from the caller's INVITE to the agent's, both as tcpdump saw them on the wire.
"""

import argparse
import contextlib
import math
import sys
import time
from dataclasses import dataclass, field

from load import sampled
from load.beside import DIAL_NUMBER, QUEUE_NUMBER, lay_beside
from load.desk_clients import Clients, OpenPage
from load.kit import (
    Callers,
    Capture,
    LoadSite,
    Meter,
    Phones,
    Report,
    caller_numbers,
    know_customers,
    machine,
    open_sessions,
    percentile,
    processes_of,
    set_state,
    sign_in,
    site,
    spread,
)

from crm.people.person import SessionKind

WAYS = ("dial", "queue", "hotline")
RING_SECONDS, TALK_SECONDS = 0.5, 3.0
SPARE = 2.0  # agents for each one that is busy
DESKS = 50
WARM_SECONDS = 3
DELAY_MS = 30.0  # over Dial, at 20 calls a second
ENGINE_MS = 10.0  # of CPU a call
JUDGED_RATE = 20
SETTLE_SECONDS = 4


@dataclass(slots=True)
class Trial:
    """One way at one rate, and its results."""

    way: str
    rate: float
    calls: int = 0
    failed: int = 0
    delays: list = field(default_factory=list)
    cpu: dict = field(default_factory=dict)

    @property
    def p95(self):
        return percentile(self.delays, 0.95) * 1000

    @property
    def all_cpu(self):
        return sum(self.cpu.values())


@dataclass(frozen=True, slots=True)
class Stage:
    """The parts that all trials share."""

    site: LoadSite
    phones: Phones
    report: Report
    wanted: argparse.Namespace


def main():
    wanted = read_arguments()
    report = Report("first_call")
    busy = max(wanted.rates) * (RING_SECONDS + TALK_SECONDS)
    agents = wanted.agents or max(20, math.ceil(busy * SPARE))
    environment = sampled.environment(report.folder) if wanted.profile else None
    with (
        site(agents, environment=environment, logs=report.folder / "logs") as made,
        Phones(
            made,
            made.seats,
            report.folder / "telephones",
            ring=RING_SECONDS,
            talk=TALK_SECONDS,
            sound=wanted.sound,
        ) as phones,
    ):
        report.say(machine(made.installation))
        sound = "with sound" if wanted.sound else "signalling only, no RTP"
        report.say(
            f"{agents} agents, {RING_SECONDS} s of ringing, {TALK_SECONDS:.0f} s of talk, PCMU, "
            f"{sound}, {wanted.seconds} s each"
        )
        with made.database() as session:
            know_customers(session, caller_numbers())
        lay_beside(made, made.seats)
        sign_in(made, made.seats, ready=False)
        stage = Stage(made, phones, report, wanted)
        trials = [trial(stage, way, rate) for rate in wanted.rates for way in wanted.ways]
    tell(report, trials)
    if wanted.profile:
        report.say(sampled.told(report.folder, sum(t.calls for t in trials if t.way == "hotline")))
    return 0 if judge(report, trials) else 1


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rates", type=_rates, default=[5.0, 20.0, 40.0], help="calls a second")
    parser.add_argument("--seconds", type=int, default=60, help="for each way at each rate")
    parser.add_argument("--ways", type=lambda text: text.split(","), default=list(WAYS))
    parser.add_argument("--agents", type=int, default=0, help="unless told, twice the traffic")
    parser.add_argument("--sound", action="store_true", help="both sides send sound")
    parser.add_argument("--profile", action="store_true", help="tell where the engine's time goes")
    parser.add_argument("--short", action="store_true", help="5 calls/s for 10 s")
    wanted = parser.parse_args()
    if wanted.short:
        wanted.rates, wanted.seconds = [5.0], 10
    return wanted


def _rates(text):
    return [float(one) for one in text.split(",")]


def trial(stage, way, rate):
    """Place calls in one way; only calls after the first seconds count for the delay."""
    made, report, wanted = stage.site, stage.report, stage.wanted
    folder = report.folder / f"{way}-{rate:g}"
    folder.mkdir()
    number = {"dial": DIAL_NUMBER, "queue": QUEUE_NUMBER}.get(way, made.number)
    clients = None
    if way == "hotline":
        set_state(made, made.seats, ready=True)
        clients = open_desks(made)
    time.sleep(1)
    callers = Callers(
        made,
        folder,
        rate=rate,
        calls=round(rate * wanted.seconds),
        number=number,
        patience=20,
        sound=wanted.sound,
    )
    watched = processes_of(made.installation) | {"telephones": stage.phones.pid}
    try:
        with contextlib.ExitStack() as stack:
            wire = stack.enter_context(Capture(made.sip_port, folder / "wire.pcap"))
            if wanted.profile and way == "hotline":
                stack.enter_context(sampled.sampling(report.folder, watched["engine"]))
            cpu = stack.enter_context(Meter(**watched))
            stack.enter_context(callers)
            callers.wait(wanted.seconds + 60)
            time.sleep(SETTLE_SECONDS if way == "hotline" else 0)
    finally:
        if clients is not None:
            clients.close()
            set_state(made, made.seats, ready=False)
    calls = wire.calls()
    began = calls[0].caller.invited if calls else 0.0
    told = Trial(way, rate, len(calls), sum(not call.talked for call in calls), cpu=cpu.seconds)
    told.delays = [
        call.to_agent
        for call in calls
        if call.to_agent is not None and call.caller.invited > began + WARM_SECONDS
    ]
    report.say(
        f"  {way} at {rate:g}/s: {told.calls} calls, {told.failed} failed, "
        f"p50/p95/p99/most {'/'.join(f'{one:.0f}' for one in spread(told.delays))} ms, "
        f"SIPp: {callers.told()}"
    )
    return told


def open_desks(made):
    """Connect some agents' desks from a process of its own."""
    seats = made.seats[:DESKS]
    opened = open_sessions(made, seats, SessionKind.BROWSER)
    places = [OpenPage(one.token, "desk", one.seat.id) for one in opened]
    clients = Clients(made.installation.address, made.run_dir / "engine.sock", places)
    clients.open()
    return clients


def tell(report, trials):
    """Print both tables."""
    report.table(
        "From the caller's INVITE to the agent's, ms",
        ("calls/s", "way", "calls", "failed", "p50", "p95", "p99", "most"),
        [(t.rate, t.way, t.calls, t.failed, *spread(t.delays)) for t in trials],
    )
    names = sorted({name for t in trials for name in t.cpu})
    report.table(
        "CPU a call, ms",
        ("calls/s", "way", *names, "all"),
        [
            (t.rate, t.way, *(_each(t, t.cpu.get(n, 0.0)) for n in names), _each(t, t.all_cpu))
            for t in trials
        ],
    )


def _each(told, seconds):
    return seconds * 1000 / max(1, told.calls)


def judge(report, trials):
    """Print which goals are reached; True if all are."""
    report.say()
    verdicts = []
    found = {(t.way, t.rate): t for t in trials}
    dial, ours = found.get(("dial", JUDGED_RATE)), found.get(("hotline", JUDGED_RATE))
    if dial and ours:
        over = ours.p95 - dial.p95
        verdicts.append(report.judge("p95 over Dial at 20 calls/s", over, DELAY_MS))
    for t in trials:
        if t.way == "hotline":
            where = f"at {t.rate:g} calls/s"
            verdicts.append(report.judge(f"failed calls {where}", t.failed, 0, "calls"))
            engine = _each(t, t.cpu["engine"])
            verdicts.append(report.judge(f"engine's CPU a call {where}", engine, ENGINE_MS))
    return all(verdicts)


if __name__ == "__main__":
    sys.exit(main())
