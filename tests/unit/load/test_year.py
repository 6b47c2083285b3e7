"""The generated year of calls: its records are what the timelines fold into."""

import json
from collections import defaultdict
from datetime import UTC, date, datetime
from random import Random

import pytest
from load import year, year_customers
from load.year_legs import DECISION_COLUMNS, LEG_COLUMNS, RECORDING_COLUMNS

from acd.decision import Rule, Verdict
from acd.decisions.store import considered
from crm.calls.leg import fold_legs
from crm.calls.record import CallEvent, CallResult, Kind, fold
from crm.calls.store import searchable
from recordings.recording import fold_recordings

UNTIL = date(2026, 11, 22)
AFTER = datetime(2027, 1, 1, tzinfo=UTC)
PEOPLE = year.People(
    {1: "Li Wei", 2: "王芳", 9: "Gone"},
    {1: "2001", 2: "2002", 9: "2009"},
    {"sales": [1, 2], "support": [2]},
    9,
)
NAMES = ["王小明", "Emma Johnson", "李娜"]


def told(calls=400, seed=1):
    chance = Random(seed)  # noqa: S311 - the same year each time
    maker = year.CallMaker(chance, PEOPLE, len(NAMES), 100, NAMES)
    number = 0
    for place, (day, times) in enumerate(year.days(chance, calls, UNTIL)):
        maker.begin(day, place)
        for at in times:
            number += 1
            maker.tell(at, number)
    return maker.lines


@pytest.fixture(scope="module")
def lines():
    return told()


def rows(columns, lines):
    names = columns.split(", ")
    for line in lines:
        values = [None if one == "\\N" else one for one in line.split("\t")]
        yield dict(zip(names, values, strict=True))


def test_the_same_seed_makes_the_same_year(lines):
    assert told() == lines
    assert told(seed=2) != lines


def test_there_are_as_many_calls_as_asked_for_within_a_year(lines):
    days = {row["started_at"][:10] for row in rows(year.CALL_COLUMNS, lines.calls)}

    assert len(lines.calls) == 400
    assert min(days) >= "2025-11-22"
    assert max(days) < "2026-11-22"


def timelines_of(lines):
    timelines = defaultdict(list)
    for row in rows(year.EVENT_COLUMNS, lines.call_events):
        at = datetime.fromisoformat(row["at"])
        detail = json.loads(row["detail"])
        timelines[row["call"]].append(
            CallEvent(row["fact"], row["call"], at, Kind(row["kind"]), detail)
        )
    return timelines


def as_text(value):
    if isinstance(value, bool):
        return "t" if value else "f"
    return value if value is None else str(value)


def test_each_leg_is_what_the_timeline_of_its_call_folds_into(lines):
    legs = defaultdict(list)
    for row in rows(LEG_COLUMNS, lines.call_legs):
        legs[row["call"]].append(row)
    for call, timeline in timelines_of(lines).items():
        folded = fold_legs(timeline, AFTER)
        assert len(folded) == len(legs[call])
        for leg, row in zip(folded, legs[call], strict=True):
            for name, there in row.items():
                value = getattr(leg, name)
                if name.endswith("_seconds"):
                    assert value == pytest.approx(float(there)), name
                elif name.endswith("_at"):
                    assert value == (there and datetime.fromisoformat(there)), name
                else:
                    assert as_text(value) == there, name


def test_each_recording_is_what_the_timeline_of_its_call_folds_into(lines):
    kept = {row["call"]: row for row in rows(RECORDING_COLUMNS, lines.recordings)}
    for call, timeline in timelines_of(lines).items():
        for one in fold_recordings(timeline):
            row = kept.pop(call)
            assert (str(one.segment), one.file, one.failed_why) == (
                row["segment"],
                row["file"],
                row["failed_why"],
            )
            assert one.started_at == datetime.fromisoformat(row["started_at"])

    assert kept == {}


def test_each_offer_has_a_decision_whose_first_agent_is_the_one_who_was_rung(lines):
    offered = [
        (row["call"], row["at"], json.loads(row["detail"])["agent"])
        for row in rows(year.EVENT_COLUMNS, lines.call_events)
        if row["kind"] == "offered"
    ]
    decided = []
    for row in rows(DECISION_COLUMNS, lines.decisions):
        told = [considered(one) for one in json.loads(row["considered"])]
        assert told[0].verdict is Verdict.CHOSEN
        assert all(one.verdict is not Verdict.CHOSEN for one in told[1:])
        Rule(row["rule"])
        decided.append((row["call"], row["at"], int(row["agent"])))
        assert told[0].agent == decided[-1][2]

    assert decided == offered


def test_a_call_has_about_two_legs_and_a_little_more_than_one_decision(lines):
    assert 2.0 < len(lines.call_legs) / len(lines.calls) < 2.4
    assert 1.05 < len(lines.decisions) / len(lines.calls) < 1.35


def test_each_record_is_what_its_timeline_folds_into(lines):
    timelines = timelines_of(lines)
    agents = defaultdict(set)
    for line in lines.call_agents:
        call, agent, _ = line.split("\t")
        agents[call].add(int(agent))

    results = set()
    for row in rows(year.CALL_COLUMNS, lines.calls):
        record = fold(timelines[row["id"]], AFTER)
        results.add(record.result)
        for name in ("direction", "via", "caller", "called", "queue", "ended_by", "outcome"):
            assert getattr(record, name) == row[name], name
        for name in ("recording", "recording_failed"):
            assert getattr(record, name) == row[name], name
        for name in ("ivr", "wait", "talk", "hold"):
            seconds = getattr(record, f"{name}_seconds")
            assert seconds == pytest.approx(float(row[f"{name}_seconds"])), name
        for name in ("started_at", "answered_at", "ended_at"):
            there = row[name] and datetime.fromisoformat(row[name])
            assert getattr(record, name) == there, name
        assert record.result == row["result"]
        assert record.customer == (int(row["customer"]) if row["customer"] else None)
        assert agents[row["id"]] == ({record.agent} if record.agent else set())
        pieces = ",".join(searchable(row["caller"], row["called"])["grams"])
        assert row["grams"] == f"{{{pieces}}}"
    assert {CallResult.ANSWERED, CallResult.ABANDONED, CallResult.LEFT} <= results


def test_a_customer_has_their_numbers_and_is_found_by_them():
    line = year_customers.customer_line(Random(1), 129, 29, UNTIL)  # noqa: S311 - likewise
    found = dict(zip(year_customers.CUSTOMER_COLUMNS.split(", "), line.split("\t"), strict=True))
    numbers = year_customers.numbers_of(29)

    assert len(numbers) == 3
    assert len(set(numbers)) == 3
    assert all(number.lstrip("+") in found["haystack"] for number in numbers)
