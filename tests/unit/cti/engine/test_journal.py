"""Facts on their way: on disk first, in the database when it is there, each once."""

import json
import signal
import subprocess
import sys
import threading

import pytest
from structlog.testing import capture_logs

from cti.engine import journal as writing
from cti.engine import ledger as draining
from cti.engine.journal import Journal
from cti.engine.ledger import BadFactError, Ledger
from cti.engine.ledger_status import read_status
from cti.engine.segments import Segments
from cti.engine.volatile_log import open_volatile_log

PATIENCE = 10.0


class Database:
    """A sink that may be away, that stores each fact once, and that tells when it has all."""

    def __init__(self, *, there=True):
        self.there = there
        self.facts = {}
        self.order = []
        self.batches = 0
        self.bad = set()
        self.breaks_on = set()
        self._news = threading.Condition()

    def __call__(self, lines):
        with self._news:
            self.batches += 1
            self._news.notify_all()
            if not self.there:
                raise ConnectionError("the database is away")
            if self.bad & {line["fact"] for line in lines}:
                raise BadFactError("no such kind")
            if self.breaks_on & {line["fact"] for line in lines}:
                raise TypeError("nobody thought of this")
            for line in lines:
                if line["fact"] not in self.facts:
                    self.order.append(line["fact"])
                self.facts[line["fact"]] = line
            self._news.notify_all()

    def has(self, *facts):
        with self._news:
            return self._news.wait_for(lambda: set(facts) <= set(self.facts), PATIENCE)

    def was_asked_in(self, seconds):
        with self._news:
            return self._news.wait_for(lambda: self.batches, seconds)

    def was_asked(self, times=1):
        with self._news:
            return self._news.wait_for(lambda: self.batches >= times, PATIENCE)


class FullJournal(Journal):
    """A journal with its ledger in threads; they are two processes in production."""

    def __init__(self, folder, sink, synced=None, volatile=None, *, memory="in memory"):
        place = folder.parent / memory if memory else None
        super().__init__(Segments(folder, place), synced, volatile)
        self.ledger = Ledger(Segments(folder, place), sink)
        self._end = threading.Event()
        self._draining = threading.Thread(target=self.ledger.run, args=(self._end,), daemon=True)

    def start(self):
        super().start()
        self._draining.start()

    def close(self, seconds=3.0):
        super().close(seconds)
        self._end.set()
        self._draining.join(seconds)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(draining, "RETRY_SECONDS", (0.01,))


@pytest.fixture
def database():
    return Database()


@pytest.fixture
def opened(tmp_path):
    made = []

    def open_(sink, folder=tmp_path / "journal"):
        journal = FullJournal(folder, sink)
        made.append(journal)
        journal.start()
        return journal

    yield open_
    for journal in made:
        journal.close()


def fact(number):
    return {"fact": f"n/1/{number}", "at": "2026-11-22T00:00:00+00:00", "note": "好"}


def set_aside(folder):
    lines = (folder / "journal" / "refused.json").read_text().splitlines()
    return [json.loads(line)["fact"] for line in lines]


def named(*numbers):
    return [f"n/1/{number}" for number in numbers]


def on_disk(folder):
    return [json.loads(line) for path in sorted(folder.glob("*.jsonl"))
            for line in path.read_text().splitlines()]  # fmt: skip


def test_facts_come_to_the_database_in_their_order(opened, database):
    journal = opened(database)
    journal.keep([fact(1), fact(2)])
    journal.keep([fact(3)])

    assert database.has(*named(1, 2, 3))
    assert database.order == named(1, 2, 3)
    assert database.facts["n/1/1"]["note"] == "好"


def test_facts_that_follow_each_other_come_to_the_database_together(opened, database, monkeypatch):
    monkeypatch.setattr(draining, "GATHER_SECONDS", 0.5)
    journal = opened(database)
    journal.keep([fact(1)])
    assert database.has(*named(1)), "the first waits for nobody"
    for number in range(2, 22):
        journal.keep([fact(number)])

    assert database.has(*named(*range(1, 22)))
    assert database.batches == 2


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


