"""Faults of the links between the engine and Asterisk: cut, delayed, refused, and silently dead."""

import contextlib
import os
import time
from pathlib import Path

from faults.fault import Fault
from faults.proxy import Proxy
from installation import free_ports

SITE = Path(__file__).with_name("site")


@contextlib.contextmanager
def proxies():
    """Start proxies for ARI and AMI; give them with the engine's environment for using them."""
    ports = free_ports()
    with (
        Proxy(int(ports["HOTLINE_ASTERISK_PORT"])) as ari,
        Proxy(int(ports["HOTLINE_AMI_PORT"])) as ami,
    ):
        led = os.pathsep.join(filter(None, (str(SITE), os.environ.get("PYTHONPATH", ""))))
        yield (
            {"ari": ari, "ami": ami},
            {
                **ports,
                "PYTHONPATH": led,
                "HOTLINE_FAULT_ARI_PORT": str(ari.port),
                "HOTLINE_FAULT_AMI_PORT": str(ami.port),
            },
        )


def cut(name):
    """Make a fault that closes the connections; new ones work at once."""

    def strike(floor, at):
        del at
        floor.proxies[name].cut()

    return strike


def away(name, seconds):
    """Make a fault that closes the connections and refuses new ones for a while."""

    def strike(floor, at):
        del at
        one = floor.proxies[name]
        one.refuses = True
        one.cut()
        try:
            time.sleep(seconds)
        finally:
            one.refuses = False

    return strike


def swallow(name, seconds):
    """Make a fault that carries nothing for a while without closing anything, then cuts."""

    def strike(floor, at):
        del at
        one = floor.proxies[name]
        one.swallow()
        try:
            time.sleep(seconds)
        finally:
            one.cut()
            one.flow()

    return strike


def delay(name, late, seconds):
    """Make a fault that delays everything for a while."""

    def strike(floor, at):
        del at
        one = floor.proxies[name]
        one.delay = late
        try:
            time.sleep(seconds)
        finally:
            one.delay = 0.0

    return strike


FAULTS = (
    Fault("ari-cut", "ARI: connections cut", cut("ari"), 20, 6, needs="links"),
    Fault("ari-away", "ARI: cut, refused for 10 s", away("ari", 10), 5, 12, needs="links"),
    Fault("ari-dead", "ARI: half open for 20 s", swallow("ari", 20), 5, 12, needs="links"),
    Fault("ari-late-200", "ARI: 200 ms late for 15 s", delay("ari", 0.2, 15), 3, 8, needs="links"),
    Fault("ari-late-2000", "ARI: 2 s late for 15 s", delay("ari", 2.0, 15), 3, 12, needs="links"),
    Fault("ami-cut", "AMI: connection cut", cut("ami"), 20, 4, needs="links"),
    Fault("ami-dead", "AMI: half open for 20 s", swallow("ami", 20), 3, 8, needs="links"),
)
