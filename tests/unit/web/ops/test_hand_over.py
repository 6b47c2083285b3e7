"""Restarting the web: at every moment a process answers."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from unit.web.ops.test_supervisor import run, until, well

from web.kit.settings import REPOSITORY
from web.ops.children import Child, ProcessPlan
from web.ops.code_version import CODE, PAGES, mark
from web.ops.restarts import Restartable, RestartResult, Restarts

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
    plan = ProcessPlan("web", command, folder / "web.log", spare=True, socket=place)
    return Child(plan, lambda: None)


async def who_answers(place: Path) -> int:
    reader, writer = await asyncio.open_unix_connection(place)
    said = await reader.read()
    writer.close()
    return int(said)


def test_while_the_web_is_restarted_a_process_always_answers(tmp_path: Path) -> None:
    async def story() -> None:
        child, restarts = server(tmp_path), Restarts(lambda: None)
        restarts.know(Restartable(child, well))
        child.start()
        place = tmp_path / "s"
        await until(place.exists)
        old, answered = child.pid, set()
        try:
            restarts.begin("web")
            while not restarts.work or restarts.work.result is RestartResult.BEGUN:
                answered.add(await who_answers(place))
                await asyncio.sleep(0.005)

            assert restarts.work.result is RestartResult.DONE
            assert answered >= {old}
            assert await who_answers(place) == child.pid != old
            assert child.restarts == 0
        finally:
            await child.stop()

    run(story())


def page_of(root: Path) -> Path:
    page = root / "web" / "templates" / "page.html"
    page.parent.mkdir(parents=True)
    page.write_text("old")
    os.utime(page, (1000.0, 1000.0))
    return page


@pytest.mark.parametrize("when", [2000.0, 500.0])  # unpacked files may be older than before
def test_replaced_sources_are_detected(tmp_path: Path, when: float) -> None:
    page = page_of(tmp_path)
    pages, code = mark(tmp_path, PAGES), mark(tmp_path, CODE)
    os.utime(page, (when, when))

    assert mark(tmp_path, PAGES) != pages
    assert mark(tmp_path, CODE) == code  # the engine does not draw pages


SPARE = """
import sys
sys.path.insert(0, {repository!r})
from pathlib import Path
from web.ops.code_version import CODE, mark, stand_by
import part
root = Path({root!r})
before = mark(root, CODE)
print("stands by", flush=True)
if stand_by(root, CODE, before):
    print("begun with", part.NAME, flush=True)
"""


def spare(root: Path) -> subprocess.Popen[str]:
    """Start a spare process, made from `cti/part.py`."""
    part = root / "cti" / "part.py"
    part.parent.mkdir()
    part.write_text("NAME = 'old'\n")
    main = root / "cti" / "spare.py"
    main.write_text(SPARE.format(repository=str(REPOSITORY), root=str(root)))
    return subprocess.Popen(  # noqa: S603 - ours
        [sys.executable, "-B", str(main)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "HOTLINE_STAND_BY": "1"},
    )


@pytest.mark.parametrize("name", ["old", "new"])
def test_a_spare_engine_begins_with_the_sources_that_are_there_by_then(
    tmp_path: Path, name: str
) -> None:
    with spare(tmp_path) as process:
        assert process.stdout
        assert process.stdin
        assert process.stdout.readline() == "stands by\n"
        if name == "new":
            (tmp_path / "cti" / "part.py").write_text("NAME = 'new'\n")
        process.stdin.write("\n")
        process.stdin.flush()
        said = process.stdout.read()

    assert said.splitlines()[-1] == f"begun with {name}"


def test_a_spare_engine_without_a_supervisor_never_begins(tmp_path: Path) -> None:
    with spare(tmp_path) as process:
        said, _ = process.communicate(timeout=20)

    assert said == "stands by\n"
