"""Number lists of a hundred thousand entries: searched by indexes, told of, decided once."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session
from stores.conftest import new_database

from crm.kernel.errors import ConflictError
from crm.number_lists.entries.store import (
    EntryDraft,
    EntryFilter,
    add_entries,
    count_entries,
    decide,
    entries,
    remove_entries,
)
from crm.number_lists.lists import EntryState, ListKind, NumberLists
from crm.number_lists.store import ListDraft, add_list, live_entries, number_list, number_lists
from crm.number_lists.typed import typed_patterns
from crm.people.person import NewUser
from crm.people.rights import BuiltIn
from crm.people.store import add_user
from crm.sql.db import connect

AT = datetime(2026, 11, 30, 8, tzinfo=UTC)
MANY = 100_000
FAST_SECONDS = 0.5  # a generous bound for one page; it takes some 10 ms


@pytest.fixture(scope="module")
def engine(server_url: str) -> Iterator[Engine]:
    made = connect(
        new_database(server_url, "numbers", migrated=True), pool_size=2, statement_timeout_ms=60_000
    )
    with made.begin() as connection:
        connection.execute(text("INSERT INTO number_lists (name, kind) VALUES ('Many', 'black')"))
        connection.execute(
            text(
                "INSERT INTO number_list_entries"
                " (list_id, pattern, keys, segment, direction, state, added_at)"
                " SELECT 1, n, ARRAY[n], false, 'both',"
                " CASE WHEN i % 1000 = 0 THEN 'waiting' ELSE 'active' END,"
                " timestamptz '2026-01-01 00:00+00' + i * interval '1 second'"
                " FROM (SELECT i, '+8613' || lpad((i * 7919 % 1000000000)::text, 9, '0') AS n"
                " FROM generate_series(1, :many) AS i) AS made"
            ),
            {"many": MANY},
        )
    with made.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as opened:
        yield opened


@pytest.mark.parametrize(
    "wanted",
    [
        EntryFilter(),
        EntryFilter(list=1),
        EntryFilter(list=1, state=EntryState.WAITING),
        EntryFilter(state=EntryState.EXPIRED),
        EntryFilter(list=1, number="1300000", region="CN"),
        EntryFilter(list=1, number="13000007919", region="CN"),
        EntryFilter(number="999", region="CN"),
    ],
)
def test_a_hundred_thousand_entries_are_paged_and_searched_quickly(
    session: Session, wanted: EntryFilter
) -> None:
    began = time.perf_counter()
    page = entries(session, wanted, AT, limit=50)
    count_entries(session, wanted, AT)
    spent = time.perf_counter() - began

    assert spent < FAST_SECONDS
    assert len(page.items) <= 50


def test_a_page_goes_on_where_the_one_before_ended(session: Session) -> None:
    first = entries(session, EntryFilter(list=1), AT, limit=3)
    second = entries(session, EntryFilter(list=1), AT, limit=3, cursor=first.next)

    ids = [one.id for one in (*first.items, *second.items)]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 6


def test_a_number_finds_its_entry_among_many(session: Session) -> None:
    (found,) = entries(session, EntryFilter(number="130 0000 7919", region="CN"), AT, limit=5).items

    assert found.pattern.text == "+8613000007919"


def test_all_active_entries_are_read_for_the_engine(session: Session) -> None:
    found = live_entries(session)

    assert len(found) == MANY - MANY // 1000
    assert len(NumberLists(found)) == len(found)
    assert [one.active for one in number_lists(session)] == [len(found)]


def told(session: Session, do) -> set[str]:
    """What a listener hears of a change."""
    raw = session.connection().connection.driver_connection
    cursor = raw.cursor()
    cursor.execute("LISTEN hotline")
    do()
    session.commit()
    raw.poll()
    heard = {one.payload for one in raw.notifies}
    raw.notifies.clear()
    return heard


def test_one_change_names_its_entry_and_many_name_the_lists(fresh_database_url: str) -> None:
    engine = connect(fresh_database_url, pool_size=2, statement_timeout_ms=5000)
    with Session(engine) as session:
        list_ = add_list(session, ListDraft("Black", ListKind.BLACK))
        session.commit()

        def add(numbers: str) -> None:
            patterns = typed_patterns(numbers, "CN")
            add_entries(session, list_, patterns, EntryDraft(), None, AT, approved=True)

        assert told(session, lambda: add("138*")) == {"number_list_entries:1"}
        assert told(session, lambda: add("139*, 137*")) == {"number_lists:all"}
        assert told(session, lambda: remove_entries(session, [1], None, AT)) == {
            "number_list_entries:1"
        }
        assert number_list(session, list_).active == 2
    engine.dispose()


def test_an_entry_is_decided_once_and_by_another_user(fresh_database_url: str) -> None:
    engine = connect(fresh_database_url, pool_size=2, statement_timeout_ms=5000)
    with Session(engine) as session:
        adder, approver = (
            int(add_user(session, NewUser(name, name, BuiltIn.AGENT, "x")).id) for name in "ab"
        )
        list_ = add_list(session, ListDraft("Black", ListKind.BLACK))
        patterns = typed_patterns("138*", "CN")
        (made,) = add_entries(session, list_, patterns, EntryDraft(), adder, AT, approved=False)

        with pytest.raises(ConflictError):
            decide(session, [made], adder, AT, approve=True)
        assert [one.id for one in decide(session, [made], approver, AT, approve=True)] == [made]
        with pytest.raises(ConflictError):
            decide(session, [made], approver, AT, approve=False)
    engine.dispose()
