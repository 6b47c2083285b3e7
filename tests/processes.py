"""Programs of a test run: each in its own session, ended with everything it started."""

import asyncio
import contextlib
import os
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("HOTLINE_TEST_HOME") or ROOT / "var" / "test").absolute()
BIN = Path(sys.executable).parent
LONGEST_SECONDS = 1500  # a program that takes longer counts as hanging
TIMED_OUT = 124
PATIENCE_SECONDS = 40  # from the interrupt until a program is killed
LOW_PRIORITY = 15  # as of nice(1)


def environment(**more):
    """Give the environment of every program: this folder's code, and the test home's tools."""
    # PYTHONDONTWRITEBYTECODE protects the source folders; PYTHONPYCACHEPREFIX does so too.
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {
        **kept,
        "HOTLINE_TEST_HOME": str(HOME),
        "PATH": os.pathsep.join([str(BIN), str(HOME / "bin"), os.environ.get("PATH", "")]),
        # The virtual environment may belong to another checkout.
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
        # Compiled once for all parts and all their processes, outside of the sources.
        "PYTHONPYCACHEPREFIX": str(HOME / "pycache"),
        "CI": "1",
        "npm_config_update_notifier": "false",
        **more,
    }


async def run(command, *, folder=ROOT, log=None, low_priority=False, **more):
    """Run a program; give its exit code and its output, or "" if that went to our own output.

    With `log`, a path, its output is kept there. Cancelling this call stops the program.
    """
    with contextlib.ExitStack() as opened:
        out = opened.enter_context(log.open("wb")) if log else None
        child = await asyncio.create_subprocess_exec(
            *map(str, command),
            cwd=folder,
            env=environment(**more),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=out,
            stderr=asyncio.subprocess.STDOUT if log else None,
            start_new_session=True,
        )
        if low_priority:
            _lower(child.pid)
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                code = await child.wait()
            late = ""
        except TimeoutError:
            code, late = TIMED_OUT, f"\n{command[0]} took over {LONGEST_SECONDS} s\n"
        finally:
            await _end(child)
    return code, (log.read_text(errors="replace") if log else "") + late


async def _end(child):
    """Ask a program to clean up and end; then kill what is left of its process group."""
    try:
        if child.returncode is None:
            child.send_signal(signal.SIGINT)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE_SECONDS):
                    await child.wait()
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)


def _lower(pid):
    """Give a program that only computes a lower priority than those with real sound."""
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, LOW_PRIORITY)
    # Where Linux groups processes by session, nice counts within a session only: sched(7).
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/autogroup").write_text(str(LOW_PRIORITY))
