"""Try faults on a house at work, and tell what became of talks, callers and facts.

    PYTHONPATH=.:tests python -m faults.run --only engine-kill --times 5
    PYTHONPATH=.:tests python -m faults.run --short
    PYTHONPATH=.:tests python -m faults.run --list

Everything is counted from outside: the wire, the sound on it, and then what the product has
written down. Raw output stays in HOTLINE_TEST_HOME/load/faults-TIME.
"""

import argparse
import contextlib
import os
import shutil
import statistics
import sys
import time
from itertools import groupby

from faults import clocks, disks, links, processes, telephones
from faults.floor import WARM_SECONDS, floor
from faults.witness import judge
from load.kit import Meter, Report, machine, of_house

FAMILIES = (processes, links, disks, clocks, telephones)
HEADERS = (
    "fault",
    "times",
    "calls",
    "talks",
    "dropped",
    "lost",
    "overtaken",
    "facts missing",
    "doubled",
    "recordings short",
    "inferred",
    "to normal p50 s",
    "max s",
    "silence p50 s",
    "max s ",
)


def main():
    wish = _wishes()
    known = [fault for family in FAMILIES for fault in family.FAULTS]
    if wish.list:
        for fault in known:
            print(f"{fault.name:<20} {fault.times:>3} times  {fault.title}")
        return 0
    chosen = [fault for fault in known if not wish.only or fault.name in wish.only]
    if missing := set(wish.only) - {fault.name for fault in chosen}:
        print(f"There is no fault {', '.join(sorted(missing))}; see --list.")
        return 2
    chosen = able(chosen)
    if any(fault.needs == "disks" for fault in chosen):
        disks.own_namespace()
    report = Report("faults")
    rows = []
    for needs, group in groupby(sorted(chosen, key=lambda f: f.needs), key=lambda f: f.needs):
        with ready_floor(needs, report, wish.rate) as made:
            if not rows:
                report.say(machine(made.installation))
            for fault in group:
                times = wish.times or (min(2, fault.times) if wish.short else fault.times)
                verdict = try_fault(made, fault, times, report)
                rows.append(row(fault, verdict))
                report.table(fault.title, HEADERS, [rows[-1]])
    report.table(f"{wish.rate:g} calls a second", HEADERS, rows)
    return 0


def able(chosen):
    """Leave out what cannot be done here, and say why."""
    for needs, why_not in (("disks", disks.why_not), ("clock", clocks.why_not)):
        if any(fault.needs == needs for fault in chosen) and (why := why_not()):
            print(f"not tried ({needs}): {why}")
            chosen = [fault for fault in chosen if fault.needs != needs]
    return chosen


@contextlib.contextmanager
def ready_floor(needs, report, rate):
    """A floor with what a kind of fault needs."""
    folder = report.folder / (needs or "plain")
    with contextlib.ExitStack() as stack:
        between, environment = None, {}
        if needs == "links":
            between, environment = stack.enter_context(links.proxies())
        clock = None
        if needs == "clock":
            clock, environment = clocks.environment(folder)
        made = stack.enter_context(
            floor(folder, rate=rate, environment=environment, proxies=between)
        )
        made.clock = clock
        if needs == "disks":
            stack.enter_context(disks.mounted(made))
        yield made


def try_fault(made, fault, times, report):
    """Strike so many times while calls come, and give the verdict."""
    if fault.before:
        fault.before(made)
    try:
        with made.new_run(fault.name) as run, Meter(**of_house(made.installation)) as cpu:
            time.sleep(WARM_SECONDS)
            for at in range(times):
                run.strike_now()
                fault.strike(made, at)
                time.sleep(fault.every)
    finally:
        if fault.after:
            fault.after(made)
    settle(made)
    verdict = judge(run)
    for log in (made.installation.home / "log").glob("*.log"):
        shutil.copy(log, run.folder)
    tell(report, fault, run, verdict)
    used = " ".join(f"{name} {seconds:.0f}" for name, seconds in cpu.seconds.items())
    report.say(f"seconds of CPU: {used}")
    return verdict


def settle(made, seconds=60):
    """Wait until every fact is in the database."""
    journal = made.installation.home / "journal"
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not any(path.stat().st_size for path in journal.glob("*.jsonl")):
            break
        time.sleep(0.2)
    time.sleep(1.0)


def tell(report, fault, run, verdict):
    """Keep what is behind the figures."""
    lines = [f"{fault.title}: strikes at {[round(at, 2) for at in run.strikes]}"]
    for name in ("dropped", "lost", "overtaken", "missing", "doubled", "unknown", "short", "notes"):
        if found := getattr(verdict, name):
            lines.append(f"{name} ({len(found)}): {found[:40]}")
    lines.append(f"to normal: {[round(one, 2) for one in verdict.to_normal]}")
    (run.folder / "verdict.txt").write_text("\n".join(lines) + "\n")
    report.say("\n".join(line[:400] for line in lines))


def row(fault, verdict):
    """One line of the table."""
    return (
        fault.title,
        verdict.strikes,
        verdict.calls,
        verdict.talks,
        len(verdict.dropped),
        len(verdict.lost),
        len(verdict.overtaken),
        len(verdict.missing),
        len(verdict.doubled) + len(verdict.unknown),
        len(verdict.short),
        verdict.inferred,
        _median(verdict.to_normal),
        max(verdict.to_normal, default=float("nan")),
        _median(verdict.silences),
        max(verdict.silences, default=float("nan")),
    )


def _median(values):
    return statistics.median(values) if values else float("nan")


def _wishes():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", action="append", default=[], metavar="NAME")
    parser.add_argument("--times", type=int, default=0)
    parser.add_argument("--rate", type=float, default=5.0, help="calls a second")
    parser.add_argument("--short", action="store_true", help="each fault twice, at most")
    parser.add_argument("--list", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main() or os.EX_OK)
