"""An upgrade gives old calls their legs, and recordings their segments, as the fold would."""

import json
from datetime import datetime

from sqlalchemy import create_engine, text
from stores.conftest import new_database
from stores.test_calls import MORNING, Timeline

from crm.calls.leg import fold_legs
from crm.calls.legs.store import legs_of
from crm.calls.record import CallEvent, Kind, fold
from crm.sql import db
from crm.sql.db import connect, sessions
from recordings.recording import fold_recordings
from recordings.store import recordings_of

BEFORE = "20261130"


def offered(made: Timeline, agent: int, leg: str) -> Timeline:
    return made.tell(Kind.OFFERED, agent=agent, leg=leg, phone="sip", extension=f"10{agent:02}")


def talked(made: Timeline, agent: int, leg: str) -> Timeline:
    return offered(made, agent, leg).tell(Kind.CONNECTED, agent=agent, leg=leg)


def old_calls() -> list[list[CallEvent]]:
    whole = offered(Timeline("c1").queued(), 7, "c1-a1")
    whole = whole.tell(Kind.MISSED, agent=7, leg="c1-a1", why="no answer")
    whole = talked(whole, 8, "c1-a2").tell(Kind.RECORDING, file="f1", late=0.0)
    whole = whole.tell(Kind.HELD, agent=8, by="desk").tell(Kind.RESUMED, agent=8)
    whole = whole.tell(Kind.PHONE_LOST, agent=8, leg="c1-a2")
    whole = whole.tell(Kind.QUEUED, queue="sales", priority=1)
    whole = talked(whole, 9, "c1-a3").ended().tell(Kind.OUTCOME, agent=9, outcome="solved")
    given_up = offered(Timeline("c2").queued(), 7, "c2-a1")
    given_up = given_up.tell(Kind.WITHDRAWN, agent=7, leg="c2-a1", why="caller gone").ended()
    alone = Timeline("c3").tell(Kind.FALLBACK).tell(Kind.CONNECTED, agent=7).ended()
    return [whole.events, given_up.events, alone.events]


def write(url: str, timelines: list[list[CallEvent]]) -> None:
    """Write the rows of the release before."""
    opened = create_engine(url)
    columns = "id direction via caller called customer started_at answered_at ended_at queue agent"
    columns += " result ended_by cause ivr_seconds wait_seconds talk_seconds hold_seconds outcome"
    names = [*columns.split(), "recording", "recording_failed", "inferred"]
    with opened.begin() as connection:
        for timeline in timelines:
            record = fold(timeline, timeline[-1].at)
            row = {name: plain(getattr(record, name)) for name in names}
            line = f"INSERT INTO calls ({', '.join(names)}, agents, grams) VALUES "  # noqa: S608
            places = ", ".join(f":{name}" for name in names)
            connection.execute(text(f"{line} ({places}, '{{}}', '{{}}')"), row)
            for one in timeline:
                connection.execute(
                    text(
                        "INSERT INTO call_events VALUES"
                        " (:fact, :call, :at, :kind, CAST(:detail AS jsonb), false)"
                    ),
                    {
                        "fact": one.fact,
                        "call": one.call,
                        "at": one.at,
                        "kind": one.kind.value,
                        "detail": db_json(one),
                    },
                )
            for kept in fold_recordings(timeline):
                connection.execute(
                    text("INSERT INTO recordings VALUES (:call, :file, :at, 0, NULL)"),
                    {"call": kept.call, "file": kept.file, "at": kept.started_at},
                )
    opened.dispose()


def plain(value: object) -> object:
    return value.value if hasattr(value, "value") and not isinstance(value, datetime) else value


def db_json(one: CallEvent) -> str:
    return json.dumps(dict(one.detail))


def test_old_calls_get_the_legs_and_segments_of_their_timelines(server_url: str) -> None:
    url, timelines = new_database(server_url, "legs", migrated=False), old_calls()
    db.migrate_to(url, BEFORE)
    write(url, timelines)

    db.migrate(url)

    engine = connect(url, pool_size=1, statement_timeout_ms=5000)
    with sessions(engine)() as session:
        for timeline in timelines:
            assert legs_of(session, timeline[0].call) == fold_legs(timeline, MORNING)
            assert recordings_of(session, timeline[0].call) == fold_recordings(timeline)
    engine.dispose()
    db.downgrade(url, BEFORE)
    assert db.revision_at(url) == BEFORE
