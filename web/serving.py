"""`hotline web`: serves the application on its Unix socket, and takes it over from the one before.

A second process stands by with everything made, as importing takes seconds. It takes the socket's
place only when it could answer, and only then is the one before told to end: nobody finds the door
closed while the web is restarted, and for some tenths of a second when it was killed.
"""

import asyncio
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import uvicorn

from web.app import create_app
from web.house import House
from web.logs import take_in_libraries
from web.settings import REPOSITORY, Settings

LINK_SECONDS = 1.0  # without the engine the pages are open all the same
LOOK_SECONDS = 0.01
BACKLOG = 2048
MADE_OF = ("acd", "campaigns", "crm", "cti", "ivr", "recordings", "web")
KINDS = frozenset({".py", ".html", ".po", ".css", ".js", ".json"})


def run(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT came."""
    take_in_libraries()
    made_at = newest(REPOSITORY)
    app = create_app(settings)
    if os.environ.get("HOTLINE_STAND_BY"):
        if not sys.stdin.readline():
            return 0  # the supervisor is gone before it needed us
        if newest(REPOSITORY) > made_at:
            # What we are made of was replaced while we stood by.
            del os.environ["HOTLINE_STAND_BY"]
            os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - ourselves, as we were started
    config = uvicorn.Config(
        app,
        # Only the front door can reach the socket, so what it says of callers is believed.
        proxy_headers=True,
        forwarded_allow_ips="*",
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=3,
        server_header=False,
        # Each page would have a compressor of its own: measured with 500 desks and 20 floors, it
        # took five sixths of this process's time and most of what a page cost in memory.
        ws_per_message_deflate=False,
    )
    asyncio.run(_serve(uvicorn.Server(config), app.state.house, settings.web_socket))
    return 0


def newest(root: Path) -> float:
    """Tell when what the web is made of was last changed (seconds since 1970)."""
    return max(_changed(root), default=0.0)


async def _serve(server: uvicorn.Server, house: House, path: Path) -> None:
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(str(beside))
        opened.listen(BACKLOG)
        serving = asyncio.create_task(server.serve(sockets=[opened]))
        loop = asyncio.get_running_loop()
        until = loop.time() + LINK_SECONDS
        while not (serving.done() or (server.started and not house.link.away)):
            if server.started and loop.time() > until:
                break
            await asyncio.sleep(LOOK_SECONDS)
        beside.replace(path)
        await serving


def _changed(root: Path) -> Iterator[float]:
    for package in MADE_OF:
        for folder, folders, files in os.walk(root / package):
            folders[:] = [one for one in folders if one not in {"node_modules", "__pycache__"}]
            for one in files:
                if os.path.splitext(one)[1] in KINDS:  # noqa: PTH122 - a thousand files
                    yield _when(Path(folder, one))


def _when(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0  # it was removed at this moment
