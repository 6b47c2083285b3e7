"""The ledger: each fact of the journal comes to the database once, in order."""

import json
import threading

import pytest
from structlog.testing import capture_logs
from unit.cti.engine.facts import Database, fact, named, on_disk, set_aside, written

from cti.engine import ledger as draining
from cti.engine.journal import Journal
from cti.engine.ledger import Ledger
from cti.engine.ledger_status import read_status
from cti.engine.segments import Segments

pytestmark = pytest.mark.usefixtures("impatient")


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


def test_more_facts_than_a_batch_all_come(opened, database):
    numbers = range(draining.BATCH * 2 + 7)
    opened(database).keep([fact(n) for n in numbers])

    assert database.has(*named(*numbers))
    assert database.order == named(*numbers)


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


def test_a_line_without_a_fact_does_not_hold_up_later_facts(opened, database, tmp_path):
    folder = tmp_path / "journal"
    folder.mkdir()
    lines = b'7\n["fact"]\n' + b"[" * 100_000 + b"\n" + json.dumps(fact(2)).encode() + b"\n"
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


def test_a_refused_fact_is_set_aside_and_the_others_go_on(opened, database, tmp_path):
    database.bad = set(named(2))
    journal = opened(database)
    journal.keep([fact(1), fact(2), fact(3)])
    assert database.has(*named(1, 3))
    journal.close()

    assert set_aside(tmp_path) == named(2)
    assert journal.backlog == 0


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


def test_a_ledger_killed_before_its_status_writes_facts_twice_and_each_is_stored_once(
    database, tmp_path
):
    segments = Segments(tmp_path / "journal", tmp_path / "in memory")
    journal = Journal(segments)
    journal.start()
    journal.keep([fact(1), fact(2)])
    assert written(tmp_path / "journal", 2)
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
    assert written(tmp_path / "journal", 2)
    assert Ledger(segments, database).drain_some() == 2
    journal.keep([fact(3)])
    assert written(tmp_path / "journal", 3)
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
        assert written(tmp_path / "journal", number)
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
