"""The programs and configurations that must exist before anything is started."""

import shutil
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from web.kit.settings import Settings
from web.ops.setup import asterisk, client, nginx, ports, prompts
from web.ops.setup.steps import SetupError, step

ROOM_BYTES = 2_000_000_000  # packages, database and logs of a first run, with room to work
ROOM_LATER_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Parts:
    """The programs found or fetched, with their rendered configurations."""

    asterisk: asterisk.Asterisk
    asterisk_configuration: Path
    nginx: tuple[str, ...]
    nginx_configuration: Path


def prepare(settings: Settings, without: frozenset[str] = frozenset()) -> Parts:
    """Check the machine, fetch and build what is missing, render the configurations.

    The browser's part is not built if `without` holds `pages`.
    """
    _check_room(settings)
    ports.check_free(settings)
    with step("Asterisk: having it ready") as progress:
        switch = asterisk.find_asterisk(settings, progress)
        switch_configuration = asterisk.render(settings, switch)
    with step("Front door: having nginx ready") as progress:
        door = nginx.find_nginx(settings, progress)
        door_configuration = nginx.render(settings, door)
    if prompts.missing(settings):
        with step("Prompts: speaking them") as progress:
            prompts.make(settings, switch.sounds, progress)
    if "pages" not in without and client.needs_build():
        with step("Pages: building the browser's part") as progress:
            client.build(progress)
    _warn_of_slow_name()
    return Parts(switch, switch_configuration, door, door_configuration)


def _check_room(settings: Settings) -> None:
    first = not settings.cache_dir.exists()
    wanted = ROOM_BYTES if first else ROOM_LATER_BYTES
    free = shutil.disk_usage(settings.home).free
    if free < wanted:
        raise SetupError(
            f"{settings.home} has {free // 1_000_000} MB free, and {wanted // 1_000_000} MB are"
            " needed. Make room, or set HOTLINE_HOME to a folder on another disk.",
        )


def _warn_of_slow_name() -> None:
    """Warn if the machine does not know its own name: Asterisk looks it up for every call."""
    began = time.monotonic()
    name = socket.gethostname()
    try:
        socket.getaddrinfo(name, None)
        slow = time.monotonic() - began > 0.5  # noqa: PLR2004 - seconds
    except OSError:
        slow = True
    if slow:
        print(f"  Note: add a line '127.0.1.1 {name}' to /etc/hosts; calls are slow without it.")
