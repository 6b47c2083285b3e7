"""Checks whether a starting process is ready."""

import asyncio
import contextlib
import os
from pathlib import Path

import aiohttp

from web.kit.settings import Settings
from web.ops.setup import postgres

SHORT = aiohttp.ClientTimeout(total=2.0)


async def at_once() -> bool:
    """Nothing to wait for."""
    return True


async def ari(settings: Settings) -> bool:
    """Whether ARI answers a ping with our password."""
    login = aiohttp.BasicAuth("hotline", settings.secrets.ari_password)
    with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
        async with (
            aiohttp.ClientSession(auth=login, timeout=SHORT) as session,
            session.get(f"{settings.ari_url}/asterisk/ping") as answer,
        ):
            return answer.status == 200  # noqa: PLR2004 - HTTP's OK
    return False


async def web(settings: Settings) -> bool:
    """Whether the web reports that it is well, on its own socket."""
    with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
        async with (
            aiohttp.ClientSession(
                connector=aiohttp.UnixConnector(str(settings.web_socket)), timeout=SHORT
            ) as session,
            session.get("http://hotline/healthz") as answer,
        ):
            return answer.status == 200  # noqa: PLR2004 - HTTP's OK
    return False


async def database(settings: Settings) -> bool:
    """Whether PostgreSQL takes connections."""
    return await asyncio.to_thread(postgres.answers, settings)


async def port(host: str, number: int) -> bool:
    """Whether a process accepts connections on a port."""
    with contextlib.suppress(OSError, TimeoutError):
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, number), 2.0)
        writer.close()
        return True
    return False


async def unix_socket(path: Path) -> bool:
    """Whether a process accepts connections on a Unix socket."""
    with contextlib.suppress(OSError, TimeoutError):
        _, writer = await asyncio.wait_for(asyncio.open_unix_connection(path), 2.0)
        writer.close()
        return True
    return False


async def ended(pid: int, seconds: float = 20.0) -> bool:
    """Wait until a process that is not our child is gone; False if it stays."""
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while loop.time() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        await asyncio.sleep(0.05)
    return False
