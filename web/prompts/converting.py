"""Converts audio files into masters, each in a process of its own; jobs may use it too."""

import hashlib
import json
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import structlog

from crm.kernel.errors import InvalidError
from crm.kernel.text import N_
from web.kit.settings import REPOSITORY, Settings
from web.ops.setup.prompts import masters_dir
from web.prompts.masters import path_of_master

FIELD = "file"
TRIM = "trim"
SECONDS = 180.0
AT_ONCE = 2
"""How many files one process of the web converts at the same time; the rest waits."""

UNREADABLE = N_("The file is damaged or is no audio that can be read.")
REFUSALS: Mapping[str, str] = {
    "kind": N_("Choose an audio file: WAV, MP3, OGG or FLAC."),
    "damaged": UNREADABLE,
    "too long": N_("The audio is longer than 30 minutes."),
    "silent": N_("There is no sound in this file."),
}

log = structlog.get_logger(__name__)
_room = threading.BoundedSemaphore(AT_ONCE)


def make_master(settings: Settings, source: str, *, trimmed: bool = False) -> tuple[str, float]:
    """Convert an audio file into a master; give its name and length, or raise InvalidError."""
    folder = masters_dir(settings)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = folder / f"{secrets.token_hex(8)}.new"
    try:
        seconds = convert_file(Path(source), new, trimmed=trimmed)
        name = hashlib.sha256(new.read_bytes()).hexdigest()
        with new.open("rb") as written:
            os.fsync(written.fileno())
        new.replace(path_of_master(settings, name))
    finally:
        new.unlink(missing_ok=True)
    return name, seconds


def convert_file(source: Path, target: Path, *, trimmed: bool = False) -> float:
    """Write an audio file of any kind as a master and give its seconds, or raise InvalidError."""
    with _room:
        told = _convert(str(source), str(target), *([TRIM] if trimmed else []))
    if "seconds" not in told:
        raise InvalidError(REFUSALS.get(str(told.get("error")), UNREADABLE), FIELD)
    return float(str(told["seconds"]))


def _convert(*words: str) -> Mapping[str, object]:
    command = [sys.executable, "-m", "web.prompts.convert", *words]
    # Threads of numpy reserve more address space than the process may have.
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    try:
        ran = subprocess.run(  # noqa: S603 - a program of ours
            command,
            capture_output=True,
            cwd=REPOSITORY,
            env=environment,
            timeout=SECONDS,
            check=False,
        )
        told = json.loads(ran.stdout) if ran.returncode == 0 else {}
    except (subprocess.TimeoutExpired, ValueError):
        told = {}
    if not told:  # it was killed by one of its limits
        log.warning("an audio file could not be converted")
    return told if isinstance(told, dict) else {}
