"""Reports of a measurement: the machine, tables, percentiles, and a file on disk."""

import math
import os
import platform
import subprocess
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from installation import ROOT, TEST_HOME
from sqlalchemy import create_engine, text

GIB = 2**30
NONE = "-"  # in a table, for a missing value


def machine(installation=None):
    """Describe the machine and the programs in a few lines above the tables.

    The versions of Asterisk and PostgreSQL are known of a running installation only.
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB
    programs = [f"Python {platform.python_version()}", *_versions(installation)]
    cores = len(os.sched_getaffinity(0))
    return "\n".join(
        (
            f"{_processor()}, {cores} cores, {memory:.0f} GiB, Linux {platform.release()}",
            ", ".join(programs),
            f"its speed just now: {_loop_ms():.0f} ms for a million additions in Python",
            f"sources {_commit()}, {time.strftime('%Y-%m-%d %H:%M', time.gmtime())} UTC",
        )
    )


def _loop_ms():
    """Measure the time of a loop: a machine that others use too is three times slower at times."""
    began, total = time.process_time(), 0
    for number in range(1_000_000):
        total += number
    return 1000 * (time.process_time() - began)


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Format rows as aligned plain text: numbers to the right, words to the left."""
    cells = [[_spelt(cell) for cell in row] for row in rows]
    numeric = [
        all(_is_number(row[at]) for row in cells if row[at] not in {"", NONE})
        for at in range(len(headers))
    ]
    widths = [
        max(len(str(header)), *(len(row[at]) for row in cells)) if cells else len(str(header))
        for at, header in enumerate(headers)
    ]

    def line(row):
        laid = zip(row, widths, numeric, strict=True)
        return "  ".join(c.rjust(w) if n else c.ljust(w) for c, w, n in laid).rstrip()

    ruler = "  ".join("-" * width for width in widths)
    return "\n".join([line([str(one) for one in headers]), ruler, *map(line, cells)])


def percentile(values: Iterable[float], share: float) -> float:
    """Give the smallest value that at least this share of all do not exceed; nan of none."""
    ordered = sorted(values)
    if not ordered:
        return math.nan
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def spread(values: Iterable[float], unit: float = 1000.0) -> tuple[float, float, float, float]:
    """Give p50, p95, p99 and the maximum, in milliseconds of seconds unless told otherwise."""
    known = list(values)
    shares = (percentile(known, share) * unit for share in (0.5, 0.95, 0.99))
    return (*shares, max(known, default=math.nan) * unit)


class Report:
    """Prints, and keeps the printed text and the raw output in a folder of its own."""

    def __init__(self, name, test_home=TEST_HOME):
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
        self.folder = Path(test_home) / "load" / f"{name}-{stamp}"
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = self.folder / "report.txt"
        self.say(f"== {name}")

    def say(self, words=""):
        """Print some lines and keep them."""
        print(words, flush=True)
        with self._file.open("a") as file:
            file.write(f"{words}\n")

    def table(self, title, headers, rows):
        """Print a table with a title above it."""
        self.say(f"\n{title}\n{table(headers, rows)}")

    def judge(self, what, value, most, unit="ms"):
        """Print whether a figure reaches its goal; gives that."""
        # A missing figure (nan) does not reach it.
        reached = value <= most
        verdict = "reached" if reached else "NOT REACHED"
        self.say(f"{verdict}: {what}: {_spelt(value)} {unit} (to reach: {_spelt(most)} {unit})")
        return reached


def _spelt(cell):
    if isinstance(cell, float):
        if math.isnan(cell):
            return NONE
        return (
            f"{cell:.0f}"
            if abs(cell) >= 100
            else f"{cell:.1f}"
            if abs(cell) >= 10
            else f"{cell:.2f}"
        )
    return f"{cell:,}" if isinstance(cell, int) and not isinstance(cell, bool) else str(cell)


def _is_number(cell):
    try:
        float(cell.replace(",", "").removesuffix("%").removesuffix(" %"))
    except ValueError:
        return False
    return True


def _versions(installation):
    if installation is None:
        return []
    asterisk = installation.ari("/asterisk/info")["system"]["version"]
    engine = create_engine(installation.database_url())
    try:
        with engine.begin() as connection:
            postgres = connection.execute(text("SHOW server_version")).scalar_one()
    finally:
        engine.dispose()
    return [f"Asterisk {asterisk}", f"PostgreSQL {postgres}"]


def _processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _commit():
    try:
        asked = subprocess.run(
            ["git", "describe", "--always", "--dirty"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return "unknown"
    return asked.stdout.strip() or "unknown"
