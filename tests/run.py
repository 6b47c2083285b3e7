"""Runs the checks and tests: all that CI needs, a tier (quick, long), or the parts named.

`bin/test` calls this inside the environment it has made. Parts run side by side, in the order that
`PARTS` allows; the output of each is printed whole when it ends. A failed part does not keep the
next one from running.
"""

import asyncio
import os
import shutil
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from junit import Count, read_count, slowest
from processes import BIN, HOME, ROOT, environment, run

HERE = Path(__file__).resolve().parent
CLIENT = ROOT / "web" / "client"
RESULTS = HOME / "results"
NOTHING_COLLECTED = 5  # pytest's exit code
CORES = os.cpu_count() or 1
WORKERS = min(4, CORES + 1)  # each with a database server of its own; some tests wait
WORKERS_BESIDE_SOUND = max(1, min(4, CORES - 1))  # one core is left to Asterisk and the telephones
WITH_SOUND = {"asterisk", "browser"}
MANY_CORES = 4  # enough for the browsers beside the tests that only compute
SLOWEST = 20
LONG = "long or wide"  # the marks of the tests in `bin/test long`: see pyproject.toml


@dataclass(frozen=True)
class RunOptions:
    """Options of a run: pytest's arguments, the long tier, one part alone, its workers."""

    extra: tuple[str, ...] = ()
    long: bool = False
    alone: bool = False
    workers: int = WORKERS_BESIDE_SOUND


@dataclass(frozen=True)
class Part:
    """A part of the run; it starts when all wanted parts in `after` are over."""

    run: Callable[[str, RunOptions], Awaitable[Count]]
    after: tuple[str, ...] = ()


# ---- checks


def report(name, began, complaint):
    """Print the result of one check, and count it."""
    seconds = time.monotonic() - began
    print(f"{name}: {'FAILED' if complaint else 'ok'} ({seconds:.1f} s)", flush=True)
    if complaint:
        print(complaint.rstrip(), flush=True)
    return Count(failed=1) if complaint else Count(passed=1)


async def check(name, _, *, command, folder=ROOT, low_priority=True):
    """Run a program that succeeds with exit code 0."""
    began = time.monotonic()
    log = RESULTS / f"{name.replace(': ', '-').replace(' ', '-')}.log"
    code, said = await run(command, folder=folder, log=log, low_priority=low_priority)
    return report(name, began, "" if code == 0 else said.strip() or f"exit code {code}")


def python(*arguments):
    return (sys.executable, *arguments)


BUILD = """
import sys
from web.ops.setup import client
from web.ops.setup.steps import SetupError
try:
    if client.needs_build() or not (client.CLIENT / "node_modules").exists():
        client.build(lambda _: None)
except SetupError as error:
    sys.exit(str(error))
"""


async def check_client(_, options):
    """Check the browser's part: its packages, its types, its tests, its build."""
    count = Count()
    if not (CLIENT / "package.json").exists():
        return count
    npx = shutil.which("npx", path=environment()["PATH"]) or "npx"
    for what, folder, command in (
        ("packages and build", ROOT, python("-c", BUILD)),
        ("types", CLIENT, (npx, "--no-install", "tsc", "--noEmit")),
        ("tests", CLIENT, (npx, "--no-install", "vitest", "run")),
    ):
        # At full priority, because the parts with real sound wait for it.
        one = check(f"client: {what}", options, command=command, folder=folder, low_priority=False)
        count.add(await one)
    return count


WORDS = """
import sys
sys.path.insert(0, "web/locale")
import extract
found = {str(m.id) for m in extract.extract() if m.id}
kept = extract.read_chinese()
known = {str(m.id) for m in kept if m.id}
bad = [f"not in the catalogue: {s}" for s in sorted(found - known)]
bad += [f"no longer in the sources: {s}" for s in sorted(known - found)]
bad += [f"not translated: {s}" for s in extract.untranslated(kept)]
print("\\n".join(bad))
sys.exit(bool(bad))
"""


# ---- tests


async def pytest(name, options, *, folders, computes=False):
    """Run the tests of some folders.

    Those that only compute run in workers, one file per worker at a time, with lower priority.
    """
    there = [str(HERE / folder) for folder in folders if any((HERE / folder).rglob("test_*.py"))]
    if not there:
        return Count()
    began = time.monotonic()
    results, log = RESULTS / f"{name}.xml", None if options.alone else RESULTS / f"{name}.log"
    # Schemathesis is used as a library; its pytest plugin takes a second to load.
    flags = ["-q", "-p", "no:cacheprovider", "-p", "no:schemathesis"]
    flags += [
        "-n",
        str(options.workers if computes else 0),
        "--dist",
        "loadfile",
        f"--junitxml={results}",
    ]
    flags += ["-m", LONG] if options.long else []
    command = python("-m", "pytest", *flags, *there, *options.extra)
    tier = {"HOTLINE_TEST_LONG": "1"} if options.long else {}
    code, said = await run(command, log=log, low_priority=computes, **tier)
    count = read_count(results)
    if code == NOTHING_COLLECTED and (options.extra or options.long):
        count = Count()
    elif code and not count.failed:
        said += f"\n{name}: pytest ended with {code}"
        count.failed += 1
    state = "FAILED" if count.failed else "ok"
    seconds = time.monotonic() - began
    print(f"{name}:\n{said}".rstrip())
    print(f"{name}: {state}, {count.passed} passed, {count.failed} failed ({seconds:.1f} s)")
    sys.stdout.flush()
    return count


