"""The link to an Asterisk that is slow, silent, or has forgotten our application."""

import asyncio
import contextlib
import time

import pytest
from aiohttp import web

from cti.asterisk import ari
from cti.asterisk.ari import ARIClient


class Asterisk:
    """Answers its probes after a delay, or never; sends events while the socket is open."""

    def __init__(self, *, late=0.0, tells=None, knows_us=True):
        self.late, self.tells, self.knows_us = late, tells, knows_us

    async def events(self, request):
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        while not socket.closed:
            if self.tells is None:
                await socket.receive()
            else:
                await asyncio.sleep(self.tells)
                with contextlib.suppress(ConnectionError):
                    await socket.send_str('{"type": "ChannelVarset"}')
        return socket

    async def application(self, request):
        del request
        await asyncio.sleep(self.late)
        return web.json_response({}, status=200 if self.knows_us else 404)

    async def filter(self, request):
        del request
        return web.Response(status=204)


@contextlib.asynccontextmanager
async def linked(asterisk):
    """Run a client; give its reports of the link, and how long the answer took."""
    app = web.Application()
    app.router.add_get("/ari/events", asterisk.events)
    app.router.add_get("/ari/applications/hotline", asterisk.application)
    app.router.add_put("/ari/applications/hotline/eventFilter", asterisk.filter)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    said = []
    client = ARIClient(
        f"http://127.0.0.1:{port}/ari",
        ("hotline", "secret"),
        on_event=lambda _: None,
        on_link=said.append,
    )
    running = asyncio.create_task(client.run())
    try:
        yield client, said
    finally:
        client.close()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await runner.cleanup()


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(ari, "PROBE_SECONDS", 0.05)
    monkeypatch.setattr(ari, "CHECK_SECONDS", 0.05)
    monkeypatch.setattr(ari, "SILENCE_SECONDS", 0.3)


async def until(said, condition, seconds=5.0):
    async with asyncio.timeout(seconds):
        while not condition(said):  # noqa: ASYNC110 - said by another's code
            await asyncio.sleep(0.02)
    return list(said)


def test_a_slow_link_is_kept_while_any_data_arrives():
    async def watch():
        async with linked(Asterisk(late=0.6, tells=0.1)) as (client, said):
            await until(said, lambda _: client.answered_in > 0)
            return list(said), client.answered_in

    said, seconds = asyncio.run(watch())

    assert said == [True]
    assert seconds >= 0.6


def test_a_silent_asterisk_is_away():
    async def watch():
        async with linked(Asterisk(late=30.0)) as (_, said):
            return await until(said, lambda told: False in told)

    assert asyncio.run(watch())[:2] == [True, False]


def test_an_asterisk_that_does_not_know_our_application_is_asked_to_listen_again():
    async def watch():
        async with linked(Asterisk(knows_us=False, tells=0.05)) as (_, said):
            return await until(said, lambda told: told.count(True) == 2)

    assert asyncio.run(watch())[:3] == [True, False, True]


def test_an_engine_that_was_frozen_itself_does_not_take_asterisk_for_dead():
    async def watch():
        async with linked(Asterisk(late=0.1)) as (client, said):
            await until(said, lambda told: told)
            for _ in range(3):
                await asyncio.sleep(0.12)
                time.sleep(0.6)  # noqa: ASYNC251 - the whole engine, as if it were stopped
            return await until(said, lambda _: client.answered_in > 0)

    assert asyncio.run(watch()) == [True]
