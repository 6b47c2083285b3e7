"""Facts that are not on the disk yet, and the file in memory that outlives a killed engine."""

from unit.cti.engine.facts import Database, FullJournal, fact, named

from cti.engine.volatile_log import open_volatile_log


def test_facts_of_a_killed_engine_are_kept_by_the_next_one(tmp_path, database):
    file = tmp_path / "facts"
    killed = FullJournal(tmp_path / "journal", database, volatile=open_volatile_log(file))
    killed.keep([fact(1), fact(2)])  # its threads never ran

    after = FullJournal(tmp_path / "journal", database, volatile=open_volatile_log(file))
    assert after.backlog == 2
    after.start()

    assert database.has(*named(1, 2))
    after.close()
    assert not file.exists()


def test_facts_on_the_disk_are_not_in_memory_too(tmp_path):
    file, away = tmp_path / "facts", Database(there=False)
    journal = FullJournal(tmp_path / "journal", away, volatile=open_volatile_log(file))
    journal.start()
    journal.keep([fact(1)])

    assert away.was_asked()
    assert file.read_bytes() == b""
    journal.close(0.1)


def test_a_log_of_another_user_is_not_used(tmp_path):
    (tmp_path / "facts").symlink_to(tmp_path / "elsewhere")

    assert open_volatile_log(tmp_path / "facts") is None
