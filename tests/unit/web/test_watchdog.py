"""What an engine says with its watchdog: that it lives, and that it can look after callers."""

import asyncio
import sys
from pathlib import Path

from web.children import SILENCE_SECONDS, Child, Plan

PETS = """
import os, time
while True:
    os.write(int(os.environ["HOTLINE_WATCHDOG_FD"]), {byte!r})
    time.sleep(0.05)
"""


def test_an_engine_cut_off_from_asterisk_lives_on_but_looks_after_nobody(tmp_path: Path) -> None:
    seen = asyncio.run(_petting(tmp_path, b"-"))

    assert seen == (True, False)


def test_an_engine_that_is_linked_looks_after_callers(tmp_path: Path) -> None:
    seen = asyncio.run(_petting(tmp_path, b"."))

    assert seen == (True, True)


async def _petting(folder: Path, byte: bytes) -> tuple[bool, bool]:
    """Whether it is heard, and whether it is heard to be able."""
    code = PETS.format(byte=byte)
    plan = Plan("engine", (sys.executable, "-c", code), folder / "engine.log", watched=True)
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
