"""The wall clock set by an hour under the whole house, as a person or a broken NTP server does it.

Every process of the installation runs with `site/clock.c` preloaded, which adds what stands in a
file to the wall clock; the monotonic clock is left as it is, as when a real clock is set.
"""

import os
import shutil
import subprocess
from pathlib import Path

from faults.fault import Fault

SOURCE = Path(__file__).with_name("site") / "clock.c"


def why_not():
    """Why the clock cannot be set here, or nothing."""
    return (
        "" if shutil.which("cc") else "a C compiler is missing (Debian: apt install gcc libc6-dev)"
    )


def environment(folder):
    """What every process of the house needs, and the file that sets its clock."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    library, file = folder / "clock.so", folder / "clock"
    command = ["cc", "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE), "-ldl"]
    subprocess.run(command, check=True)
    file.write_bytes(bytes(8))
    return file, {"LD_PRELOAD": str(library), "HOTLINE_FAULT_CLOCK": str(file)}


def set_to(file, seconds):
    """Set the clock to the true time and so much more."""
    with file.open("r+b") as opened:  # in place: it is mapped
        opened.write(seconds.to_bytes(8, "little", signed=True))


def step(*positions):
    """Set the clock to one after the other, a strike at a time."""

    def strike(floor, at):
        set_to(floor.clock, positions[at % len(positions)])

    return strike


def back(floor):
    """The true time again."""
    set_to(floor.clock, 0)


def step_and_kill(*positions):
    """Set the clock, and let the engine begin anew by it."""

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
