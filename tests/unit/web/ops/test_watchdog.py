"""The engine's watchdog: it reports that the engine is alive and can serve callers."""

import asyncio
import os
import sys
from pathlib import Path

from web.ops.children import SILENCE_SECONDS, Child, ProcessPlan

PETS = """
import os, time
while True:
    os.write(int(os.environ["HOTLINE_WATCHDOG_FD"]), {byte!r})
    time.sleep(0.05)
"""


def test_an_engine_cut_off_from_asterisk_lives_on_but_cannot_look_after_callers(
    tmp_path: Path,
) -> None:
    seen = asyncio.run(_petting(tmp_path, b"-"))

    assert seen == (True, False)


def test_an_engine_that_is_linked_looks_after_callers(tmp_path: Path) -> None:
    seen = asyncio.run(_petting(tmp_path, b"."))

    assert seen == (True, True)


async def _petting(folder: Path, byte: bytes) -> tuple[bool, bool]:
    """Give whether it counts as alive, and whether as able to work."""
    code = PETS.format(byte=byte)
    plan = ProcessPlan("engine", (sys.executable, "-c", code), folder / "engine.log", watched=True)
    child = Child(plan, lambda: None)
    child.start()
    try:
        async with asyncio.timeout(10):
            while child.silent_seconds() > SILENCE_SECONDS:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.02)
        return (
            child.silent_seconds() < SILENCE_SECONDS,
            child.unable_seconds() < SILENCE_SECONDS,
        )
    finally:
        await child.stop()


def test_what_we_start_shares_our_session_and_can_be_ended_by_a_group_of_its_own(
    tmp_path: Path,
) -> None:
    code = "import os; print(os.getsid(0), os.getpgid(0) == os.getpid(), flush=True)"
    log = tmp_path / "log"

    async def life() -> list[str]:
        child = Child(ProcessPlan("one", (sys.executable, "-c", code), log), lambda: None)
        child.start()
        try:
            async with asyncio.timeout(10):
                while not (log.exists() and log.read_text().endswith("\n")):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
            return log.read_text().split()[:2]
        finally:
            await child.stop()

    assert asyncio.run(life()) == [str(os.getsid(0)), "True"]
