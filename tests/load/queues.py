"""How long callers wait with the same agents: Hotline beside app_queue, on one Asterisk.

    bin/bench queues                       20 queues, 100 agents in two queues each, 5 calls/s
    bin/bench queues --seconds 60

Each caller dials one of the queues, by the same lots in both ways. Agents take a second to answer
and talk 10 to 24 seconds, so that nine of ten are busy. The waiting time is from the caller's
INVITE to the answer of an agent's telephone. "Free to ring" is the time from an agent's BYE to
their next INVITE, of those whose next caller was waiting already. All as captured by tcpdump.
"""

import argparse
import contextlib
import sys
import time
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

from load.beside import lay_queues_beside
from load.kit import (
    Callers,
    Capture,
    Meter,
    Phones,
    Report,
    machine,
    percentile,
    processes_of,
    set_state,
    sign_in,
    site,
)

from acd.queue import AgentId, members_of
from acd.queues.store import queue_of, save_queue

QUEUES, AGENTS, RATE = 20, 100, 5
RING_SECONDS, TALKS_SECONDS = 1.0, (10.0, 14.0, 20.0, 24.0)
WARM_SECONDS = 30  # until the agents are busy; calls that come before are not counted
PATIENCE = 120
REACH_MS = 20.0  # free to ring, p99
FIRST_BESIDE = 92101
WAYS = ("queue", "hotline")


def main():
    """Run both ways; exit code 1 if a bound is missed."""
    reader = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    reader.add_argument("--seconds", type=int, default=180, help="for each way")
    reader.add_argument("--short", action="store_true", help="60 s")
    wanted = reader.parse_args()
    seconds = 60 if wanted.short else wanted.seconds
    report = Report("queues")
    with contextlib.ExitStack() as stack:
        made = stack.enter_context(site(AGENTS, queues=QUEUES, logs=report.folder / "logs"))
        report.say(machine(made.installation))
        report.say(f"{QUEUES} queues, {AGENTS} agents in two queues each, {RATE} calls/s")
        seats = [
            (*made.seats[at::QUEUES], *made.seats[(at + 1) % QUEUES :: QUEUES])
            for at in range(QUEUES)
        ]
        with made.database() as session:
            for key, members in zip(made.queues, seats, strict=True):
                found = queue_of(session, key)
                all_of_them = members_of(AgentId(one.id) for one in members)
                save_queue(session, replace(found.queue, members=all_of_them), found.name_zh)
        beside = {str(FIRST_BESIDE + at): members for at, members in enumerate(seats)}
        lay_queues_beside(made, beside)
        for at, talk in enumerate(TALKS_SECONDS):
            folder = report.folder / f"telephones-{at}"
            some = made.seats[at :: len(TALKS_SECONDS)]
            stack.enter_context(Phones(made, some, folder, ring=RING_SECONDS, talk=talk))
        sign_in(made, made.seats, ready=False)
        ways = {"queue": list(beside), "hotline": list(made.numbers.values())}
        found = {
            way: trial(made, way, to, report.folder / way, seconds) for way, to in ways.items()
        }
    report.table(
        "Waiting time, s; and from an agent's BYE to their next INVITE, ms",
        (
            "way",
            "calls",
            "mean wait",
            "p50",
            "p95",
            "most",
            "rings",
            "p50",
            "p99",
            "CPU a call, ms",
        ),
        [(way, *figures) for way, figures in found.items()],
    )
    ahead = found["hotline"][1] <= found["queue"][1]
    report.say(f"mean wait: {'ahead of' if ahead else 'behind'} app_queue")
    reached = report.judge("free to ring, p99", found["hotline"][7], REACH_MS)
    return 0 if ahead and reached else 1


def trial(made, way, to, folder, seconds):
    """Let callers come for some time; give a line of the table."""
    folder.mkdir()
    ours = way == "hotline"
    if ours:
        set_state(made, made.seats, ready=True)
    try:
        with (
            Capture(made.sip_port, folder / "wire.pcap") as wire,
            Meter(**processes_of(made.installation)) as cpu,
            Callers(made, folder, rate=RATE, to=to, patience=PATIENCE) as callers,
        ):
            began = time.time()
            time.sleep(seconds)
            cpu.stop()
            callers.finish(PATIENCE)
    finally:
        if ours:
            set_state(made, made.seats, ready=False)
    calls = [one for one in wire.calls() if one.caller.invited >= began + WARM_SECONDS]
    waits = [wait for one in calls if (wait := _wait(one)) is not None]
    breaths = _breaths(wire.calls(), began + WARM_SECONDS)
    spent = cpu.seconds["engine"] if ours else cpu.seconds["asterisk"]
    return (
        len(calls),
        round(sum(waits) / max(1, len(waits)), 2),
        *(round(percentile(waits, share), 2) for share in (0.5, 0.95, 1.0)),
        len(breaths),
        *(1000 * percentile(breaths, share) for share in (0.5, 0.99)),
        1000 * spent / (RATE * seconds),
    )


def _wait(call):
    """Give the seconds until an agent's telephone answered; None for callers who gave up."""
    answers = [one.answered for one in call.rung if one.answered is not None]
    return min(answers) - call.caller.invited if answers else None


def _breaths(calls, since):
    """Give the seconds from an agent's BYE to an INVITE for a caller who waited at the BYE."""
    rung = defaultdict(list)
    for call in calls:
        for one in call.rung:
            rung[one.callee].append((one, call.caller.invited))
    found = []
    for dialogs in rung.values():
        dialogs.sort(key=lambda pair: pair[0].invited)
        for (before, _), (after, came) in pairwise(dialogs):
            if before.ended is not None and before.ended >= since and came < before.ended:
                found.append(after.invited - before.ended)
    return found


if __name__ == "__main__":
    sys.exit(main())
