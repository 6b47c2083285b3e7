"""How soon an agent who has hung up is rung for the next caller: Hotline beside app_queue.

    bin/bench free_to_ring                       20 and 100 agents, a minute each, both ways
    bin/bench free_to_ring --agents 20 --seconds 30

There are always more callers than agents: each caller who leaves is followed by another, so that
some wait all the time. Telephones ring two seconds, as long as a person takes to answer; agents
hang up after three. The time is from the BYE of an agent's telephone to its next INVITE, as
captured by tcpdump.
"""

import argparse
import sys
import time

from load.beside import QUEUE_NUMBER, lay_beside
from load.kit import (
    Callers,
    Capture,
    Meter,
    Phones,
    Report,
    breaths,
    machine,
    processes_of,
    set_state,
    sign_in,
    site,
    spread,
)

WAYS = ("queue", "hotline")
RING_SECONDS, TALK_SECONDS = 2.0, 3.0
WAITING = 30  # callers beyond the agents
ARRIVALS = 25  # a second at most, at the beginning
PATIENCE = 60  # seconds, until the last one has been served
REACH_MS = 50.0  # p99


def main():
    wanted = read_arguments()
    report = Report("free_to_ring")
    rows, reached = [], []
    with site(max(wanted.agents), logs=report.folder / "logs") as made:
        report.say(machine(made.installation))
        report.say(
            f"{RING_SECONDS:.0f} s of ringing, {TALK_SECONDS:.0f} s of talk, {WAITING} callers "
            f"waiting, {wanted.seconds} s each"
        )
        for agents in wanted.agents:
            seats = made.seats[:agents]
            folder = report.folder / f"telephones-{agents}"
            with Phones(made, seats, folder, ring=RING_SECONDS, talk=TALK_SECONDS):
                lay_beside(made, seats, queue=f"beside-{agents}")
                sign_in(made, seats, ready=False)
                for way in wanted.ways:
                    row, p99 = trial(made, seats, way, report.folder / f"{way}-{agents}", wanted)
                    rows.append(row)
                    if way == "hotline":
                        reached.append((agents, p99))
    report.table(
        "From an agent's BYE to their next INVITE, ms",
        ("agents", "way", "rings", "p50", "p95", "p99", "most", "engine, % of a core"),
        rows,
    )
    report.say()
    verdicts = [report.judge(f"p99 with {n} agents", p99, REACH_MS) for n, p99 in reached]
    return 0 if all(verdicts) else 1


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--agents", type=_numbers, default=[20, 100])
    parser.add_argument("--seconds", type=int, default=60, help="for each way")
    parser.add_argument("--ways", type=lambda text: text.split(","), default=list(WAYS))
    parser.add_argument("--short", action="store_true", help="10 agents, 20 s")
    wanted = parser.parse_args()
    if wanted.short:
        wanted.agents, wanted.seconds = [10], 20
    return wanted


def _numbers(text):
    return [int(one) for one in text.split(",")]


def trial(made, seats, way, folder, wanted):
    """Keep all agents busy for some time; give a line of the table, and its p99 in ms."""
    folder.mkdir()
    ours = way == "hotline"
    if ours:
        set_state(made, seats, ready=True)
    callers = Callers(
        made,
        folder,
        rate=ARRIVALS,
        number=made.number if ours else QUEUE_NUMBER,
        at_once=len(seats) + WAITING,
    )
    try:
        with (
            Capture(made.sip_port, folder / "wire.pcap") as wire,
            Meter(**processes_of(made.installation)) as cpu,
            callers,
        ):
            time.sleep(wanted.seconds)
            cpu.stop()
            last = time.time()
            callers.finish(PATIENCE)
    finally:
        if ours:
            set_state(made, seats, ready=False)
    found = [seconds for at, seconds in breaths(wire.dialogs()) if at < last - TALK_SECONDS]
    engine = cpu.seconds["engine"] * 100 / wanted.seconds
    figures = spread(found)
    return (len(seats), way, len(found), *figures, engine), figures[2]


if __name__ == "__main__":
    sys.exit(main())
