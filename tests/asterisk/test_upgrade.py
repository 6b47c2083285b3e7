"""A home of release 0.3: it is upgraded when this release starts, and can be taken back."""

import subprocess
import sys

import pytest
from installation import READY, ROOT, SHARED, Installation, fresh_home
from sqlalchemy import create_engine
from stores.filled import fill, lost, rows

from crm.sql.db import is_current, migrate_to, revision_at
from web.kit.settings import load_settings
from web.ops.backup import backups_dir, database_running
from web.ops.upgrade import RELEASES

FIRST = RELEASES["0.3"]


@pytest.fixture
def older():
    """A home of release 0.3, with rows in every table."""
    made = Installation(fresh_home(), {"HOTLINE_DEMO": "0"})
    made.home.mkdir(mode=0o700)
    for name in SHARED:
        there = made.home.parent.parent / name
        there.mkdir(parents=True, exist_ok=True, mode=0o700)
        (made.home / name).symlink_to(there)
    settings = load_settings(made.environment)
    with database_running(settings):
        migrate_to(settings.database_url, FIRST)
        engine = create_engine(settings.database_url)
        with engine.begin() as connection:
            fill(connection)
        engine.dispose()
    return made, settings


def told(settings):
    with database_running(settings):
        engine = create_engine(settings.database_url)
        found = rows(engine), revision_at(settings.database_url)
        current = is_current(settings.database_url)
        engine.dispose()
    return *found, current


def hotline(made, *words):
    return subprocess.run(
        [sys.executable, "-m", "web", *words],
        cwd=ROOT,
        env=made.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_an_older_home_is_upgraded_when_it_starts_and_can_be_taken_back(older):
    made, settings = older
    before, revision, _ = told(settings)
    assert revision == FIRST
    up = ("up", "--without", "pages,asterisk,nginx,engine,jobs")
    with subprocess.Popen(
        [sys.executable, "-m", "web", *up],
        cwd=ROOT,
        env=made.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as started:
        said = []
        for line in started.stdout:
            said.append(line)
            if READY in line:
                break
        running = hotline(made, "status")
        started.terminate()
        started.wait(60)
    assert running.returncode == 0, "".join(said)
    assert "backing it up before its upgrade" in "".join(said)
    assert told(settings)[2]
    kept = list(backups_dir(settings).glob("before-*.tar.gz"))
    assert len(kept) == 1

    back = hotline(made, "rollback")
    assert back.returncode == 0, back.stderr
    again, revision, _ = told(settings)
    assert revision == FIRST
    assert lost(before, again) == {}
    whole = hotline(made, "restore", "--replace", str(kept[0]))
    assert whole.returncode == 0, whole.stderr
    assert told(settings)[:2] == (before, FIRST)
