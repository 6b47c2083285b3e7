"""The web is restarted without a moment in which nobody answers."""

import asyncio
import os
import sys
from pathlib import Path

from unit.web.test_supervisor import run, until, well

from web.children import Child, Plan
from web.restarts import Restartable, Restarts, Result
from web.serving import newest

SERVER = """
import os, socket, sys
sys.stdin.readline()
place = sys.argv[1]
opened = socket.socket(socket.AF_UNIX)
opened.bind(f"{place}.{os.getpid()}")
opened.listen()
os.replace(f"{place}.{os.getpid()}", place)
while True:
    heard, _ = opened.accept()
    heard.sendall(str(os.getpid()).encode())
    heard.close()
"""


def server(folder: Path) -> Child:
    source, place = folder / "server.py", folder / "s"
    source.write_text(SERVER)
    command = (sys.executable, str(source), str(place))
    plan = Plan("web", command, folder / "web.log", spare=True, socket=place)
    return Child(plan, lambda: None)


async def who_answers(place: Path) -> int:
    reader, writer = await asyncio.open_unix_connection(place)
    said = await reader.read()
    writer.close()
    return int(said)


def test_while_the_web_is_restarted_somebody_always_answers(tmp_path: Path) -> None:
    async def story() -> None:
        child, restarts = server(tmp_path), Restarts(lambda: None)
        restarts.know(Restartable(child, well))
        child.start()
        place = tmp_path / "s"
        await until(place.exists)
        old, answered = child.pid, set()
        try:
            restarts.begin("web")
            while not restarts.work or restarts.work.result is Result.BEGUN:
                answered.add(await who_answers(place))
                await asyncio.sleep(0.005)

            assert restarts.work.result is Result.DONE
            assert answered >= {old}
            assert await who_answers(place) == child.pid != old
            assert child.restarts == 0
        finally:
            await child.stop()

    run(story())


def test_what_was_replaced_meanwhile_is_seen(tmp_path: Path) -> None:
    (tmp_path / "web" / "templates").mkdir(parents=True)
    page = tmp_path / "web" / "templates" / "page.html"
    page.write_text("old")
    os.utime(page, (1000.0, 1000.0))
    before = newest(tmp_path)
    os.utime(page, (2000.0, 2000.0))

    assert (before, newest(tmp_path)) == (1000.0, 2000.0)
