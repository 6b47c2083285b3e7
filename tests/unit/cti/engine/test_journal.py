"""The journal: facts wait on disk, or in memory, and are never lost or waited for."""

import signal
import subprocess
import sys
import threading

import pytest
from structlog.testing import capture_logs
from unit.cti.engine.facts import PATIENCE, Database, FullJournal, fact, named, on_disk, written

from cti.engine import journal as writing
from cti.engine.journal import Journal
from cti.engine.segments import Segments
from cti.engine.volatile_log import open_volatile_log

pytestmark = pytest.mark.usefixtures("impatient")


def test_facts_in_the_database_are_not_kept_on_disk(opened, database, tmp_path):
    journal = opened(database)
    journal.keep([fact(n) for n in range(10)])
    assert database.has(*named(*range(10)))
    journal.close()

    assert on_disk(tmp_path / "journal") == []
    assert journal.backlog == 0


def test_with_the_database_away_facts_wait_on_disk_and_are_drained_when_it_is_back(
    opened, tmp_path
):
    database = Database(there=False)
    journal = opened(database)
    journal.keep([fact(1), fact(2)])
    assert database.was_asked(2)
    assert not journal.database
    assert journal.backlog == 2
    assert [line["fact"] for line in on_disk(tmp_path / "journal")] == named(1, 2)
    database.there = True

    assert database.has(*named(1, 2))
    journal.close()
    assert journal.database


def test_facts_left_by_the_last_run_go_first(opened):
    away = Database(there=False)
    first = opened(away)
    first.keep([fact(1)])
    assert away.was_asked()
    first.close()
    database = Database()
    second = opened(database)
    second.keep([fact(2)])

    assert database.has(*named(1, 2))
    assert database.order == named(1, 2)


def test_facts_go_straight_to_the_database_when_writing_fails_unexpectedly(
    opened, database, tmp_path, monkeypatch
):
    def broken():
        raise ValueError("I/O operation on closed file")

    journal = opened(database)
    with monkeypatch.context() as fault:
        fault.setattr(journal, "_opened", broken)
        journal.keep([fact(1)])
        assert database.has(*named(1))
        journal.keep([fact(2)])
        assert database.has(*named(2))
    assert not journal.disk
    journal.keep([fact(3)])

    assert database.has(*named(3))
    journal.close()
    assert journal.disk
    assert journal.falls >= 1
    assert journal.backlog == 0
    assert on_disk(tmp_path / "journal") == []


def test_the_journal_goes_on_when_the_fsync_callback_raises(tmp_path, database):
    def fall(_):
        raise RuntimeError("nobody thought of this")

    journal = FullJournal(tmp_path / "journal", database, fall)
    with capture_logs() as told:
        journal.start()
        for number in range(1, 4):
            journal.keep([fact(number)])
            assert database.has(*named(number))
        journal.close()

    fell = [one for one in told if one["event"] == "the journal failed, and goes on"]
    assert database.order == named(1, 2, 3)
    assert journal.falls > len(fell) == 1
    assert journal.backlog == 0


def test_large_segments_are_followed_by_new_ones_in_order(opened, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "SEGMENT_BYTES", 100)
    away = Database(there=False)
    journal = opened(away)
    for number in range(9, 13):  # 9, 10: the names must not be compared as words
        journal.keep([fact(number)])
        assert written(tmp_path / "journal", number)
    assert len(list((tmp_path / "journal").glob("*.jsonl"))) > 1
    away.there = True

    assert away.has(*named(9, 10, 11, 12))
    assert away.order == named(9, 10, 11, 12)


def test_with_the_disk_full_facts_go_straight_to_the_database(database, tmp_path):
    folder = tmp_path / "journal"
    journal = FullJournal(folder, database)
    folder.rmdir()
    folder.write_text("a file where the folder should be: every write fails")
    journal.start()
    journal.keep([fact(1), fact(2)])

    assert database.has(*named(1, 2))
    assert not journal.disk
    folder.unlink()
    folder.mkdir()
    journal.close()


