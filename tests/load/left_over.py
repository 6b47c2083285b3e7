"""What remains after hours of calls: the state minute by minute, and at the end."""

import contextlib
import csv
import time
from pathlib import Path

from load.kit import memory_mib, processes_of, wait_until
from sqlalchemy import text

SETTLE_SECONDS = 60
RECONCILER_SECONDS = 8
BUSY = {"offered", "talking", "wrap-up"}


class Minutes:
    """Memory, open files, channels, bridges and repairs, minute by minute."""

    def __init__(self, made, report):
        """Start without any minutes."""
        self.made, self.report = made, report
        self.rows = []

    def note(self, floor, seconds):
        """Note this minute, and write all minutes to the file."""
        row = {"minute": round(seconds / 60, 1)}
        installation = self.made.installation
        for name, pid in processes_of(installation).items():
            row[f"{name} MiB"] = round(memory_mib(pid), 1)
            row[f"{name} files"] = open_files(pid)
        with contextlib.suppress(OSError, ValueError):
            row["channels"] = len(installation.ari("/channels"))
            row["bridges"] = len(installation.ari("/bridges"))
        row["calls"] = len(floor.of("call"))
        counted = tallies(floor)
        row["repairs"] = sum(v for k, v in counted.items() if k.startswith("drift"))
        row["failed"] = sum(v for k, v in counted.items() if k.startswith("failed"))
        self.rows.append(row)
        with (self.report.folder / "minutes.csv").open("w", newline="") as file:
            names = list(dict.fromkeys(key for one in self.rows for key in one))
            writer = csv.DictWriter(file, names)
            writer.writeheader()
            writer.writerows(self.rows)

    def tell(self):
        """Print how each value has grown."""
        if len(self.rows) < 2:
            return
        # The first minutes fill caches: growth is computed from a tenth of the time on.
        settled = self.rows[max(1, len(self.rows) // 10) :] or self.rows
        rows = []
        for key in self.rows[-1]:
            if key == "minute":
                continue
            seen = [(row["minute"], row[key]) for row in settled if key in row]
            if not seen:
                continue
            values = [value for _, value in seen]
            rows.append((key, self.rows[0].get(key, 0), values[0], values[len(values) // 2],
                         values[-1], max(values), slope(seen) * 60))  # fmt: skip
        self.report.table(
            f"by the minute ({len(self.rows)} samples)",
            ("what", "first", "settled", "half way", "last", "most", "growth an hour"),
            rows,
        )


def until_quiet(made, floor):
    """Wait until all calls are over, or a minute."""
    with contextlib.suppress(AssertionError):
        wait_until(
            lambda: not floor.of("call") and not made.installation.ari("/channels"),
            SETTLE_SECONDS,
            "everybody has gone",
        )
    time.sleep(RECONCILER_SECONDS)  # one more comparison of the reconciler


def left_over(made, floor, placed):
    """Give what is still there of so many calls, by kind."""
    stuck = [
        f"{a['name']} {a['state']} {a['reason'] or ''}".strip()
        for a in floor.of("agent")
        if a["state"] in BUSY or a["call"]
    ]
    return {
        "calls on the floor": [c["id"] for c in floor.of("call")],
        "busy agents": stuck,
        "channels": [c["id"] for c in made.installation.ari("/channels")],
        "bridges": [b["id"] for b in made.installation.ari("/bridges")],
        **_compared(made, placed),
    }


def slope(points):
    """Give the slope of the regression line of some points."""
    count = len(points)
    x, y = (sum(one[at] for one in points) / count for at in (0, 1))
    over = sum((a - x) ** 2 for a, _ in points)
    return sum((a - x) * (b - y) for a, b in points) / over if over else 0.0


def open_files(pid):
    """Give the number of a process's open files; 0 for one that is gone."""
    try:
        return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return 0


def tallies(floor):
    """Give the engine's repairs and failures by their kind, and its sums."""
    found = {}
    for (name, labels), value in floor.tallies().items():
        kind = labels.partition('kind="')[2].partition('"')[0]
        if name == "hotline_drift_repairs_total":
            found[f"drift: {kind}"] = value
        elif name == "hotline_commands_failed_total":
            found[f"failed: {kind}"] = value
        elif name == "hotline_events_total":
            found["events"] = found.get("events", 0) + value
    return found


def _compared(made, placed):
    """Compare SIPp's count, the list of calls, and the recordings on the disk."""
    keys = {"keys": list(made.numbers.values())}
    with made.database() as session:
        listed = session.scalar(text("SELECT count(*) FROM calls WHERE called = ANY(:keys)"), keys)
        open_ = session.scalars(text("SELECT id FROM calls WHERE ended_at IS NULL")).all()
        kept = set(
            session.scalars(text("SELECT file FROM recordings WHERE file IS NOT NULL")).all()
        )
        failed = session.scalars(
            text("SELECT call FROM recordings WHERE failed_why IS NOT NULL")
        ).all()
    folder = made.installation.home / "recordings"
    there = {
        str(path.relative_to(folder)).removesuffix("-in.wav").removesuffix("-out.wav")
        for path in folder.rglob("*.wav")
    }
    return {
        "calls placed and not in the list": ["?"] * max(0, placed - listed),
        "calls in the list and not placed": ["?"] * max(0, listed - placed),
        "calls without an end": list(open_),
        "recordings without a file": sorted(kept - there),
        "files without a recording": sorted(there - kept),
        "recordings that failed": list(failed),
    }
