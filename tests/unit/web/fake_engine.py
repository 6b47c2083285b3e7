"""An engine without telephones: it sends its state and changes, and answers requests.

For tests, and by hand: `python tests/unit/web/fake_engine.py SOCKET ID:NAME:EXTENSION …` rings the
first ready agent, again and again.
"""

import asyncio
import contextlib
import json
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from web.live.examples import ENGINE, NODE

Item = dict[str, Any]


def agent(id_: int, name: str = "Li Wei", extension: str = "1001", **more: Any) -> Item:
    value = {
        "id": id_,
        "name": name,
        "extension": extension,
        "state": "signed out",
        "since": _now(),
        "reason": "",
        "presence": "signed out",
        "tasks": [],
        "capacity": {"limits": {"voice": 1}, "total": 1},
        "phone": "browser",
        "reachable": False,
        "call": None,
        "until": None,
        "misses": 0,
        "rest": "",
        "back_at": None,
        "wishes": [],
        "queues": ["sales", "support"],
    }
    return {"kind": "agent", "id": str(id_), "value": value | more}


def call(id_: str, agent_: int | None = None, **more: Any) -> Item:
    value = {
        "id": id_,
        "direction": "in",
        "via": "trunk",
        "caller": "+8613800138000",
        "called": "+864008001234",
        "state": "offered",
        "started_at": _now(),
        "since": _now(),
        "answered_at": None,
        "queue": "support",
        "queue_name": "Support",
        "priority": 0,
        "waiting_since": None,
        "agent": agent_,
        "agent_name": "",
        "legs": [],
        "work": None,
        "transfer": None,
        "handed": None,
        "slot": None,
        "held_by": "",
        "step": "menu",
        "customer": None,
        "level": None,
        "recording": "off",
        "cause": None,
    }
    return {"kind": "call", "id": id_, "value": value | more}


def queue(key: str, **more: Any) -> Item:
    value = {"key": key, "name": key.title(), "waiting": 0, "callbacks": 0, "oldest_since": None}
    value |= {"ready": 0, "talking": 0}
    return {"kind": "queue", "id": key, "value": value | more}


def task(call_: str, state: str = "active", **more: Any) -> dict[str, Any]:
    value = {"work": call_, "medium": "voice", "call": call_, "queue": "support", "state": state}
    return value | {"since": _now(), "until": None, "extended": False} | more


def leg(agent_: int | None = None, **more: Any) -> dict[str, Any]:
    """An agent's leg, or the customer's."""
    role = "customer" if agent_ is None else "agent"
    value = {"id": f"{role}-{agent_}", "role": role, "agent": agent_, "agent_name": None}
    value |= {"number": "", "state": "up", "since": _now(), "placement": "bridge"}
    rest = {"purpose": "talk", "muted": False, "holding": False, "sound": None}
    return value | rest | more


def node(name: str = "asterisk-1") -> Item:
    return {"kind": "node", "id": name, "value": NODE | {"name": name}}


def engine() -> Item:
    return {"kind": "engine", "id": "engine", "value": dict(ENGINE)}


WAITING = ("who next", "why waiting")


def outlook(**more: Any) -> dict[str, Any]:
    """What the engine says of a queue without agents."""
    value = {"agent": None, "blocked": "no members", "considered": [], "signed_out": 0, "ahead": 0}
    return value | {"step": 0, "needs": [], "waited_seconds": 5.0, "ringing": []} | more


