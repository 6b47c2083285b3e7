"""`hotline web`: serves the application on its Unix socket, taken over from the process before it.

A spare process waits with everything imported, which takes seconds. It takes over the socket only
when it can answer, and only then is the old process ended: a restart refuses no connection, and a
killed process is replaced within some tenths of a second.
"""

import asyncio
import os
import socket
import sys
from pathlib import Path

import uvicorn
import uvloop

from web.app import create_app
from web.kit.settings import REPOSITORY, Settings
from web.live.context import LiveContext
from web.ops import gc_tuning
from web.ops.code_version import PAGES, mark, stand_by
from web.ops.logs import take_in_libraries

LINK_SECONDS = 1.0  # without the engine the pages open all the same
LOOK_SECONDS = 0.01
TURN_SECONDS = 0.001  # how long rendering a page may delay live messages; Python's default is 5 ms
BACKLOG = 2048


def run(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT."""
    take_in_libraries()
    made_of = mark(REPOSITORY, PAGES)
    app = create_app(settings)
    if not stand_by(REPOSITORY, PAGES, made_of):
        return 0
    config = uvicorn.Config(
        app,
        # Only the front door can reach the socket, so its forwarding headers are trusted.
        proxy_headers=True,
        forwarded_allow_ips="*",
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=3,
        server_header=False,
        # Each page would have a compressor of its own: with 500 desks and 20 floors it took five
        # sixths of this process's time and most of a page's memory.
        ws_per_message_deflate=False,
    )
    sys.setswitchinterval(TURN_SECONDS)
    # uvloop's sockets are in C; asyncio's own took a fifth of the time with 500 open desks.
    uvloop.run(_serve(uvicorn.Server(config), app.state.live, settings.web_socket))
    return 0


async def _serve(server: uvicorn.Server, live: LiveContext, path: Path) -> None:
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    beside.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(str(beside))
        opened.listen(BACKLOG)
        serving = asyncio.create_task(server.serve(sockets=[opened]))
        loop = asyncio.get_running_loop()
        until = loop.time() + LINK_SECONDS
        while not (serving.done() or (server.started and not live.link.away)):
            if server.started and loop.time() > until:
                break
            await asyncio.sleep(LOOK_SECONDS)
        gc_tuning.settle()
        beside.replace(path)
        await serving
