"""The socket to the web: a greeting with everything, and then every change."""

import asyncio
import json
import tempfile
from pathlib import Path

from cti.core.views import item
from cti.desk.server import DeskServer


def agent(number, **value):
    return item("agent", number, {"id": number, **value})


def greeting(*shown, fresh=()):
    """Show these items in turn, then connect: give the greeting, and the change after it."""

    async def story():
        with tempfile.TemporaryDirectory(prefix="hl-") as folder:
            path = Path(folder) / "engine.sock"
            server = DeskServer(path, "b1", lambda: {"now": "12:00", "items": list(fresh)}, _refuse)
            await server.open()
            for items in shown:
                server.show(items)
            reader, writer = await asyncio.open_unix_connection(path)
            hello = json.loads(await reader.readline())["hello"]
            server.show([agent(9)])
            change = json.loads(await reader.readline())
            writer.close()
            await server.close()
            return hello, change

    return asyncio.run(story())


async def _refuse(*_):
    raise AssertionError


def test_a_new_connection_gets_the_last_value_of_each_item():
    hello, _ = greeting([agent(7, name="陈"), agent(8)], [agent(7, name="陈静")])

    assert (hello["boot"], hello["number"], hello["now"]) == ("b1", 2, "12:00")
    assert [i["value"] for i in hello["items"]] == [{"id": 7, "name": "陈静"}, {"id": 8}]


def test_a_removed_item_is_not_in_the_greeting():
    hello, _ = greeting([item("call", "c1", {"id": "c1"})], [item("call", "c1", None)])

    assert hello["items"] == []


def test_an_answer_command_is_not_repeated_to_later_connections():
    hello, _ = greeting([agent(7, call="c1")], [agent(7, call="c1", answer="c1")])

    assert [i["value"] for i in hello["items"]] == [{"id": 7, "call": "c1"}]


def test_fresher_items_replace_the_shown_ones_in_the_greeting():
    hello, _ = greeting(
        [item("node", "n", {"channels": 1})], fresh=[item("node", "n", {"channels": 2})]
    )

    assert [i["value"] for i in hello["items"]] == [{"channels": 2}]


def test_the_next_change_has_the_next_number():
    hello, change = greeting([agent(7)], [agent(8)])

    assert (hello["number"], change["number"]) == (2, 3)
    assert change["items"] == [agent(9)]


def test_a_requests_effects_are_sent_before_its_answer():
    async def story():
        with tempfile.TemporaryDirectory(prefix="hl-") as folder:
            path = Path(folder) / "engine.sock"

            async def ready(*_):
                server.show([agent(7, state="ready")])
                return {}

            server = DeskServer(path, "b1", lambda: {"now": "12:00", "items": []}, ready)
            await server.open()
            reader, writer = await asyncio.open_unix_connection(path)
            await reader.readline()
            writer.write(b'{"id":"w1","ask":"state"}\n')
            told = [json.loads(await reader.readline()) for _ in range(2)]
            writer.close()
            await server.close()
            return told

    change, reply = asyncio.run(story())

    assert change["items"] == [agent(7, state="ready")]
    assert reply["reply"] == "w1"
