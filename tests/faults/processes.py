"""Faults of processes that die, freeze or are restarted while calls go on."""

import contextlib
import os
import signal
import time

from faults.fault import Fault


def kill(child):
    """Make a fault that kills a process as the kernel does."""

    def strike(floor, at):
        del at
        os.kill(floor.pid(child), signal.SIGKILL)

    return strike


def freeze(child, seconds=None):
    """Make a fault that freezes a process, until the supervisor kills it or for some seconds."""

    def strike(floor, at):
        del at
        pid = floor.pid(child)
        os.kill(pid, signal.SIGSTOP)
        if seconds is not None:
            try:
                time.sleep(seconds)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    return strike


FAULTS = (
    Fault("nothing", "no fault at all: what is normal", lambda _floor, _at: None, 3, 10),
    Fault("engine-kill", "engine: kill -9", kill("engine"), 50, 9),
    Fault("engine-freeze", "engine: SIGSTOP", freeze("engine"), 20, 12),
    Fault("asterisk-kill", "Asterisk: kill -9", kill("asterisk"), 10, 20, ends_talks=True),
    Fault("postgres-freeze", "PostgreSQL: SIGSTOP 20 s", freeze("postgres", 20), 5, 15),
    Fault("postgres-away", "PostgreSQL: SIGSTOP 2 min", freeze("postgres", 120), 1, 15),
    Fault("postgres-kill", "PostgreSQL: kill -9", kill("postgres"), 10, 10),
    Fault("ledger-kill", "ledger: kill -9", kill("ledger"), 10, 6),
    Fault("ledger-freeze", "ledger: SIGSTOP", freeze("ledger"), 5, 10),
    Fault("web-kill", "web: kill -9", kill("web"), 10, 6),
    Fault("door-kill", "front door: kill -9", kill("nginx"), 10, 6),
    Fault("jobs-kill", "jobs: kill -9", kill("jobs"), 5, 6),
)