def test_a_line_torn_by_a_power_cut_is_passed_over(opened, database, tmp_path):
    folder = tmp_path / "journal"
    folder.mkdir()
    whole = json.dumps(fact(1)).encode() + b"\n"
    (folder / f"{1:012d}.jsonl").write_bytes(whole + b'{"fact": "n/1/2", "at')
    journal = opened(database)
    journal.keep([fact(3)])

    assert database.has(*named(1, 3))
    journal.close()
    assert set(database.facts) == set(named(1, 3))
    assert on_disk(folder) == []


def test_an_invalid_line_does_not_hold_up_later_facts(opened, database, tmp_path):
    folder = tmp_path / "journal"
    folder.mkdir()
    lines = b"\x00\x00\x00\n" + json.dumps(fact(2)).encode() + b"\n"
    (folder / f"{1:012d}.jsonl").write_bytes(lines)
    opened(database)

    assert database.has(*named(2))


def test_a_segment_delivered_twice_is_delivered_once(opened, database, tmp_path):
    folder = tmp_path / "journal"
    folder.mkdir()
    segment = folder / f"{1:012d}.jsonl"
    kept = json.dumps(fact(1)).encode() + b"\n"
    segment.write_bytes(kept)
    opened(database).close()
    assert database.has(*named(1))
    # As after a crash between the database's commit and the segment's removal.
    segment.write_bytes(kept)
    again = opened(database)
    again.keep([fact(2)])

    assert database.has(*named(1, 2))
    assert database.order == named(1, 2)


def test_a_refused_fact_is_set_aside_and_the_others_go_on(opened, database, tmp_path):
    database.bad = set(named(2))
    journal = opened(database)
    journal.keep([fact(1), fact(2), fact(3)])
    assert database.has(*named(1, 3))
    journal.close()

    assert set_aside(tmp_path) == named(2)
    assert journal.backlog == 0


def test_a_fact_that_breaks_the_sink_is_set_aside_with_its_traceback(opened, database, tmp_path):
    database.breaks_on = set(named(2))
    with capture_logs() as told:
        journal = opened(database)
        journal.keep([fact(1), fact(2), fact(3)])
        assert database.has(*named(1, 3))
        journal.close()

    assert set_aside(tmp_path) == named(2)
    assert (journal.falls, journal.refused, journal.backlog) == (1, 1, 0)
    (fell,) = [one for one in told if one["event"] == "the ledger failed, and goes on"]
    assert fell["exc_info"].__traceback__ is not None


def test_facts_set_aside_are_written_by_a_version_that_can(opened, tmp_path):
    folder, poor, mended = tmp_path / "journal", Database(), Database()
    poor.breaks_on = set(named(1))
    journal = opened(poor)
    journal.keep([fact(1), fact(2)])
    assert poor.has(*named(2))
    journal.close()
    (folder / "refused.json").rename(folder / f"{0:012d}.jsonl")
    opened(mended).keep([fact(3)])

    assert mended.has(*named(1, 3))
    assert mended.order == named(1, 3)


def test_a_line_without_a_fact_does_not_hold_up_later_facts(opened, database, tmp_path):
    folder = tmp_path / "journal"
    folder.mkdir()
    lines = b'7\n["fact"]\n' + b"[" * 100_000 + b"\n" + json.dumps(fact(2)).encode() + b"\n"
    (folder / f"{1:012d}.jsonl").write_bytes(lines)
    opened(database)

    assert database.has(*named(2))


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


def test_more_facts_than_a_batch_all_come(opened, database):
    numbers = range(draining.BATCH * 2 + 7)
    opened(database).keep([fact(n) for n in numbers])

    assert database.has(*named(*numbers))
    assert database.order == named(*numbers)


def test_large_segments_are_followed_by_new_ones_in_order(opened, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "SEGMENT_BYTES", 100)
    away = Database(there=False)
    journal = opened(away)
    for number in range(9, 13):  # 9, 10: the names must not be compared as words
        journal.keep([fact(number)])
        assert _written(tmp_path / "journal", number)
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


def _written(folder, number):
    done = threading.Event()
    for _ in range(500):
        if any(line["fact"] == f"n/1/{number}" for line in on_disk(folder)):
            return True
        done.wait(0.01)
    return False


