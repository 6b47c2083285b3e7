"""Logs: a process goes on even if a line cannot be written."""

import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import structlog

from web.ops.logs import write_lines


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.mark.parametrize("path", [None, Path("/dev/full")])
def test_a_process_that_reports_a_full_disk_on_a_full_disk_goes_on(
    path: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = Path("/dev/full").open("w", encoding="utf-8")  # noqa: SIM115 - its closing fails
    monkeypatch.setattr(sys, "stdout", full)
    write_lines(path)
    log = structlog.get_logger()
    for tell in (log.debug, log.info, log.warning, log.error, log.exception, log.critical):
        tell("the journal cannot write")
    monkeypatch.undo()

    with suppress(OSError):
        full.close()
