"""Fixtures of all tests: a whole Hotline, and its logs in the report of a failure."""

import pytest
from authority import Authority
from hypothesis import settings
from installation import running

# A busy machine may take long over any example; how long says nothing of the rule. The examples are
# the same in each run, so that a failure is of the change; `--hypothesis-profile explore` looks for
# new ones.
settings.register_profile("hotline", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None)
settings.load_profile("hotline")

_started = []


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    """Who signs the certificates that the installation trusts."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def installation(authority):
    """A running Hotline with its demo, started when the first test needs it."""
    with running({"SSL_CERT_FILE": str(authority.file)}) as made:
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
