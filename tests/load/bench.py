"""Runs the measuring programs, the named ones or all, one after the other, and writes one report.

`bin/bench` calls this. Options go to every program that is run; `--short` is known to all of them.
Each program prepares an installation of its own, and stops what it started.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from installation import ROOT, TEST_HOME
from load.report import table
from machine import have_browser

# Name, module, its needs beyond Python, and whether it runs if no program is named.
PROGRAMS = {
    "first_call": ("load.first_call", {"sipp", "tcpdump"}, True),
    "free_to_ring": ("load.free_to_ring", {"sipp", "tcpdump"}, True),
    "queues": ("load.queues", {"sipp", "tcpdump"}, True),
    "flow_keys": ("load.flow_keys", {"sipp", "tcpdump"}, True),
    "floor_page": ("load.floor_page", {"browser"}, True),
    "desks": ("load.desks", {"sipp", "tcpdump", "browser"}, True),
    "scale": ("load.scale", set(), True),
    "decisions": ("load.decisions", set(), True),
    "decision": ("load.decision", set(), True),
    "callback_fairness": ("load.callback_fairness", set(), True),
    "pages": ("load.pages", set(), True),
    "dial_out": ("load.dial_out", {"sipp", "tcpdump"}, True),
    "desk_actions": ("load.desk_actions", set(), True),
    "phones": ("load.phones", {"sipp", "tcpdump"}, True),
    "faults": ("faults.run", {"sipp", "tcpdump"}, True),
    "soak": ("load.soak", {"sipp"}, False),  # hours
}
PACKAGES = {"sipp": "sip-tester", "tcpdump": "tcpdump"}
SBIN = ("/usr/sbin", "/sbin")
NOT_JUDGED = 2  # the exit code of a program that could not measure


def main():
    names, options = read_arguments(sys.argv[1:])
    if names is None:
        print("\n".join(PROGRAMS))
        return 0
    folder = TEST_HOME / "load" / f"bench-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}"
    folder.mkdir(parents=True, mode=0o700)
    rows = []
    for name in names:
        module, needs, _ = PROGRAMS[name]
        began = time.monotonic()
        lacking = have(needs)
        code = run(module, options, folder / f"{name}.txt", lacking)
        verdict = {0: "all figures reached", NOT_JUDGED: "not measured"}
        rows.append((name, verdict.get(code, "NOT REACHED"), f"{time.monotonic() - began:.0f} s"))
    whole = folder / "report.txt"
    parts = [(folder / f"{name}.txt").read_text() for name in names]
    told = table(("program", "verdict", "took"), rows)
    whole.write_text("\n".join([told, *parts]))
    print(f"\n{told}\n\n{whole}")
    return 0 if all(row[1] == "all figures reached" for row in rows) else 1


def read_arguments(arguments):
    """Give the programs and the options; None in place of programs to list them."""
    if "--list" in arguments:
        return None, []
    at = next((i for i, one in enumerate(arguments) if one.startswith("-")), len(arguments))
    names = arguments[:at] or [name for name, (_, _, always) in PROGRAMS.items() if always]
    for name in names:
        if name not in PROGRAMS:
            sys.exit(f"There is no program {name}. The programs are: {', '.join(PROGRAMS)}.")
    return names, arguments[at:]


def run(module, options, kept, lacking):
    """Run one program, showing and keeping its output; give its exit code."""
    with kept.open("w") as file:
        if lacking:
            print(lacking, flush=True)
            file.write(f"== {module}\n{lacking}\n")
            return NOT_JUDGED
        child = subprocess.Popen(
            [sys.executable, "-m", module, *options],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        try:
            for line in child.stdout:
                print(line, end="", flush=True)
                file.write(line)
            return child.wait()
        except BaseException:
            child.send_signal(signal.SIGINT)  # it stops what it started
            child.wait(60)
            raise


def have(needs):
    """Install missing programs, if we may; give a sentence about those that are still missing."""
    lacking = [PACKAGES[one] for one in sorted(needs & PACKAGES.keys()) if not _there(one)]
    if lacking and os.geteuid() == 0:
        print(f"Installing {', '.join(lacking)} …", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["install", "-y", "--no-install-recommends", *lacking]
        for command in (["update"], install):
            subprocess.run(["apt-get", "-q", *command], env=quiet, capture_output=True, check=False)
        lacking = [PACKAGES[one] for one in sorted(needs & PACKAGES.keys()) if not _there(one)]
    if lacking:
        return f"This measurement needs {' and '.join(lacking)}: install them (Debian's packages)."
    if "tcpdump" in needs and os.geteuid() != 0:
        return "This measurement watches the wire with tcpdump, which only root may do here."
    return have_browser(TEST_HOME) if "browser" in needs else ""


def _there(program):
    path = os.pathsep.join([os.environ.get("PATH", ""), *SBIN])
    return shutil.which(program, path=path) is not None


if __name__ == "__main__":
    Path(TEST_HOME).mkdir(parents=True, exist_ok=True)
    sys.exit(main())
