"""The other side of `desk_clients`: the process with the open sockets, and its notes.

It reads commands from its standard input, a line of JSON each, and answers each with one.
"""

import asyncio
import bisect
import contextlib
import json
import os
import sys
import time
from array import array
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import aiohttp

OPENED_AT_ONCE = 16
LONGEST_LINE = 64 * 1024 * 1024
CHANGE = '{"number":'
COOKIE = "hotline_session"
_OVER = {
    aiohttp.WSMsgType.CLOSE,
    aiohttp.WSMsgType.CLOSING,
    aiohttp.WSMsgType.CLOSED,
    aiohttp.WSMsgType.ERROR,
}


@dataclass(frozen=True)
class OpenPage:
    """An open page: its user's session, its topic, and the agent's number at a desk."""

    token: str
    topic: str  # "desk" or "floor"
    agent: int
    slow: bool = False  # stops reading after the first snapshot, until it is woken
    folded: bool = False  # keeps its items, to be compared with the engine at the end
    cards: bool = False  # asks for the caller's card whenever it rings, as a desk's page does


@dataclass
class PageLog:
    """What one page received: when, up to which number, and how many letters."""

    place: OpenPage
    times: array = field(default_factory=lambda: array("d"))
    numbers: array = field(default_factory=lambda: array("q"))
    sizes: array = field(default_factory=lambda: array("q"))
    snapshots: int = 0
    closed: int = 0
    cursor: str = ""  # of the last snapshot, for `%` with the last number
    cards: list = field(default_factory=list)  # (time of the offer, time of the card, result)
    offered: dict | None = None  # the agent when it rang, until the card was requested
    rung: str = ""  # the call that rang last
    items: dict = field(default_factory=dict)
    awake: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, text, at):
        """Take one message."""
        if text.startswith(CHANGE):
            number = int(text[len(CHANGE) : text.index(",", len(CHANGE))])
            if self.place.folded:
                fold(self.items, json.loads(text)["items"])
            if self.place.cards and '"state":"offered"' in text:
                self._see_offer(json.loads(text)["items"])
        else:
            message = json.loads(text)
            if "snapshot" not in message:
                return message
            number = message["snapshot"]["number"]
            self.cursor = "{boot}.%d.{scope}".format(**message["snapshot"])
            self.snapshots += 1
            if self.place.folded:
                self.items.clear()
                fold(self.items, message["snapshot"]["items"])
        self.times.append(at)
        self.numbers.append(number)
        self.sizes.append(len(text.encode()))
        return None

    def _see_offer(self, items):
        for item in items:
            own = item["kind"] == "agent" and item["id"] == str(self.place.agent)
            if not own or not item["value"] or item["value"]["state"] != "offered":
                continue
            # As a page does: other changes of the agent while it rings request no new card.
            if item["value"]["call"] != self.rung:
                self.offered = item["value"]
                self.rung = item["value"]["call"]


def fold(known, items):
    """Apply items by (kind, id); a value of None removes one."""
    for item in items:
        key = (item["kind"], str(item["id"]))
        if item["value"] is None:
            known.pop(key, None)
        else:
            known[key] = {**known.get(key, {}), **item["value"]}


class Reference:
    """The engine's changes as it sent them: number, timestamp, and the agents they are for."""

    def __init__(self):
        self.number = 0
        self.items = {}
        self.changes = []  # (number, stamp, agents)

    async def follow(self, path):
        """Read the engine's socket until cancelled."""
        reader, writer = await asyncio.open_unix_connection(path, limit=LONGEST_LINE)
        try:
            while line := await reader.readline():
                self._take(json.loads(line), time.time())
        finally:
            writer.close()

    def _take(self, message, at):
        if "hello" in message:
            self.number = message["hello"]["number"]
            fold(self.items, message["hello"]["items"])
            return
        if "number" not in message:
            return
        self.number = message["number"]
        stamps, agents, hurried = [], set(), False
        for item in message["items"]:
            if item["kind"] not in {"agent", "call"}:
                continue
            hurried = True
            old, new = self.items.get((item["kind"], str(item["id"]))), item["value"]
            if new and new["since"] != (old or {}).get("since"):
                stamps.append(datetime.fromisoformat(new["since"]).timestamp())
            agents |= {int(item["id"])} if item["kind"] == "agent" else _whose(old, new)
        fold(self.items, message["items"])
        if hurried:
            self.changes.append((self.number, max(stamps, default=at), frozenset(agents)))


