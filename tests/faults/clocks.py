"""The wall clock set by an hour under the whole house, as a person or a broken NTP server does it.

Every process of the installation runs with libfaketime, which reads the difference from a file;
the monotonic clock is left as it is, as when a real clock is set.
"""

import os
from pathlib import Path

from faults.fault import Fault

LIBRARIES = ("libfaketimeMT.so.1", "libfaketime.so.1")


def library():
    """Where libfaketime lies; nothing if it is not installed."""
    for name in LIBRARIES:
        for found in Path("/usr/lib").glob(f"*/faketime/{name}"):
            return str(found)
    return ""


def why_not():
    """Why the clock cannot be set here, or nothing."""
    return "" if library() else "libfaketime is missing (Debian: apt install libfaketime)"


def environment(folder):
    """What every process of the house needs, and the file that sets its clock."""
    file = Path(folder) / "clock"
    file.parent.mkdir(parents=True, exist_ok=True)
    set_to(file, 0)
    return file, {
        "LD_PRELOAD": library(),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_DONT_RESET": "1",
    }


def set_to(file, seconds):
    """Set the clock to the true time and so much more."""
    new = file.with_suffix(".new")
    new.write_text(f"{seconds:+d}\n")
    os.replace(new, file)  # noqa: PTH105 - at once


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
