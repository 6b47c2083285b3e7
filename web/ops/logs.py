"""Logging of our processes: one line per event, without local variables."""

import logging
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

import structlog
from structlog.typing import Processor

from web.kit.settings import log_form


def write_lines(path: Path | None = None) -> None:
    """Write JSON into files and plain text on a terminal, unless HOTLINE_LOG decides.

    Lines go to standard output, which the supervisor redirects to a file, or to `path`.

    A traceback shows code, never values, which may be passwords.
    """
    terminal = path is None and sys.stdout.isatty()
    file = path.open("a", buffering=1) if path else None
    form = log_form() or ("text" if terminal else "json")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _json() if form == "json" else _text(),
        ],
        logger_factory=lambda *_: _Lines(file or sys.stdout),
        cache_logger_on_first_use=False,
    )


def take_in_libraries() -> None:
    """Write the libraries' warnings as log lines of ours; called once, when a process starts."""
    write_lines()
    shared: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _json()],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


class _Lines:
    """Writes lines and never fails: on a full disk the lines are lost, nothing else."""

    _lock = threading.Lock()

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def write(self, line: str) -> None:
        with suppress(OSError), self._lock:
            self._file.write(f"{line}\n")
            self._file.flush()

    debug = info = warning = error = critical = write


def _json() -> Callable[..., Any]:
    return structlog.processors.JSONRenderer(ensure_ascii=False, default=str)


def _text() -> Callable[..., Any]:
    return structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"])