def _whose(old, new):
    named = {one["agent"] for one in (old, new) if one}
    return {agent for agent in named if agent is not None}


class _Pages:
    """All clients of this process."""

    def __init__(self, asked):
        self._address = asked["address"]
        self._socket = asked["engine_socket"]
        self._logs = [PageLog(OpenPage(**one)) for one in asked["places"]]
        self._reference = Reference()
        self._tasks, self._fetching = [], set()
        self._marks = (0.0, 0.0)
        self._gate = asyncio.Semaphore(OPENED_AT_ONCE)

    async def open(self, http):
        """Open all; return when each has its snapshot."""
        self._tasks.append(asyncio.create_task(self._reference.follow(self._socket)))
        opened = []
        for log in self._logs:
            ready = asyncio.get_running_loop().create_future()
            self._tasks.append(asyncio.create_task(self._watch(http, log, ready)))
            opened.append(ready)
        await asyncio.gather(*opened)

    def begin(self):
        """Start counting."""
        self._marks = (time.time(), 0.0)

    async def end(self, raw):
        """Stop counting and give the figures; the raw data is written to the file `raw`."""
        self._marks = (self._marks[0], time.time())
        await self._quiet()
        said = self._summary()
        content = {"marks": self._marks, "changes": [list(c[:2]) for c in self._reference.changes]}
        content["told"] = [
            {"topic": t.place.topic, "agent": t.place.agent, "times": list(t.times)}
            | {"numbers": list(t.numbers), "sizes": list(t.sizes)}
            for t in self._logs
        ]
        await asyncio.to_thread(Path(raw).write_text, json.dumps(content))
        return said

    async def wake(self):
        """Let the slow pages read again; give what they then have."""
        for log in self._logs:
            log.awake.set()
        await asyncio.sleep(5)
        slow = [log for log in self._logs if log.place.slow]
        return {
            "slow_snapshots": [log.snapshots for log in slow],
            "slow_differ": self._differing(slow),
        }

    async def _quiet(self):
        """Wait until the pages that keep their items have received nothing for two seconds."""
        end = time.time() + 20
        number, since = -1, time.time()
        while time.time() < end and time.time() - since < 2:
            if self._reference.number != number:
                number, since = self._reference.number, time.time()
            await asyncio.sleep(0.05)

    async def _watch(self, http, log, ready):
        try:
            async with self._gate:
                socket = await self._connect(http, log)
                while not log.snapshots:
                    await self._read(socket, log)
                ready.set_result(None)
            if log.place.slow:
                await log.awake.wait()
                # The server may have closed it meanwhile; then it reconnects as a page does.
                with contextlib.suppress(ConnectionError):
                    await self._read_on(http, socket, log)
                socket = await self._connect(http, log)
            await self._read_on(http, socket, log)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            log.closed += 1
            if not ready.done():
                ready.set_exception(error)

    async def _connect(self, http, log):
        place = log.place
        headers = {"Cookie": f"{COOKIE}={place.token}"}
        url = f"{self._address}/live?topics={place.topic}"
        if log.cursor:
            url += f"&cursor={log.cursor % log.numbers[-1]}"
        return await http.ws_connect(url, headers=headers, compress=15, max_msg_size=0)

    async def _read_on(self, http, socket, log):
        while True:
            await self._read(socket, log)
            if log.offered:
                task = asyncio.create_task(self._fetch_card(http, log, log.offered))
                self._fetching.add(task)
                task.add_done_callback(self._fetching.discard)
                log.offered = None

    async def _fetch_card(self, http, log, agent):
        headers = {"Cookie": f"{COOKIE}={log.place.token}", "HX-Request": "true"}
        url = f"{self._address}/desk/card"
        try:
            async with http.get(url, params={"call": agent["call"]}, headers=headers) as answer:
                known = b'data-known="yes"' in await answer.read()
                outcome = "shown" if known else f"{answer.status}, not shown"
        except aiohttp.ClientError as error:
            outcome = type(error).__name__
        offered = datetime.fromisoformat(agent["since"]).timestamp()
        log.cards.append((offered, time.time(), outcome))

    @staticmethod
    async def _read(socket, log):
        message = await socket.receive()
        if message.type is not aiohttp.WSMsgType.TEXT:
            if message.type in _OVER:
                raise ConnectionError(f"the socket closed with {socket.close_code}")
            return
        other = log.note(message.data, time.time())
        if other and "ping" in other:
            await socket.send_str(json.dumps({"pong": other["ping"]}))

    def _summary(self):
        began, ended = self._marks
        delays, missing = self._delays(began, ended)
        seconds = ended - began
        said = {
            "seconds": seconds,
            "changes": sum(began <= stamp < ended for _, stamp, _ in self._reference.changes),
            "missing": missing,
            "closed": sum(log.closed for log in self._logs if not log.place.slow),
            "cards": self._cards(began, ended),
            "differ": self._differing([t for t in self._logs if not t.place.slow]),
        }
        for topic in ("desk", "floor"):
            those = [t for t in self._logs if t.place.topic == topic and not t.place.slow]
            sizes = [s for t in those for at, s in zip(t.times, t.sizes, strict=True) if at < ended]
            per = max(1, len(those)) * seconds
            counted = [
                size
                for t in those
                for at, size in zip(t.times, t.sizes, strict=True)
                if began <= at < ended
            ]
            said[topic] = {
                "clients": len(those),
                "delays": sorted(round(one, 5) for one in delays[topic]),
                "messages": len(counted) / per,
                "bytes": sum(counted) / per,
                "snapshots": sum(t.snapshots for t in those),
                "all_bytes": sum(sizes),
            }
        return said

    def _delays(self, began, ended):
        """Give per topic the seconds from each change to each page that it was for.

        A page has a change with the first message with its number or a later one.
        """
        changes = [one for one in self._reference.changes if began <= one[1] < ended]
        own = defaultdict(list)
        for change in changes:
            for agent in change[2]:
                own[agent].append(change)
        delays, missing = {"desk": [], "floor": []}, 0
        for log in self._logs:
            if log.place.slow:
                continue
            desk = log.place.topic == "desk"
            for number, stamp, _ in own[log.place.agent] if desk else changes:
                at = bisect.bisect_left(log.numbers, number)
                if at == len(log.numbers):
                    missing += 1
                else:
                    delays[log.place.topic].append(log.times[at] - stamp)
        return delays, missing

    def _cards(self, began, ended):
        """Give the seconds from each offer to its card, by result."""
        found = defaultdict(list)
        for log in self._logs:
            for offered, there, outcome in log.cards:
                if began <= offered < ended:
                    found[outcome].append(there - offered)
        return found

    def _differing(self, those):
        """Count the items in which pages that fold differ from the engine."""
        different = 0
        for log in those:
            if not log.place.folded:
                continue
            shown = self._reference.items
            if log.place.topic == "desk":
                shown = {k: v for k, v in shown.items() if k == ("agent", str(log.place.agent))}
                there = {k: v for k, v in log.items.items() if k[0] == "agent"}
            else:
                shown = {k: v for k, v in shown.items() if k[0] in {"agent", "call"}}
                there = {k: v for k, v in log.items.items() if k[0] in {"agent", "call"}}
            keys = shown.keys() | there.keys()
            different += sum(shown.get(key) != there.get(key) for key in keys)
        return different


async def _serve():
    """Carry out the other process's commands, a line each, and answer with a line each."""
    reader = asyncio.StreamReader(limit=LONGEST_LINE)
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), sys.stdin
    )
    pages = _Pages(json.loads(await reader.readline()))
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=30)
    jar = aiohttp.DummyCookieJar()  # each client brings its own cookie
    async with aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=jar) as http:
        while line := await reader.readline():
            word, *rest = json.loads(line)
            answer = await _do(pages, http, word, rest)
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
        os._exit(0)  # hundreds of open sockets need no clean shutdown


async def _do(pages, http, word, rest):
    match word:
        case "open":
            await pages.open(http)
        case "begin":
            pages.begin()
        case "end":
            return await pages.end(*rest)
        case "wake":
            return await pages.wake()
    return None


if __name__ == "__main__":
    asyncio.run(_serve())