HAVE_BROWSER = """
import sys
from machine import have_browser
from processes import HOME
sys.exit(have_browser(HOME) or 0)
"""


async def test_browser(name, options):
    """Tests in Chromium, which is installed first if it is missing."""
    began, log = time.monotonic(), RESULTS / "chromium.log"
    code, said = await run(python("-c", HAVE_BROWSER), log=log)
    if code:
        return report(name, began, said or f"exit code {code}")
    return await pytest(name, options, folders=["browser"])


def checked_by(*command):
    return partial(check, command=command)


def computed(*folders):
    """Make a part of tests that keep the cores busy."""
    return partial(pytest, folders=folders, computes=True)


# Parts with real sound wait for the client, which they serve. With few cores the browser part
# waits for the one with telephones, and for most of the computing tests; the last of these run
# beside it with low priority.
PARTS = {
    "format": Part(checked_by(*python("-m", "ruff", "format", "--check", "."))),
    "lint": Part(checked_by(*python("-m", "ruff", "check", "--no-fix", "."))),
    "imports": Part(checked_by(BIN / "lint-imports")),
    "words": Part(checked_by(*python("-c", WORDS))),
    "types": Part(checked_by(*python("-m", "mypy", "--strict"))),
    "client": Part(check_client),
    "unit": Part(computed("unit", "journeys")),
    "walks": Part(computed("walks"), after=("unit",)),
    "stores": Part(computed("stores"), after=("walks",)),
    "asterisk": Part(partial(pytest, folders=["asterisk"]), after=("client",)),
    "browser": Part(
        test_browser, after=("client",) if CORES >= MANY_CORES else ("walks", "asterisk")
    ),
}
TESTS = ["unit", "walks", "stores", "asterisk", "browser"]
TIERS = {
    "checks": ["format", "lint", "imports", "words", "types", "client"],
    "quick": ["format", "lint", "imports", "types", "unit"],
    "long": TESTS,
}


def read_arguments(arguments):
    """Read the parts and tiers named first; all parts if none is. The rest goes to pytest."""
    wanted = []
    rest = list(arguments)
    while rest and (rest[0] in PARTS or rest[0] in TIERS):
        name = rest.pop(0)
        wanted += TIERS.get(name, [name])
    if rest and not rest[0].startswith("-") and not wanted:
        sys.exit(f"There is no part {rest[0]}. The parts are: {', '.join([*PARTS, *TIERS])}.")
    wanted = list(dict.fromkeys(wanted or PARTS))
    is_long = "long" in arguments[: len(arguments) - len(rest)]
    workers = WORKERS_BESIDE_SOUND if WITH_SOUND & set(wanted) else WORKERS
    return wanted, RunOptions(tuple(rest), is_long, len(wanted) == 1, workers)


async def perform(wanted, options):
    """Run the parts, each as soon as it may; give the sum of their counts."""
    for name in wanted:
        (RESULTS / f"{name}.xml").unlink(missing_ok=True)
    over = {name: asyncio.Event() for name in wanted}

    async def one(name):
        for other in waited_for(name, over):
            await over[other].wait()
        count = await PARTS[name].run(name, options)
        over[name].set()
        return count

    total = Count()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(name)) for name in wanted]
    for task in tasks:
        total.add(task.result())
    return total


def waited_for(name, wanted):
    """The parts that must be over before this one, through parts that are not wanted."""
    found = set()
    for other in PARTS[name].after:
        found |= {other} if other in wanted else waited_for(other, wanted)
    return found


def say_slowest(wanted):
    found = slowest([RESULTS / f"{name}.xml" for name in wanted], SLOWEST)
    if len(found) < 2:
        return
    print(f"\nThe slowest {len(found)} tests:")
    for seconds, part, name in found:
        print(f"{seconds:7.1f} s  {part}: {name}")


async def main():
    wanted, options = read_arguments(sys.argv[1:])
    RESULTS.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not options.alone:
        print(f"Running {', '.join(wanted)}; until they end, their output is in {RESULTS}.")
    began = time.monotonic()
    running = asyncio.ensure_future(perform(wanted, options))
    codes = []

    def stop(code):
        codes.append(code)
        running.cancel()

    loop = asyncio.get_running_loop()
    # Also if a shell has started us in the background, with SIGINT ignored.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop, 128 + number)
    try:
        total = await running
    except asyncio.CancelledError:
        print("\nStopped.", file=sys.stderr)
        return codes[0]
    say_slowest(wanted)
    print(f"\n{time.monotonic() - began:.0f} s")
    skipped = f", {total.skipped} skipped" if total.skipped else ""
    print(f"{total.passed} passed, {total.failed} failed{skipped}")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
