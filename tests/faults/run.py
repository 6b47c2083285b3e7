"""Try faults on a busy installation, and report their effect on talks, callers and facts.

    PYTHONPATH=.:tests python -m faults.run --only engine-kill --times 5
    PYTHONPATH=.:tests python -m faults.run --short
    PYTHONPATH=.:tests python -m faults.run --list

Everything is observed from outside: the network, the sound, and then the product's own records. Raw
output stays in HOTLINE_TEST_HOME/load/faults-TIME.
"""

import argparse
import contextlib
import shutil
import signal
import statistics
import sys
import time
from itertools import groupby

from faults import clocks, disks, links, processes, telephones
from faults.floor import SHORT_DRAIN_SECONDS, WARM_SECONDS, floor
from faults.witness import judge
from load.kit import Meter, Report, machine, processes_of

FAMILIES = (processes, links, disks, clocks, telephones)
SHORT = ("engine-kill", "engine-freeze", "asterisk-kill", "ari-cut", "journal-full")
NORMAL_SECONDS = 5.0  # to reach
GAP_SECONDS = 8.0  # until missed facts are read from CEL
HEADERS = (
    "fault",
    "times",
    "calls",
    "talks",
    "dropped",
    "hung up on",
    "lost",
    "overtaken",
    "facts missing",
    "doubled",
    "recordings short",
    "inferred",
    "late",
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
    wanted = wish.only or (SHORT if wish.short else [fault.name for fault in known])
    chosen = [fault for fault in known if fault.name in wanted]
    if missing := set(wish.only) - {fault.name for fault in chosen}:
        print(f"There is no fault {', '.join(sorted(missing))}; see --list.")
        return 2
    chosen = able(chosen)
    if any(fault.needs == "disks" for fault in chosen):
        disks.own_namespace()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # stop what we started
    report, rows, failed = Report("faults"), [], ["broken off: not all was tried"]
    try:
        for needs, group in groupby(sorted(chosen, key=_floor), key=_floor):
            with ready_floor(needs, report, wish.rate) as made:
                if not rows:
                    report.say(machine(made.installation))
                for batch in batches(list(group), wish):
                    for fault, verdict in try_faults(made, batch, report):
                        rows.append(row(fault, verdict))
                        if wrong := not_reached(fault, verdict):
                            failed.append(f"NOT REACHED: {fault.title}: {', '.join(wrong)}")
        failed.pop(0)
    finally:
        report.table(f"{wish.rate:g} calls a second", HEADERS, rows)
        report.say("\n".join(failed or ["all figures reached"]))
    return 1 if failed else 0


def not_reached(fault, verdict):
    """Give the effects of a fault that no fault may have."""
    wrong = []
    if not fault.ends_talks:
        wrong += [f"{len(verdict.dropped)} talks dropped"] if verdict.dropped else []
        wrong += [f"{len(verdict.lost)} callers lost"] if verdict.lost else []
    wrong += [f"{len(verdict.missing)} facts missing"] if verdict.missing else []
    twice = len(verdict.doubled) + len(verdict.unknown)
    wrong += [f"{twice} facts doubled"] if twice else []
    if (slowest := max(verdict.to_normal, default=0.0)) > NORMAL_SECONDS:
        wrong.append(f"{slowest:.1f} s to normal")
    return wrong


def _floor(fault):
    return fault.needs


def _times(wish, fault):
    return wish.times or (1 if wish.short else fault.times)


def able(chosen):
    """Leave out faults that are impossible here, and say why."""
    for needs, why_not in (("disks", disks.why_not), ("clock", clocks.why_not)):
        if any(fault.needs == needs for fault in chosen) and (why := why_not()):
            print(f"not tried ({needs}): {why}")
            chosen = [fault for fault in chosen if fault.needs != needs]
    return chosen


@contextlib.contextmanager
def ready_floor(needs, report, rate):
    """Make a floor with the parts that a kind of fault needs."""
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


def batches(faults, wish):
    """Give lists of (fault, times) to try in one run; with --mixed all of a floor."""
    each = [(fault, _times(wish, fault)) for fault in faults]
    return [each] if wish.mixed else [[one] for one in each]


def try_faults(made, batch, report):
    """Cause faults in turns while calls come; give each fault with its verdict."""
    known = {fault.name: fault for fault, _ in batch}
    with contextlib.ExitStack() as stack:
        for fault in known.values():
            if fault.after:
                stack.callback(fault.after, made)
        name = next(iter(known)) if len(known) == 1 else "mixed"
        with made.new_run(name) as run, Meter(**processes_of(made.installation)) as cpu:
            if any(fault.ends_talks for fault in known.values()):
                run.drain_seconds = SHORT_DRAIN_SECONDS
            time.sleep(WARM_SECONDS)
            for at in range(max(times for _, times in batch)):
                for fault in (fault for fault, times in batch if at < times):
                    with run.strike(fault.name):
                        fault.strike(made, at)
                    time.sleep(fault.every)
    settle(made)
    for log in (made.installation.home / "log").glob("*.log"):
        shutil.copy(log, run.folder)
    verdicts = judge(run)
    for name, verdict in verdicts.items():
        tell(report, known[name], run, verdict)
    used = " ".join(f"{name} {seconds:.0f}" for name, seconds in cpu.seconds.items())
    report.say(f"seconds of CPU: {used}")
    return [(known[name], verdict) for name, verdict in verdicts.items()]


def settle(made, seconds=60):
    """Wait until every fact is in the database."""
    journal = made.installation.home / "journal"
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not any(path.stat().st_size for path in journal.glob("*.jsonl")):
            break
        time.sleep(0.2)
    time.sleep(GAP_SECONDS)


def tell(report, fault, run, verdict):
    """Write the raw data behind the figures."""
    mine = [at for at, name in zip(run.strikes, run.names, strict=True) if name == fault.name]
    lines = [f"{fault.title}: strikes at {[round(at, 2) for at in mine]}"]
    wanted = ("dropped", "broken", "lost", "overtaken", "missing", "doubled", "unknown", "short")
    found = {name: getattr(verdict, name) for name in (*wanted, "notes")}
    lines += [f"{name} ({len(one)}): {one[:40]}" for name, one in found.items() if one]
    lines.append(f"to normal: {[round(one, 2) for one in verdict.to_normal]}")
    with (run.folder / "verdict.txt").open("a") as file:
        file.write("\n".join(lines) + "\n")
    report.say("\n".join(line[:400] for line in lines))


def row(fault, verdict):
    """Make one line of the table."""
    return (
        fault.title,
        verdict.strikes,
        verdict.calls,
        verdict.talks,
        len(verdict.dropped),
        len(verdict.broken),
        len(verdict.lost),
        len(verdict.overtaken),
        len(verdict.missing),
        len(verdict.doubled) + len(verdict.unknown),
        len(verdict.short),
        verdict.inferred,
        verdict.late,
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
    parser.add_argument("--short", action="store_true", help="some faults, each once")
    parser.add_argument("--mixed", action="store_true", help="all of a floor in one run, in turns")
    parser.add_argument("--list", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
