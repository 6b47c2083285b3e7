"""Administrators get one notice for each process that died or was away."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import delete
from sqlalchemy.orm import Session, sessionmaker
from unit.web.visitor import Visitor

from crm.notices.models import NoticeRow
from crm.notices.store import notify_holders
from crm.people.rights import Right
from web.ops.processes import NAMES, ProcessState
from web.ops.system_notices import RESTARTED, Observation, SystemWatch

AT = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)


def look(seconds: float, *, engine: bool = True, database: bool = True) -> Observation:
    return Observation(AT, seconds, "boot.7", not engine, database)


def died(name: str, times: int = 1, ago: float = 60.0) -> Observation:
    since = AT - timedelta(seconds=ago)
    state = ProcessState(name, "running", 7, since, times, None, None)
    return Observation(AT, 0.0, "boot.7", engine_away=False, database=True, processes=(state,))


@pytest.fixture
def nothing_yet(database: sessionmaker[Session]) -> Iterator[None]:
    with database.begin() as session:
        session.execute(delete(NoticeRow))
    yield
    with database.begin() as session:
        session.execute(delete(NoticeRow))


def test_an_engine_that_stays_away_is_told_of_once_and_so_is_its_return() -> None:
    watch = SystemWatch()
    told = [
        [one.sentence.partition(";")[0] for one in watch.see(look(at, engine=at >= 60))]
        for at in range(0, 75, 5)
    ]

    assert [words for words in told if words] == [
        ["The call engine has been offline for half a minute. Calls continue"],
        ["The call engine is back after {seconds} seconds."],
    ]
    assert told[6]
    assert told[12]


def test_an_engine_that_is_back_at_once_is_not_worth_a_word() -> None:
    watch = SystemWatch()

    assert [watch.see(look(at, engine=at != 5)) for at in (0, 5, 10)] == [[], [], []]


def test_a_database_that_was_away_is_told_of_when_it_is_back() -> None:
    watch = SystemWatch()
    for at in (0, 5, 10, 15):
        assert watch.see(look(at, database=False)) == []

    (told,) = watch.see(look(20))

    assert told.sentence.startswith("The database is back after")
    assert (told.values, told.urgent) == ({"seconds": 20}, True)
    assert watch.see(look(25)) == []


def test_every_process_is_listed() -> None:
    assert set(RESTARTED) == set(NAMES)
    for name in NAMES:
        assert [one.sentence for one in SystemWatch().see(died(name))] == [RESTARTED[name]]


def test_processes_that_never_ended_or_ended_long_ago_give_no_notice() -> None:
    assert SystemWatch().see(died("jobs", times=0)) == []
    assert SystemWatch().see(died("jobs", ago=2 * 3600)) == []


@pytest.mark.usefixtures("nothing_yet")
def test_one_that_ends_again_and_again_is_told_of_once_an_hour(
    admin: Visitor, app: FastAPI, database: sessionmaker[Session]
) -> None:
    assert app
    for times in range(1, 6):
        # Another web process, or the same one after its own end, sees the same.
        for notice in SystemWatch().see(died("web", times, ago=60.0 / times)):
            with database.begin() as session:
                notify_holders(session, Right.STATUS_SEE, notice)

    found = admin.get("/api/v1/notices").json()["items"]
    assert [one["text"] for one in found] == [RESTARTED["web"]]


@pytest.mark.usefixtures("nothing_yet")
def test_an_agent_gets_no_system_status(li_wei: Visitor, database: sessionmaker[Session]) -> None:
    with database.begin() as session:
        notify_holders(session, Right.STATUS_SEE, SystemWatch().see(died("engine"))[0])

    assert li_wei.get("/api/v1/notices").json()["items"] == []
