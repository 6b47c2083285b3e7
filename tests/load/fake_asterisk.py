"""A fake Asterisk on real sockets, for an engine under more calls than this machine could carry.

ARI over HTTP and its WebSocket, the little of AMI that the engine and the guard use, and a crowd of
callers and agents (`load.crowd`). No sound, no SIP. It is a process of its own:

    python -m load.fake_asterisk ARI_PORT AMI_PORT RECORDINGS

and gets commands in lines of JSON on its standard input, each answered with one on its output:
`phones` (these extensions are registered), `run` (so many calls a second for so long), `fill` (so
many lasting talks, so many waiting callers), `empty`, `figures`. `cti/fake.py` also simulates
Asterisk, with the core's own events in virtual time; here it is Asterisk's protocol.
"""

import asyncio
import gc
import json
import os
import sys
import time
from pathlib import Path

from aiohttp import WSMsgType, web
from load.crowd import NORMAL, STEPS, WAYS, Crowd
from load.exchange import Channel, Exchange

QUIET_SECONDS = 90.0


class FakeAsterisk:
    """Answers ARI's requests."""

    def __init__(self, exchange: Exchange, crowd: Crowd, recordings: Path) -> None:
        """`recordings` is the folder in which the engine looks for the recorder's files."""
        self.exchange = exchange
        self.crowd = crowd
        self.recordings = recordings
        self._sound = recordings / "sound"
        self.objects: dict[str, list[dict[str, str]]] = {}  # path -> fields
        self.endpoints = "[]"
        self.globals: dict[str, str] = {}
        self.requests = 0
        self.links: list[float] = []  # when the event socket connected

    # ---- HTTP

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        at = time.perf_counter()
        path = request.rel_url.path.removeprefix("/ari")
        if path == "/events":
            return await self._listen(request)
        self.requests += 1
        text = await request.text() if request.can_read_body else ""
        body = json.loads(text) if text else {}
        body.update(request.rel_url.query)
        answer = self._answer(request.method, path.split("/")[1:], body, at)
        if isinstance(answer, int):
            return web.Response(status=answer)
        if isinstance(answer, tuple):
            status, why = answer
            return web.json_response({"message": why}, status=status)
        return web.Response(text=answer, content_type="application/json")

    def _answer(self, method, parts, body, at):  # noqa: PLR0911 - one line a kind of thing
        match parts:
            case ["channels"]:
                return f"[{','.join(one.text for one in self.exchange.channels.values())}]"
            case ["channels", id_, *what]:
                return self._channel(method, id_, what, body, at)
            case ["bridges", *what]:
                return self._bridge(method, what, body, at)
            case ["playbacks", playback]:
                return self._stop(playback, at)
            case ["endpoints", *_]:
                return self.endpoints
            case ["applications", _, *what]:
                return self._application(what, body)
            case ["asterisk", *what]:
                return self._asterisk(method, what, body)
        return 404

    async def _listen(self, request):
        socket = web.WebSocketResponse(heartbeat=None, compress=False)
        await socket.prepare(request)
        outgoing: asyncio.Queue[str] = asyncio.Queue()
        self.exchange.link(outgoing.put_nowait)
        self.links.append(time.time())
        sender = asyncio.create_task(_send(socket, outgoing))
        try:
            async for message in socket:
                if message.type is WSMsgType.ERROR:
                    break
        finally:
            sender.cancel()
            self.exchange.unlink()
        return socket

    # ---- channels

    def _channel(self, method, id_, what, body, at):
        came = self.crowd.witness.came
        if id_ == "create":
            return self._create(body)
        channel = self.exchange.channels.get(id_)
        if channel is None:
            return 404
        call = channel.call
        match method, what:
            case "POST", ["dial"]:
                came(call, "ring", at)
                self.exchange.dial(channel, "")
                self.crowd.rings(channel)
            case "POST", ["answer"]:
                came(call, "answer", at)
                self.exchange.up(channel)
            case "POST", ["play", playback]:
                self.exchange.playing(playback, channel, body["media"][0], begins=True)
                self.crowd.plays(channel, playback)
                return "{}"
            case "DELETE", ["moh"]:
                came(call, "quiet", at)
            case "GET", ["variable"]:
                return _variable(channel, body["variable"])
            case "POST", ["variable"]:
                self.exchange.set(channel, body["variable"], body["value"])
            case "POST", ["continue"]:
                self._record(channel)
            case "DELETE", []:
                came(call, "hang up", at)
                self.exchange.hang_up(channel, int(body.get("reason_code", NORMAL)))
                self.crowd.gone(channel)
        return 204

    def _create(self, body):
        id_ = body["channelId"]
        if id_ in self.exchange.channels:
            return 409
        endpoint = body["endpoint"].partition("/")[2]
        leg = Channel(id_, f"PJSIP/{endpoint}-00000001", endpoint, "hotline-phone", endpoint)
        leg.state = "Down"
        leg.account = body["variables"]["CHANNEL(accountcode)"]
        for name, value in body["variables"].items():
            leg.set(name, value)
        self.exchange.make(leg)
        return leg.text

    def _record(self, channel):
        file = self.recordings / f"{channel.variables['HOTLINE_RECORD']}-in.wav"
        if not file.exists():
            os.link(self._sound, file)
        self.exchange.record(channel)

    async def grow(self) -> None:
        """Let all recordings grow: they are one file under many names."""
        while True:
            with self._sound.open("ab") as file:
                file.write(b"\0")
            await asyncio.sleep(1.0)

    def _stop(self, playback, at):
        call = playback.rpartition("-p")[0]
        self.crowd.witness.came(call, "stop", at)
        channel = self.exchange.channels.get(call)
        if channel is None or channel.playback != playback:
            return 404
        self.exchange.playing(playback, channel, "sound:menu", begins=False)
        return 204

    # ---- bridges

    def _bridge(self, method, what, body, at):
        bridges = self.exchange.bridges
        if not what:
            return f"[{','.join(map(self.exchange.bridge_text, bridges))}]"
        bridge, *act = what
        match method, act:
            case "POST", []:
                bridges.setdefault(bridge, [])
                return self.exchange.bridge_text(bridge)
            case "POST", ["addChannel"]:
                return self._put_in(bridge, body["channel"], at)
            case "POST", ["removeChannel"] if body["channel"] in self.exchange.channels:
                self.exchange.take_out(self.exchange.channels[body["channel"]])
            case "DELETE", [] if bridge in bridges:
                del bridges[bridge]
            case _:
                return 404
        return 204

    def _put_in(self, bridge, ids, at):
        channels = [self.exchange.channels.get(one) for one in ids]
        if bridge not in self.exchange.bridges or None in channels:
            return 404
        for channel in channels:
            self.exchange.put_in(bridge, channel)
        call = channels[0].call
        self.crowd.witness.came(call, "add", at)
        legs = [one for one in ids if one != call]
        if legs:
            self.crowd.joined(call, legs[0])
        return 204

    # ---- the rest

    def _application(self, what, body):
        match what:
            case ["subscription"]:
                sources = body["eventSource"]
                for source in sources if isinstance(sources, list) else sources.split(","):
                    self.exchange.heard_of.add(source.partition(":")[2])
            case ["eventFilter"]:
                self.exchange.allowed = frozenset(one["type"] for one in body.get("allowed", ()))
        return '{"name":"hotline","channel_ids":[],"events_allowed":[]}'

    def _asterisk(self, method, what, body):  # noqa: PLR0911 - one line a question
        match what:
            case ["info"]:
                status = f'"status":{{"startup_time":"{self.exchange.born}"}}'
                return f'{{"system":{{"version":"22.10.1"}},"config":{{}},{status}}}'
            case ["ping"]:
                return '{"ping":"pong"}'
            case ["variable"] if method == "POST":
                self.globals[body["variable"]] = body["value"]
                return 204
            case ["variable"]:
                return json.dumps({"value": self.globals.get(body["variable"], "")})
            case ["config", *names] if method == "PUT":
                self.objects["/".join(names)] = body.get("fields", [])
                return "[]"
            case ["config", *names]:
                found = self.objects.get("/".join(names))
                return 404 if found is None else json.dumps(found)
        return 404

    # ---- what the program asks for

    def phones(self, extensions) -> None:
        """Register these telephones; each has a browser phone beside it that is not registered."""
        told = []
        for extension in extensions:
            for name, state in ((extension, "online"), (f"w{extension}", "offline")):
                told.append(
                    f'{{"technology":"PJSIP","resource":"{name}","state":"{state}","channel_ids":[]}}'
                )
        self.endpoints = f"[{','.join(told)}]"

    def figures(self):
        """Give the figures so far."""
        crowd = self.crowd
        return {
            "arrived": crowd.arrived,
            "talked": crowd.talked,
            "ended": crowd.ended,
            "failed": crowd.failed,
            "talking": len(crowd.talking),
            "channels": len(self.exchange.channels),
            "events": self.exchange.told,
            "bytes": self.exchange.bytes,
            "requests": self.requests,
            "links": self.links,
            "heard_of": len(self.exchange.heard_of),
            "delays": {what: crowd.witness.delays[what] for what in (*STEPS, *WAYS)},
            "late": dict(crowd.witness.late),
            "cpu": time.process_time(),
        }


