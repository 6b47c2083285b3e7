"""Facts on their way: on disk first, in the database when it is there, each once."""

import json
import threading

import pytest
from structlog.testing import capture_logs

from cti.engine import journal as module
from cti.engine.journal import BadFactError, Journal
from cti.engine.volatile_log import open_shelter

PATIENCE = 10.0


class Database:
    """A sink that may be away, that keeps each fact once, and that tells when it has all."""

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

    def was_asked(self, times=1):
        with self._news:
            return self._news.wait_for(lambda: self.batches >= times, PATIENCE)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(module, "RETRY_SECONDS", (0.01,))


@pytest.fixture
def database():
    return Database()


@pytest.fixture
def opened(tmp_path):
    made = []

    def open_(sink, folder=tmp_path / "journal"):
        journal = Journal(folder, sink)
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
    monkeypatch.setattr(module, "GATHER_SECONDS", 0.5)
    journal = opened(database)
    journal.keep([fact(1)])
    assert database.has(*named(1)), "the first waits for nobody"
    for number in range(2, 22):
        journal.keep([fact(number)])

    assert database.has(*named(*range(1, 22)))
    assert database.batches == 2


def test_what_the_database_has_is_not_kept_on_disk(opened, database, tmp_path):
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


def test_what_a_life_before_could_not_deliver_goes_first(opened):
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


def test_a_line_of_nonsense_does_not_stop_those_behind_it(opened, database, tmp_path):
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
    # As after a crash between the database's yes and the segment's removal.
    segment.write_bytes(kept)
    again = opened(database)
    again.keep([fact(2)])

    assert database.has(*named(1, 2))
    assert database.order == named(1, 2)


def test_a_fact_that_can_never_be_taken_is_set_aside_and_the_others_go_on(
    opened, database, tmp_path
):
    database.bad = set(named(2))
    journal = opened(database)
    journal.keep([fact(1), fact(2), fact(3)])
    assert database.has(*named(1, 3))
    journal.close()

    assert set_aside(tmp_path) == named(2)
    assert journal.backlog == 0


def test_a_fact_that_breaks_what_writes_it_is_set_aside_with_its_traceback_and_the_others_go_on(
    opened, database, tmp_path
):
    database.breaks_on = set(named(2))
    with capture_logs() as told:
        journal = opened(database)
        journal.keep([fact(1), fact(2), fact(3)])
        assert database.has(*named(1, 3))
        journal.close()

    assert set_aside(tmp_path) == named(2)
    assert (journal.falls, journal.refused, journal.backlog) == (1, 1, 0)
    (fell,) = [one for one in told if one["event"] == "the journal fell, and goes on"]
    assert fell["exc_info"].__traceback__ is not None


def test_what_was_set_aside_is_taken_by_an_engine_that_can(opened, tmp_path):
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


def test_a_line_that_is_no_fact_does_not_stop_those_behind_it(opened, database, tmp_path):
    folder = tmp_path / "journal"
    folder.mkdir()
    lines = b'7\n["fact"]\n' + b"[" * 100_000 + b"\n" + json.dumps(fact(2)).encode() + b"\n"
    (folder / f"{1:012d}.jsonl").write_bytes(lines)
    opened(database)

    assert database.has(*named(2))


def test_facts_go_straight_to_the_database_when_their_writing_falls(
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


def test_the_journal_goes_on_though_who_counts_its_fsyncs_falls(tmp_path, database):
    def fall(_):
        raise RuntimeError("nobody thought of this")

    journal = Journal(tmp_path / "journal", database, fall)
    with capture_logs() as told:
        journal.start()
        for number in range(1, 4):
            journal.keep([fact(number)])
            assert database.has(*named(number))
        journal.close()

    fell = [one for one in told if one["event"] == "the journal fell, and goes on"]
    assert database.order == named(1, 2, 3)
    assert journal.falls > len(fell) == 1
    assert journal.backlog == 0


def test_more_facts_than_a_batch_all_come(opened, database):
    numbers = range(module.BATCH * 2 + 7)
    opened(database).keep([fact(n) for n in numbers])

    assert database.has(*named(*numbers))
    assert database.order == named(*numbers)


def test_large_segments_are_followed_by_new_ones_in_order(opened, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "SEGMENT_BYTES", 100)
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
    journal = Journal(folder, database)
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


def test_what_was_kept_before_the_close_is_on_disk_after_it(tmp_path):
    folder = tmp_path / "journal"
    journal = Journal(folder, Database(there=False))
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


def test_what_a_life_before_left_of_an_agent_is_known_before_the_database_has_it(tmp_path):
    before = Journal(tmp_path, Database(there=False), shelter=open_shelter(tmp_path / "facts"))
    before.start()
    before.keep([{**fact(1), "state": "paused"}, fact(2), {**fact(3), "state": "ready"}])
    before.close(1.0)

    left = Journal(tmp_path, Database(there=False)).left_of_agents()

    assert [line["state"] for line in left] == ["paused", "ready"]