class FakeEngine:
    """Holds items, sends changes, records its requests; `answers` overrides an answer."""

    def __init__(self, path: Path, items: list[Item]) -> None:
        self.path = path
        self.asked: list[dict[str, Any]] = []
        self.answers: dict[str, dict[str, Any]] = {}
        self.silent = False
        self._items = {(item["kind"], item["id"]): item for item in items}
        self._number = 17
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._server: asyncio.Server | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def start(self) -> None:
        if not self._thread.is_alive():
            self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(5)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(5)

    def end(self) -> None:
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def change(self, *items: Item, gap: int = 0) -> None:
        asyncio.run_coroutine_threadsafe(self._change(items, gap), self._loop).result(5)

    def value(self, kind: str, id_: str) -> dict[str, Any]:
        found: dict[str, Any] = self._items[kind, id_]["value"]
        return found

    async def _open(self) -> None:
        self.path.unlink(missing_ok=True)
        self._server = await asyncio.start_unix_server(self._serve, self.path)

    async def _close(self) -> None:
        if self._server:
            self._server.close()
        for writer in list(self._writers):
            writer.close()
        self.path.unlink(missing_ok=True)

    async def _change(self, items: tuple[Item, ...], gap: int) -> None:
        self._number += 1 + gap
        for item in items:
            self._items[item["kind"], item["id"]] = item
        for writer in list(self._writers):
            _write(writer, {"number": self._number, "items": list(items)})

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        items = [item for item in self._items.values() if item["value"] is not None]
        hello = {"boot": "b1", "number": self._number, "now": _now(), "items": items}
        _write(writer, {"hello": hello})
        with contextlib.suppress(OSError):
            while line := await reader.readline():
                asked = json.loads(line)
                self.asked.append(asked)
                if not self.silent:
                    _write(writer, {"reply": asked["id"]} | await self._answer(asked))
        self._writers.discard(writer)

    async def _answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        name = asked["ask"]
        if name in self.answers:
            return self.answers[name]
        known = {"metrics": {"text": ""}, "phones": {"phones": []}, "cancel callback": {}}
        known |= {"add callback": {}, "change callback": {}}
        known |= {one: outlook(queue=asked.get("queue", "support")) for one in WAITING}
        if name in known:
            return _ok(known[name])
        if name == "guest":
            sip = {"user": "guest-07", "password": "p", "domain": "hotline"}
            return _ok({"sip": sip, "until": _now(), "numbers": ["4008001234"]})
        found = self._items.get(("agent", str(asked["agent"])))
        if found is None or found["value"] is None:
            sentence = "There is no agent {agent}."
            error = {"type": "missing", "sentence": sentence, "values": {"agent": asked["agent"]}}
            return {"ok": False, "error": error}
        await self._do(name, asked, found["value"])
        sip = {"user": "w" + found["value"]["extension"], "password": "p", "domain": "hotline"}
        browser = found["value"]["phone"] == "browser"
        return _ok({"sip": sip} if name in {"signin", "phone"} and browser else {})

    async def _do(self, name: str, asked: dict[str, Any], of: dict[str, Any]) -> None:
        talk = self._items.get(("call", str(of["call"])), {}).get("value")
        states: dict[str, dict[str, Any]] = {
            "signin": {"state": "paused", "phone": asked.get("phone"), "reachable": True},
            "signout": {"state": "signed out", "reachable": False},
            "state": {"state": asked.get("state"), "reason": asked.get("reason")},
            "answer": {"state": "talking", "answer": asked.get("call")},
            "decline": {"state": "paused", "call": None},
            "hangup": {"state": "wrap-up"},
            "outcome": {"state": "ready", "call": None},
        }
        calls = {"answer": "talking", "hold": "held", "resume": "talking", "hangup": "ended"}
        told = [agent(of["id"]) | {"value": of | states.get(name, {}) | {"since": _now()}}]
        if talk and name in calls:
            told.append(call(talk["id"], **(talk | {"state": calls[name], "since": _now()})))
        await self._change(tuple(told), 0)


def _ok(value: dict[str, Any]) -> dict[str, Any]:
    return {"ok": True, "value": value}


def _write(writer: asyncio.StreamWriter, message: dict[str, Any]) -> None:
    writer.write(json.dumps(message, ensure_ascii=False).encode() + b"\n")


def _now() -> str:
    return datetime.now(UTC).isoformat()  # noqa: TID251


async def _ring_for_ever(path: Path, agents: list[Item]) -> None:
    tiles = [queue(key) for key in ("sales", "support", "operator")]
    fake = FakeEngine(path, [*agents, *tiles, node(), engine()])
    fake.start()
    for number in range(1, 1_000_000):
        await asyncio.sleep(3)
        ready = [one for one in agents if fake.value("agent", one["id"])["state"] == "ready"]
        if ready:
            value = fake.value("agent", ready[0]["id"])
            id_ = f"hotline-1-1763775000.{number}"
            ringing = value | {"state": "offered", "call": id_, "since": _now()}
            fake.change(call(id_, value["id"]), ready[0] | {"value": ringing})


if __name__ == "__main__":
    named = [word.split(":") for word in sys.argv[2:]]
    asyncio.run(
        _ring_for_ever(Path(sys.argv[1]), [agent(int(i), name, ext) for i, name, ext in named])
    )
