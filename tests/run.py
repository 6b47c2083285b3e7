"""Runs the checks and tests, all or those named, and says at the end how many passed.

`bin/test` calls this inside the environment it has made. A part that fails does not keep the next
one from running; what a part started it has stopped when it is over.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
HOME = Path(os.environ.get("HOTLINE_TEST_HOME") or ROOT / "var" / "test").absolute()
CLIENT = ROOT / "web" / "client"
BIN = Path(sys.executable).parent
NOTHING_COLLECTED = 5  # pytest's exit code
WORKERS = str(min(4, os.cpu_count() or 1))  # each with a database server of its own
LONGEST_SECONDS = 1500  # no part may take longer: it hangs


@dataclass
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped


def environment():
    # Who asks for nothing to be written means the sources: see PYTHONPYCACHEPREFIX.
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {
        **kept,
        "HOTLINE_TEST_HOME": str(HOME),
        "PATH": os.pathsep.join([str(BIN), str(HOME / "bin"), os.environ.get("PATH", "")]),
        # Compiled once for all parts and all processes that they start, and not among the sources.
        "PYTHONPYCACHEPREFIX": str(HOME / "pycache"),
        "CI": "1",
        "npm_config_update_notifier": "false",
    }


def run(command, *, folder=ROOT, quiet=True):
    """Run a program in a session of its own; give its exit code and what it said.

    Whatever ends us ends it, by its id.
    """
    child = subprocess.Popen(
        command,
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        said, _ = child.communicate(timeout=LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        said = f"{command[0]} took over {LONGEST_SECONDS} s"
        end(child)
        return 124, said
    except BaseException:
        end(child)
        raise
    return child.returncode, said or ""


def end(child):
    """Ask a child to clean up and go; after a while end what it left."""
    if child.poll() is None:
        child.send_signal(signal.SIGINT)
        try:
            child.wait(40)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)


# ---- checks: each is one


def check(name, *command, folder=ROOT):
    began = time.monotonic()
    code, said = run(command, folder=folder)
    return report(name, began, "" if code == 0 else said or f"exit code {code}")


def report(name, began, complaint):
    seconds = time.monotonic() - began
    print(f"{name}: {'FAILED' if complaint else 'ok'} ({seconds:.1f} s)", flush=True)
    if complaint:
        print(complaint.rstrip(), flush=True)
    return Count(failed=1) if complaint else Count(passed=1)


def python(*arguments):
    return (sys.executable, *arguments)


def check_format(_):
    return check("format", *python("-m", "ruff", "format", "--check", "."))


def check_lint(_):
    return check("lint", *python("-m", "ruff", "check", "--no-fix", "."))


def check_types(_):
    return check("types", *python("-m", "mypy", "--strict"))


def check_imports(_):
    return check("imports", str(BIN / "lint-imports"))


def check_client(_):
    """The browser's part: its packages, its types, its tests, its build."""
    count = Count()
    if not (CLIENT / "package.json").exists():
        return count
    from web.ops.setup import client  # noqa: PLC0415 - only where its packages are installed
    from web.ops.setup.steps import SetupError  # noqa: PLC0415

    began = time.monotonic()
    complaint = ""
    os.environ["PATH"] = environment()["PATH"]
    try:
        if client.needs_build() or not (CLIENT / "node_modules").exists():
            client.build(lambda _: None)
    except SetupError as error:
        complaint = str(error)
    count.add(report("client: packages and build", began, complaint))
    npx = shutil.which("npx", path=environment()["PATH"]) or "npx"
    count.add(check("client: types", npx, "--no-install", "tsc", "--noEmit", folder=CLIENT))
    count.add(check("client: tests", npx, "--no-install", "vitest", "run", folder=CLIENT))
    return count


WORDS = """
import sys
sys.path.insert(0, "web/locale")
import extract
found = {str(m.id) for m in extract.extract() if m.id}
kept = extract.read_chinese()
known = {str(m.id) for m in kept if m.id}
bad = [f"not in the catalogue: {s}" for s in sorted(found - known)]
bad += [f"nobody says it any more: {s}" for s in sorted(known - found)]
bad += [f"not translated: {s}" for s in extract.untranslated(kept)]
print("\\n".join(bad))
sys.exit(bool(bad))
"""


