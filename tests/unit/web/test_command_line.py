"""The command line: each command calls a function that exists and takes what was typed."""

import importlib
import inspect
import logging
from pathlib import Path

import pytest

from web import __main__ as command_line

LINES = (
    "backup all.tar --encrypt",
    "backup-key key",
    "backups",
    "administrator li --link",
    "demo remove",
    "doctor",
    "engine",
    "flow test flow.json --flow 1",
    "jobs",
    "ledger",
    "logs --call c1",
    "migrate",
    "prompts",
    "restart web",
    "restore all.tar --replace",
    "revision message",
    "rollback --to 0.3",
    "simulate day.json --runs 2",
    "status",
    "token li",
    "upgrade",
    "web",
)


@pytest.mark.parametrize("line", LINES)
def test_a_command_calls_a_function_that_takes_what_was_typed(
    line: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    called: list[str] = []

    def note(place: str, *arguments: object, **options: object) -> int:
        module, function = place.split(":")
        inspect.signature(getattr(importlib.import_module(module), function)).bind(
            *arguments, **options
        )
        called.append(place)
        return 7

    monkeypatch.setattr(command_line, "_run", note)
    monkeypatch.setattr(logging, "captureWarnings", lambda **_: None)
    monkeypatch.setenv("HOTLINE_HOME", str(tmp_path))

    assert command_line.main(line.split()) == 7
    assert len(called) == 1


def test_every_command_is_tried() -> None:
    tried = {line.split()[0] for line in LINES}

    assert command_line.COMMANDS.keys() - tried == {"up"}