def _variable(channel: Channel, name: str):
    if name in channel.variables:
        return json.dumps({"value": channel.variables[name]})
    return 404, "Provided variable was not found"


async def _send(socket, outgoing) -> None:
    while True:
        await socket.send_str(await outgoing.get())


async def _manage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Speak AMI, as far as needed: every action succeeds, and every list is empty."""
    writer.write(b"Asterisk Call Manager/10.0.0\r\n")
    try:
        while True:
            lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
            said = dict(line.split(": ", 1) for line in lines if ": " in line)
            id_, action = said.get("ActionID", ""), said.get("Action", "")
            list_ = action in {"QueueStatus", "CoreShowChannels"}
            more = "EventList: start\r\n" if list_ else ""
            writer.write(
                f"Response: Success\r\nActionID: {id_}\r\n{more}Message: ok\r\n\r\n".encode()
            )
            if list_:
                end = f"Event: {action}Complete\r\nActionID: {id_}\r\nEventList: Complete\r\n\r\n"
                writer.write(end.encode())
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def carry_out(fake: FakeAsterisk, asked: dict) -> dict:
    """Carry out a command of the measuring program."""
    crowd = fake.crowd
    match asked.pop("do"):
        case "phones":
            fake.phones(asked["extensions"])
        case "numbers":
            crowd.numbers = asked["numbers"]
        case "run":
            crowd.talk = asked["talk"]
            await crowd.call(asked["rate"], asked["seconds"])
        case "forget":
            crowd.witness.delays.clear()
            crowd.witness.late.clear()
        case "fill":
            crowd.talk = None
            await crowd.call(asked["rate"], asked["talks"] / asked["rate"])
            await crowd.until_talking(asked["talks"] * 0.9, QUIET_SECONDS)
            for _ in range(asked["waiting"]):
                crowd.dial(asked["closed"])
                await asyncio.sleep(1 / asked["rate"])
            await asyncio.sleep(2.0)
        case "empty":
            crowd.hang_up_waiting()
            await crowd.end_talks(asked["rate"])
            await crowd.until_quiet(QUIET_SECONDS)
        case "quiet":
            await crowd.end_talks(asked["rate"])
            await crowd.until_quiet(QUIET_SECONDS)
    return fake.figures()


async def run(ari_port: int, ami_port: int, recordings: Path) -> None:
    """Serve until the standard input ends."""
    exchange = Exchange()
    fake = FakeAsterisk(exchange, Crowd(exchange, []), recordings)
    loop = asyncio.get_running_loop()
    growing = asyncio.create_task(fake.grow())
    server = web.Server(fake.serve, access_log=None)
    await loop.create_server(server, "127.0.0.1", ari_port)
    await asyncio.start_server(_manage, "127.0.0.1", ami_port)
    orders = asyncio.StreamReader(limit=2**26)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    # A collection over all objects would look like a delay of the engine.
    gc.freeze()
    gc.disable()
    print("{}", flush=True)
    while line := await orders.readline():
        print(json.dumps(await carry_out(fake, json.loads(line))), flush=True)
    growing.cancel()


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
