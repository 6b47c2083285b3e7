"""What the database is told of: whether facts wait for it, or are never taken."""

import pytest

from crm.db import connect
from cti.journal import BadFactError
from cti.records import Records

ARRIVED = {
    "fact": "n/1/1",
    "at": "2026-11-22T00:00:00+00:00",
    "call": "n-1.1",
    "call_kind": "arrived",
    "detail": {},
}


@pytest.fixture
def away():
    """A database where nobody answers."""
    url = "postgresql+psycopg2://hotline@127.0.0.1:1/none"
    engine = connect(url, pool_size=1, statement_timeout_ms=1000)
    yield Records(engine)
    engine.dispose()


def test_facts_wait_for_a_database_that_is_away(away):
    with pytest.raises(ConnectionError):
        away.keep([ARRIVED])


@pytest.mark.parametrize("wrong", [{"call_kind": "of a later version"}, {"at": "yesterday"}])
def test_a_fact_that_cannot_be_read_does_not_wait_for_the_database(away, wrong):
    with pytest.raises(BadFactError):
        away.keep([ARRIVED | wrong])
