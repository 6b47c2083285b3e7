"""Fixtures of the journal and the ledger."""

import pytest
from unit.cti.engine.facts import Database, FullJournal

from cti.engine import ledger as draining


@pytest.fixture
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
