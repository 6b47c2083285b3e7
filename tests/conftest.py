"""Fixtures of all tests: a whole Hotline, and its logs in the report of a failure."""

import pytest
from installation import running

_started = []


@pytest.fixture(scope="session")
def installation():
    """A running Hotline with its demo, started when the first test needs it."""
    with running() as made:
        _started.append(made)
        try:
            yield made
        finally:
            _started.remove(made)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    report = outcome.get_result()
    if report.failed and "installation" in getattr(item, "fixturenames", ()):
        for made in _started:
            report.sections.append(("Hotline's logs", made.tails()))