def test_keeping_never_waits_for_a_database_that_hangs(opened):
    release = threading.Event()
    journal = opened(lambda _: release.wait(PATIENCE))
    done = threading.Event()

    def keep_many():
        for number in range(1000):
            journal.keep([fact(number)])
        done.set()

    threading.Thread(target=keep_many, daemon=True).start()
    assert done.wait(PATIENCE)
    release.set()


def test_facts_taken_before_the_close_are_on_disk_after_it(tmp_path):
    folder = tmp_path / "journal"
    journal = FullJournal(folder, Database(there=False))
    journal.start()
    journal.keep([fact(1)])
    journal.close()

    assert [line["fact"] for line in on_disk(folder)] == named(1)


def test_an_agents_facts_of_the_last_run_are_known_before_the_database_has_them(tmp_path):
    folder = tmp_path / "journal"
    before = FullJournal(
        folder, Database(there=False), volatile=open_volatile_log(tmp_path / "facts")
    )
    before.start()
    before.keep([{**fact(1), "state": "paused"}, fact(2), {**fact(3), "state": "ready"}])
    before.close(1.0)

    left = Journal(Segments(folder)).left_of_agents()

    assert [line["state"] for line in left] == ["paused", "ready"]


def test_without_memory_facts_wait_for_room_on_the_disk(database, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "IDLE_SECONDS", 0.01)
    folder = tmp_path / "journal"
    journal = FullJournal(folder, database, memory=None)
    folder.rmdir()
    folder.write_text("a file where the folder should be: every write fails")
    journal.start()
    journal.keep([fact(1), fact(2)])
    assert not database.was_asked_in(0.1)
    assert journal.backlog == 2
    folder.unlink()
    folder.mkdir()

    assert database.has(*named(1, 2))
    journal.close()


def test_facts_written_in_memory_come_between_those_before_and_after_them(tmp_path, monkeypatch):
    away, folder = Database(there=False), tmp_path / "journal"
    journal = FullJournal(folder, away)
    journal.start()
    journal.keep([fact(1)])
    assert written(folder, 1)
    with monkeypatch.context() as full:
        full.setattr(journal, "_opened", _no_room)
        journal.keep([fact(2)])
        assert written(tmp_path / "in memory", 2)
    journal.keep([fact(3)])
    assert written(folder, 3)
    away.there = True

    assert away.has(*named(1, 2, 3))
    assert away.order == named(1, 2, 3)
    journal.close()
    assert on_disk(tmp_path / "in memory") == []


def _no_room():
    raise OSError("no space left on device")


def test_an_idle_journal_releases_its_drained_segment(opened, database, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "IDLE_SECONDS", 0.01)
    journal = opened(database)
    journal.keep([fact(1)])

    assert database.has(*named(1))
    for _ in range(500):
        if not list((tmp_path / "journal").glob("*.jsonl")):
            break
        threading.Event().wait(0.01)
    assert list((tmp_path / "journal").glob("*.jsonl")) == []
    journal.keep([fact(2)])
    assert database.has(*named(2))


def test_an_engine_killed_while_writing_leaves_its_facts_to_the_ledger(database, tmp_path):
    script = f"""
import os, signal, time
from pathlib import Path
from cti.engine.journal import Journal
from cti.engine.segments import Segments
journal = Journal(Segments(Path({str(tmp_path / "journal")!r})))
journal.start()
journal.keep([{{"fact": "n/1/1"}}, {{"fact": "n/1/2"}}])
while not any(p.stat().st_size for p in Path({str(tmp_path / "journal")!r}).glob("*.jsonl")):
    time.sleep(0.01)
os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = subprocess.run([sys.executable, "-c", script], check=False)  # noqa: S603
    assert killed.returncode == -signal.SIGKILL
    journal = FullJournal(tmp_path / "journal", database)
    assert journal.backlog == 2
    journal.start()
    journal.keep([fact(3)])

    assert database.has(*named(1, 2, 3))
    journal.close()
    assert journal.backlog == 0
    assert on_disk(tmp_path / "journal") == []