def check_words(_):
    return check("words", *python("-c", WORDS))


# ---- tests


def pytest(name, folders, extra, *, workers="0"):
    """Run the tests of some folders; with workers each file's tests stay together in one."""
    there = [str(HERE / folder) for folder in folders if any((HERE / folder).rglob("test_*.py"))]
    if not there:
        print(f"{name}: no tests yet", flush=True)
        return Count()
    print(f"{name}:", flush=True)
    began = time.monotonic()
    results = HOME / "results"
    results.mkdir(parents=True, exist_ok=True)
    told = results / f"{name}.xml"
    told.unlink(missing_ok=True)
    # Schemathesis is used as a library; what it adds to pytest takes a second to load.
    options = ["-q", "--durations=5", "--durations-min=5"]
    options += ["-p", "no:cacheprovider", "-p", "no:schemathesis"]
    options += ["-n", workers, "--dist", "loadfile"]
    command = python("-m", "pytest", *options, f"--junitxml={told}", *there, *extra)
    code, _ = run(command, quiet=False)
    count = read_results(told)
    if code == NOTHING_COLLECTED and extra:
        count = Count()
    elif code and not count.failed:
        print(f"{name}: pytest ended with {code}", flush=True)
        count.failed += 1
    state = "FAILED" if count.failed else "ok"
    seconds = time.monotonic() - began
    print(f"{name}: {state}, {count.passed} passed, {count.failed} failed ({seconds:.1f} s)")
    return count


def read_results(told):
    """Add up a JUnit file; one that is not there counts nothing."""
    count = Count()
    try:
        suites = list(ET.parse(told).getroot().iter("testsuite"))  # noqa: S314 - we wrote it
    except (OSError, ET.ParseError):
        return count
    for suite in suites:
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = int(suite.get("skipped", 0))
        passed = max(0, int(suite.get("tests", 0)) - failed - skipped)
        count.add(Count(passed, failed, skipped))
    return count


def test_unit(extra):
    return pytest("unit", ["unit", "journeys"], extra, workers=WORKERS)


def test_walks(extra):
    """Every door, every request and every page of the web, gone through one by one."""
    return pytest("walks", ["walks"], extra, workers=WORKERS)


def test_stores(extra):
    return pytest("stores", ["stores"], extra, workers=WORKERS)


def test_asterisk(extra):
    return pytest("asterisk", ["asterisk"], extra)


def test_browser(extra):
    if any((HERE / "browser").rglob("test_*.py")):
        sys.path.insert(0, str(HERE))
        from machine import have_browser  # noqa: PLC0415 - only where a browser is wanted

        began = time.monotonic()
        complaint = have_browser(HOME)
        if complaint:
            return report("browser", began, complaint)
    return pytest("browser", ["browser"], extra)


PARTS: dict[str, Callable[[list[str]], Count]] = {
    "format": check_format,
    "lint": check_lint,
    "types": check_types,
    "imports": check_imports,
    "client": check_client,
    "words": check_words,
    "unit": test_unit,
    "walks": test_walks,
    "stores": test_stores,
    "asterisk": test_asterisk,
    "browser": test_browser,
}
GROUPS = {"checks": ["format", "lint", "types", "imports", "client", "words"]}


def read_arguments(arguments):
    """The parts named first; all if none is. What follows goes to pytest."""
    wanted = []
    rest = list(arguments)
    while rest and (rest[0] in PARTS or rest[0] in GROUPS):
        name = rest.pop(0)
        wanted += GROUPS.get(name, [name])
    if rest and not rest[0].startswith("-") and not wanted:
        sys.exit(f"There is no part {rest[0]}. The parts are: {', '.join([*PARTS, *GROUPS])}.")
    return wanted or list(PARTS), rest


def main():
    wanted, extra = read_arguments(sys.argv[1:])
    HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A shell that starts us in the background has it ignored, and our children would too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))
    began = time.monotonic()
    total = Count()
    try:
        for name in wanted:
            total.add(PARTS[name](extra))
    except KeyboardInterrupt:
        sys.exit("\nStopped.")
    print(f"\n{time.monotonic() - began:.0f} s")
    skipped = f", {total.skipped} skipped" if total.skipped else ""
    print(f"{total.passed} passed, {total.failed} failed{skipped}")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
