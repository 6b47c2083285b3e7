"""A site backed up during a talk, and restored from the file in another place."""

import subprocess
import sys

from asterisk.phones import wait_until
from installation import ROOT, Installation, fresh_home
from sqlalchemy import create_engine, text
from stores.digest import digest

from web.kit.settings import load_settings
from web.ops.backup import database_running

# Tables to which nothing is written while no user works and no call comes.
LASTING = {"users", "queues", "flows", "flow_versions", "customers", "recordings", "parameters"}


def hotline(installation, *words):
    return subprocess.run(
        [sys.executable, "-m", "web", *words],
        cwd=ROOT,
        env=installation.environment,
        capture_output=True,
        text=True,
        check=False,
    )


def is_recorded(installation, call):
    engine = create_engine(installation.database_url())
    try:
        with engine.connect() as connection:
            asked = text("SELECT 1 FROM recordings WHERE call = :call")
            return connection.scalar(asked, {"call": call})
    finally:
        engine.dispose()


def test_a_backup_made_during_a_talk_opens_as_the_same_site_elsewhere(trade, tmp_path):
    here = trade.installation
    agent = trade.agent("li.wei").ready()
    before = trade.caller().to_queue()
    agent.rings()
    agent.phone.answer()
    before.reaches("talking")
    before.phone.hears(lambda *_: True, "anything", seconds=2)
    before.hangs_up()
    told = before.record()
    agent.becomes("wrap-up")
    agent.ready()
    since = len(agent.phone.events)
    during = trade.caller().to_queue()
    agent.rings(since=since)
    agent.phone.answer()
    during.reaches("talking")
    wait_until(lambda: is_recorded(here, during.call), 10, "the database knows of the recording")
    earlier = digest(here.database_url())
    made = hotline(here, "backup", str(tmp_path / "site.tar.gz"))
    assert made.returncode == 0, made.stderr
    # A table that something wrote to meanwhile is in the backup as it was before or after.
    later = digest(here.database_url())
    tables = {name: one for name, one in later.items() if earlier[name] == one}
    assert tables.keys() >= LASTING
    during.hangs_up()

    there = Installation(fresh_home())
    (there.home).mkdir(mode=0o700)
    restored = hotline(there, "restore", str(tmp_path / "site.tar.gz"))
    assert restored.returncode == 0, restored.stderr
    # Before its first start, which speaks prompts and may write to any table.
    with database_running(load_settings(there.environment)):
        again = digest(there.database_url())
    assert {name: again[name] for name in tables} == tables
    try:
        there.start()
        assert there.api("li.wei").get(f"/calls/{told['id']}")["talk_seconds"] > 0
        sound = (here.home / "recordings").rglob("*.wav")
        for path in sound:
            name = path.relative_to(here.home)
            if told["id"] in path.name:
                assert (there.home / name).read_bytes() == path.read_bytes()
        # The talk that went on during the backup has no end there; the engine notes one.
        wait_until(
            lambda: there.api("admin").get(f"/calls/{during.call}")["ended_at"], 20, "its end"
        )
        refused = hotline(there, "restore", str(tmp_path / "site.tar.gz"))
        assert refused.returncode == 1
        assert "already running" in refused.stderr
    finally:
        there.stop()
    refused = hotline(there, "restore", str(tmp_path / "site.tar.gz"))
    assert refused.returncode == 1
    assert "--replace" in refused.stderr
