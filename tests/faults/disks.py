"""Full, slow and frozen disks: small file systems of our own below the installation.

A file in the run's folder is a disk (a loop device with ext4), mounted in a mount namespace that
ends with the program. A slow disk is frozen (`fsfreeze`) most of the time: writes wait, as on a
worn-out or overloaded disk. All of it needs root.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time

from faults.fault import Fault

MEGABYTES = 96
STILL, MOVES = 0.4, 0.1  # seconds: the phases of a stuttering disk
INSIDE = "HOTLINE_FAULTS_NAMESPACE"
PARTS = ("journal", "recordings")


def why_not():
    """Give why disks cannot be made here, or ""."""
    if os.geteuid() != 0:
        return "disks can be made by root only"
    for program in ("unshare", "mkfs.ext4", "fsfreeze", "mount"):
        if shutil.which(program, path="/usr/sbin:/usr/bin:/sbin:/bin") is None:
            return f"{program} is missing"
    return ""


def own_namespace():
    """Continue in a mount namespace of our own, so that no mount outlives us."""
    if os.environ.get(INSIDE):
        return
    os.environ[INSIDE] = "1"
    command = ["unshare", "--mount", "--propagation", "private", sys.executable, "-m", "faults.run"]
    os.execvp("unshare", [*command, *sys.argv[1:]])


@contextlib.contextmanager
def mounted(floor):
    """Put a disk under the journal and one under the recordings of an idle installation."""
    home = floor.installation.home
    time.sleep(2.0)  # until the database has the old journal's facts
    try:
        for part in PARTS:
            image = floor.folder / f"{part}.disk"
            with image.open("wb") as file:
                file.truncate(MEGABYTES * 2**20)
            _run("mkfs.ext4", "-q", "-m", "0", str(image))
            _run("mount", "-o", "loop", str(image), str(home / part))
        # The running engine has a file of the old journal open: a new one starts with the new
        # journal.
        os.kill(floor.pid("engine"), signal.SIGKILL)
        time.sleep(1.0)
        floor.is_up()
        yield
    finally:
        for part in PARTS:
            with contextlib.suppress(subprocess.CalledProcessError):
                _run("umount", "-l", str(home / part))


def full(part, seconds):
    """Make a fault that fills the disk for a while."""

    def strike(floor, at):
        ballast = floor.installation.home / part / f"ballast-{at}"
        try:
            _fill(ballast)
            time.sleep(seconds)
        finally:
            ballast.unlink(missing_ok=True)

    return strike


def stutter(part, seconds):
    """Make a fault that freezes the disk four fifths of the time."""

    def strike(floor, at):
        del at
        folder = str(floor.installation.home / part)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            _still(folder, STILL)
            time.sleep(MOVES)

    return strike


def still(part, seconds):
    """Make a fault that freezes the disk completely."""

    def strike(floor, at):
        del at
        _still(str(floor.installation.home / part), seconds)

    return strike


def _still(folder, seconds):
    _run("fsfreeze", "-f", folder)
    try:
        time.sleep(seconds)
    finally:
        _run("fsfreeze", "-u", folder)


def _fill(path):
    size = 2**20
    with path.open("wb", buffering=0) as file:
        while size >= 512:
            try:
                if file.write(b"\0" * size) < size:
                    size //= 2
            except OSError:
                size //= 2


def _run(*command):
    subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL)


FAULTS = (
    Fault("journal-full", "disk full, journal, 20 s", full("journal", 20), 5, 10, needs="disks"),
    Fault("journal-slow", "slow disk, journal, 20 s", stutter("journal", 20), 3, 8, needs="disks"),
    Fault("journal-still", "journal's disk still 10 s", still("journal", 10), 3, 10, needs="disks"),
    Fault(
        "recordings-full",
        "disk full, recordings, 20 s",
        full("recordings", 20),
        3,
        10,
        needs="disks",
    ),
    Fault(
        "recordings-slow",
        "slow disk, recordings, 20 s",
        stutter("recordings", 20),
        3,
        8,
        needs="disks",
    ),
)
