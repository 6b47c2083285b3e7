"""JUnit files of a test run: how many tests passed, and which took longest."""

import xml.etree.ElementTree as ET
from dataclasses import dataclass


@dataclass
class Count:
    """The numbers of checks and tests by result."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped


def read_count(path):
    """Add up the suites of a JUnit file; a missing or broken file counts nothing."""
    count = Count()
    for suite in _all(path, "testsuite"):
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = int(suite.get("skipped", 0))
        passed = max(0, int(suite.get("tests", 0)) - failed - skipped)
        count.add(Count(passed, failed, skipped))
    return count


def slowest(paths, most):
    """Give the slowest tests, as (seconds, part, name); a part is the file's own name."""
    found = [
        (float(case.get("time", 0)), path.stem, _name(case))
        for path in paths
        for case in _all(path, "testcase")
    ]
    return sorted(found, reverse=True)[:most]


def _name(case):
    module = (case.get("classname") or "").rpartition(".")[2]
    return f"{module}: {case.get('name')}" if module else case.get("name") or ""


def _all(path, tag):
    try:
        return list(ET.parse(path).getroot().iter(tag))  # noqa: S314 - pytest wrote it for us
    except (OSError, ET.ParseError):
        return []
