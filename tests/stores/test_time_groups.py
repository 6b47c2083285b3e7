"""Time groups in the database: told of, and kept while a route uses them."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from crm.hours.group import Interval, TimeGroupId, WeeklyHours, is_open
from crm.hours.settings import TimeGroupSettings
from crm.hours.store import add_time_group, remove_time_group, time_groups
from crm.kernel.errors import ConflictError, MissingError
from crm.sql.db import connect

WEEK = WeeklyHours(frozenset(range(5)), Interval(540, 1080))
OFFICE = TimeGroupSettings("Office", "Asia/Shanghai", (WEEK,), "CN")


def test_a_group_that_a_route_uses_cannot_be_removed(fresh_database_url: str) -> None:
    engine = connect(fresh_database_url, pool_size=2, statement_timeout_ms=5000)
    with Session(engine) as session:
        used, free = (
            add_time_group(session, TimeGroupSettings(name, "UTC", (WEEK,)))
            for name in ("used", "free")
        )
        for table in ("routes", "something"):
            session.execute(text(f"DROP TABLE IF EXISTS {table}"))
            session.execute(
                text(f"CREATE TABLE {table} (time_group_id bigint REFERENCES time_groups (id))")
            )
        session.execute(text("INSERT INTO routes VALUES (:used)"), {"used": used})
        with pytest.raises(ConflictError) as refused:
            remove_time_group(session, used)
        assert refused.value.sentence.startswith("Call routes use this time group")

        session.execute(text("DELETE FROM routes"))
        session.execute(text("INSERT INTO something VALUES (:used)"), {"used": used})
        with pytest.raises(ConflictError):
            remove_time_group(session, used)

        remove_time_group(session, free)
        with pytest.raises(MissingError):
            remove_time_group(session, free)
        assert [one.id for one in time_groups(session)] == [used]
    engine.dispose()


def test_groups_are_read_with_their_holidays(fresh_database_url: str) -> None:
    engine = connect(fresh_database_url, pool_size=2, statement_timeout_ms=5000)
    with Session(engine) as session:
        made = add_time_group(session, OFFICE)
        (found,) = time_groups(session, [made])
        assert time_groups(session, [TimeGroupId(made + 1)]) == []
        (chinese,) = time_groups(session, language="zh_CN")

    assert is_open(found, datetime(2026, 10, 10, 2, tzinfo=UTC))  # a working Saturday
    assert not is_open(found, datetime(2026, 10, 1, 2, tzinfo=UTC))
    assert set(found.holidays) == set(chinese.holidays)
    assert set(found.holidays.values()) != set(chinese.holidays.values())
    engine.dispose()
