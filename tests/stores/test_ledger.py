"""The ledger's process: facts of the journal reach PostgreSQL, although it is killed meanwhile."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from cti.engine.journal import Journal
from cti.engine.segments import Segments

PATIENCE_SECONDS = 30.0


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home; its name decides where the facts in memory are."""
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def started(home: Path, url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "web", "ledger"],
        env={**os.environ, "HOTLINE_HOME": str(home), "HOTLINE_DATABASE_URL": url},
        stdout=subprocess.DEVNULL,
    )


def until(done: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if done():
            return True
        time.sleep(0.05)
    return False


def told(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.execute(text("SELECT count(*) FROM call_events")).scalar_one()


def lines(first: int, last: int) -> list[dict[str, object]]:
    at = "2026-11-22T00:00:00+00:00"
    detail = {"caller": "+8613800138000", "called": "100", "direction": "in", "via": "trunk"}
    return [
        {"fact": f"n/1/{n}", "at": at, "call": f"c{n}", "call_kind": "arrived", "detail": detail}
        for n in range(first, last)
    ]


def test_every_fact_is_written_once_though_the_ledger_is_killed_in_the_middle(
    home: Path, fresh_database_url: str
) -> None:
    engine = create_engine(fresh_database_url)
    journal = Journal(Segments(home / "journal", home / "in memory"))
    journal.start()
    first = started(home, fresh_database_url)
    journal.keep(lines(0, 4000))
    assert until(lambda: told(engine) > 0)
    first.send_signal(signal.SIGKILL)
    first.wait()
    journal.keep(lines(4000, 4100))
    second = started(home, fresh_database_url)

    assert until(lambda: told(engine) == 4100)
    journal.close()
    second.terminate()
    assert second.wait(PATIENCE_SECONDS) == 0
    assert list((home / "journal").glob("*.jsonl")) == []
    engine.dispose()