def test_a_refused_fact_is_set_aside_once_though_its_batch_is_tried_again(
    opened, database, tmp_path
):
    away = [True]

    def sink(lines):
        if [line["fact"] for line in lines] == named(2) and away.pop():
            raise ConnectionError("the database went away just then")
        database(lines)

    away.insert(0, False)
    database.bad = set(named(1))
    opened(sink).keep([fact(1), fact(2)])

    assert database.has(*named(2))
    assert set_aside(tmp_path) == named(1)


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
    assert _written(folder, 1)
    with monkeypatch.context() as full:
        full.setattr(journal, "_opened", _no_room)
        journal.keep([fact(2)])
        assert _written(tmp_path / "in memory", 2)
    journal.keep([fact(3)])
    assert _written(folder, 3)
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


def test_a_ledger_killed_before_its_status_writes_facts_twice_and_each_is_stored_once(
    database, tmp_path
):
    segments = Segments(tmp_path / "journal", tmp_path / "in memory")
    journal = Journal(segments)
    journal.start()
    journal.keep([fact(1), fact(2)])
    assert _written(tmp_path / "journal", 2)
    killed = Ledger(segments, database)
    assert killed.drain_some() == 2
    segments.status_file.unlink()
    again = Ledger(segments, database)
    assert again.drain_some() == 2

    assert database.order == named(1, 2)
    assert (journal.given, journal.backlog) == (2, 0)
    journal.close()


def test_a_ledger_that_begins_again_goes_on_where_it_was(database, tmp_path):
    segments = Segments(tmp_path / "journal", tmp_path / "in memory")
    journal = Journal(segments)
    journal.start()
    journal.keep([fact(1), fact(2)])
    assert _written(tmp_path / "journal", 2)
    assert Ledger(segments, database).drain_some() == 2
    journal.keep([fact(3)])
    assert _written(tmp_path / "journal", 3)
    assert journal.backlog == 1
    assert Ledger(segments, database).drain_some() == 1

    assert journal.backlog == 0
    journal.close()


def test_a_segment_that_only_has_the_number_of_the_one_before_is_drained_whole(database, tmp_path):
    folder, segments = tmp_path / "journal", Segments(tmp_path / "journal", tmp_path / "in memory")
    folder.mkdir()
    path = folder / f"{7:012d}.jsonl"
    path.write_text("".join(json.dumps(fact(n)) + "\n" for n in (1, 2)))
    assert Ledger(segments, database).drain_some() == 2
    # As after a restore of another home's backup.
    path.write_text("".join(json.dumps(fact(n)) + "\n" for n in (5, 6, 7)))

    assert Ledger(segments, database).drain_some() == 3
    assert database.order == named(1, 2, 5, 6, 7)


def test_a_segment_number_before_the_ledgers_position_is_not_used_again(database, tmp_path):
    segments = Segments(tmp_path / "journal", tmp_path / "in memory")
    for number in (1, 2):
        journal = Journal(segments)
        journal.start()
        journal.keep([fact(number)])
        assert _written(tmp_path / "journal", number)
        journal.close()
        ledger = Ledger(segments, database)
        assert [ledger.drain_some() for _ in range(3)] == [1, 0, None]
        assert on_disk(tmp_path / "journal") == []

    assert database.order == named(1, 2)


def test_a_ledger_that_is_silent_takes_no_facts(tmp_path, database):
    segments = Segments(tmp_path / "journal", tmp_path / "in memory")
    journal = Journal(segments)
    assert journal.database
    ledger = Ledger(segments, database)
    ledger.run(_set())
    assert journal.database
    said = json.loads(segments.status_file.read_text())
    segments.status_file.write_text(json.dumps(said | {"at": said["at"] - 60.0}))

    assert not journal.database


def test_a_ledger_with_nothing_left_leaves_nothing_in_memory(database, tmp_path):
    segments = Segments(tmp_path / "journal", tmp_path / "in memory")
    ledger = Ledger(segments, database)
    ledger.run(_set())
    assert read_status(segments.status_file) is not None
    ledger.forget_if_empty()

    assert not (tmp_path / "in memory").exists()


def _set():
    event = threading.Event()
    event.set()
    return event
