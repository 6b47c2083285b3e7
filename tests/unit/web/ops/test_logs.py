"""Logs: a process goes on even if a line cannot be written."""

import errno
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from web.ops.logs import write_lines

FULL = Path("/dev/full")


class Disk(io.StringIO):
    """A log on a disk that is full at first."""

    full = True

    def write(self, line: str) -> int:
        if self.full:
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(line)


@pytest.fixture(autouse=True)
def as_before(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("HOTLINE_LOG", raising=False)
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def report() -> None:
    log = structlog.get_logger()
    for tell in (log.debug, log.info, log.warning, log.error, log.exception, log.critical):
        tell("the journal cannot write")


def test_what_a_full_disk_refuses_is_lost_and_later_lines_are_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    disk = Disk()
    monkeypatch.setattr(sys, "stdout", disk)
    write_lines()
    report()
    disk.full = False
    structlog.get_logger().info("the journal writes again")

    told = [json.loads(line)["event"] for line in disk.getvalue().splitlines()]
    assert told == ["the journal writes again"]


def test_a_process_whose_output_goes_to_a_full_disk_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    full = FULL.open("w", encoding="utf-8")
    monkeypatch.setattr(sys, "stdout", full)
    write_lines()
    report()
    monkeypatch.undo()

    # The lines did reach the disk, and it refused them.
    with pytest.raises(OSError, match="No space left"):
        full.close()


def test_a_log_file_on_a_full_disk_stops_nothing_and_spills_nowhere(
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_lines(FULL)
    report()

    assert capsys.readouterr().out == ""
