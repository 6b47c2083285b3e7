"""The installation's wall clock jumps by an hour, as when a user or a broken NTP server sets it.

Every process of the installation runs with `site/clock.c` preloaded, which adds an offset from a
file to the wall clock; the monotonic clock is left as it is, as when a real clock is set.
"""

import os
import shutil
import subprocess
from pathlib import Path

from faults.fault import Fault

SOURCE = Path(__file__).with_name("site") / "clock.c"


def why_not():
    """Give why the clock cannot be set here, or ""."""
    return (
        "" if shutil.which("cc") else "a C compiler is missing (Debian: apt install gcc libc6-dev)"
    )


def environment(folder):
    """Give the environment of the installation's processes, and the file that sets their clock."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    library, file = folder / "clock.so", folder / "clock"
    command = ["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE), "-ldl"]
    subprocess.run(command, check=True)
    file.write_bytes(bytes(8))
    return file, {"LD_PRELOAD": str(library), "HOTLINE_FAULT_CLOCK": str(file)}


def set_to(file, seconds):
    """Set the clock to the true time plus some seconds."""
    with file.open("r+b") as opened:  # in place: it is mapped
        opened.write(seconds.to_bytes(8, "little", signed=True))


def step(*positions):
    """Make a fault that sets the clock to one position after the other, one per strike."""

    def strike(floor, at):
        set_to(floor.clock, positions[at % len(positions)])

    return strike


def back(floor):
    """Set the true time again."""
    set_to(floor.clock, 0)


def step_and_kill(*positions):
    """Make a fault that sets the clock and kills the engine, which starts with the new time."""

    def strike(floor, at):
        set_to(floor.clock, positions[at % len(positions)])
        os.kill(floor.pid("engine"), 9)

    return strike


FAULTS = (
    Fault("clock-forward", "clock +1 h, and back", step(3600, 0), 4, 14, needs="clock", after=back),
    Fault("clock-back", "clock -1 h, and back", step(-3600, 0), 4, 14, needs="clock", after=back),
    Fault(
        "clock-and-kill",
        "clock ±1 h, engine: kill -9",
        step_and_kill(3600, 0, -3600, 0),
        4,
        14,
        needs="clock",
        after=back,
    ),
)
