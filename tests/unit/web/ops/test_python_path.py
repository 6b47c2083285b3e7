"""Where our commands look for modules: never in the folder that they are called from."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from web.ops.setup.programs import python_module

ROOT = Path(__file__).resolve().parents[4]
STRANGER = "print('a module of the folder was run')\nraise SystemExit(7)\n"


@pytest.fixture
def folder(tmp_path):
    """A folder with modules of the names that ours have."""
    made = tmp_path / "folder"
    made.mkdir()
    for name in ("web", "crm", "pip", "venv", "ensurepip", "structlog", "json"):
        (made / f"{name}.py").write_text(STRANGER)
    return made


@pytest.fixture
def home(tmp_path):
    """A home whose Python is this one, with this code."""
    python = tmp_path / "home" / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} "$@"\n')
    python.chmod(0o755)
    wanted = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    (python.parent.parent / ".hotline-installed").write_text(f"{wanted}-{ROOT}")
    return tmp_path / "home"


def ran(command, folder, home):
    hidden = ("PYTHONPATH", "PYTHONSAFEPATH")
    environment = {k: v for k, v in os.environ.items() if k not in hidden}
    return subprocess.run(  # noqa: S603 - programs of ours
        command,
        cwd=folder,
        env={**environment, "HOTLINE_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_folder_is_one_in_which_python_would_run_a_stranger(folder, home):
    assert ran([sys.executable, "-m", "web"], folder, home).returncode == 7


@pytest.mark.parametrize("program", ["hotline", "up"])
def test_a_script_runs_our_modules_whatever_its_folder_holds(folder, home, program):
    done = ran([ROOT / "bin" / program, "--help"], folder, home)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "usage: hotline" in done.stdout


def test_the_environment_is_made_with_modules_of_pythons_own(folder, home):
    script = f'. {ROOT}/bin/environment.sh; {sys.executable} -c "import venv, ensurepip, json"'

    assert ran(["/bin/sh", "-c", script], folder, home).returncode == 0


def test_the_processes_are_started_with_our_modules(folder, home):
    python = str(home / "venv" / "bin" / "python")
    done = ran(python_module("web", "engine", "--help", python=python), folder, home)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "usage: hotline engine" in done.stdout
