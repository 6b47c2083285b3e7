"""Questions about staffing: real traffic, the change, and the answer on the page."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker
from unit.web.conftest import People
from unit.web.simulations.test_scenarios import small
from unit.web.simulations.traffic_facts import TALK, WAIT, add_traffic, remove_traffic
from unit.web.visitor import Visitor

from acd.agent import AgentEvent, AgentState
from acd.queue import AgentId, Strategy
from crm.calls.record import FactId
from crm.kernel.errors import InvalidError
from web.kit.clock import now
from web.simulations.reading import read_scenario
from web.simulations.staffing import MORE, StaffingBody, changed, check
from web.simulations.traffic import measured, presence_of, read_traffic, scenario_of

DAY = date(2026, 11, 20)
START = datetime(2026, 11, 20, tzinfo=UTC)


def question(**more: Any) -> StaffingBody:
    return StaffingBody(**{"first": DAY, "last": DAY, **more})


def log(*lines: tuple[float, AgentState, str | None]) -> list[AgentEvent]:
    return [
        AgentEvent(
            FactId(str(hours)),
            AgentId(1),
            START + timedelta(hours=hours),
            state,
            detail={} if queue is None else {"queue": queue},
        )
        for hours, state, queue in lines
    ]


def test_breaks_and_own_calls_are_gaps_between_the_shifts_of_an_agent() -> None:
    found = presence_of(
        log(
            (-1, AgentState.READY, None),
            (1, AgentState.PAUSED, None),
            (2, AgentState.READY, None),
            (3, AgentState.OFFERED, "q"),
            (3.5, AgentState.TALKING, "q"),
            (4, AgentState.WRAP_UP, "q"),
            (5, AgentState.TALKING, ""),
            (6, AgentState.OFFERED, "q"),
            (6.5, AgentState.READY, None),
            (7, AgentState.SIGNED_OUT, None),
        ),
        START,
        START + timedelta(days=1),
    )
    assert found.shifts == [(0, 1), (2, 5), (6, 7)]
    assert found.ringing == [1800]
    assert found.missed == 1
    assert found.wrap_ups == [("q", 3600)]


def test_an_agent_who_is_still_there_stays_until_the_end() -> None:
    found = presence_of(log((20, AgentState.READY, None)), START, START + timedelta(days=1))
    assert found.shifts == [(20, 24)]


@pytest.fixture(scope="module")
def traffic(database: sessionmaker[Session], people: People) -> Iterator[None]:
    with database.begin() as session:
        add_traffic(session, people.li_wei, "staffing")
    yield
    with database.begin() as session:
        remove_traffic(session, "staffing")


@pytest.mark.usefixtures("traffic")
def test_real_calls_become_a_scenario(database: sessionmaker[Session]) -> None:
    yesterday = now().date() - timedelta(days=1)
    with database.begin() as session:
        found = read_traffic(session, yesterday, yesterday, UTC)
    scenario = scenario_of(found, "x")
    stream = next(one for one in scenario.callers if one.queue == "support")
    real = measured(found, "support")
    handling, patience = read_scenario(scenario).streams[0].handling, stream.patience

    assert sum(one.per_hour * 0.5 for one in stream.rates) == pytest.approx(40)
    assert set(handling.seconds) == {TALK}  # type: ignore[union-attr]
    assert patience is not None
    assert patience.mean == pytest.approx(40 * WAIT / 10)  # type: ignore[union-attr]
    assert real["abandoned"] == 10
    assert real["asa_seconds"] == pytest.approx(WAIT)
    assert real["service_level_3"] == 0
    assert scenario.agents[0].shifts[0].end == pytest.approx(4 + 110 / 60)


def test_more_agents_are_there_on_each_day_from_hour_to_hour() -> None:
    body = question(more=3, from_hour=14, to_hour=18, skills=["x"], level=7)
    scenario = changed(small(hours=40), body, 9.0)
    more = scenario.agents[-1]

    assert (more.name, more.count, more.skills) == (MORE, 3, {"x": 7})
    assert [(one.start, one.end) for one in more.shifts] == [(5, 9), (29, 33)]
    assert read_scenario(scenario).queues[0].members[-1].agent == 7


def test_a_change_is_for_the_chosen_queue_alone() -> None:
    before = small(
        queues=[{"key": "one", "needs": [{"skill": "x"}]}, {"key": "two", "strategy": "rank"}]
    )
    body = question(queue="one", strategy="ring all", no_needs=True, volume=150)
    after = changed(before, body)

    assert [one.strategy for one in after.queues] == [Strategy.RING_ALL, Strategy.RANK]
    assert after.queues[0].needs == []
    assert after.callers[0].rates[0].per_hour == 45
    assert changed(before, question(queue="two", volume=50)).callers == before.callers


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"more": 1, "last": DAY - timedelta(days=1)}, "last"),
        ({"more": 1, "last": DAY + timedelta(days=7)}, "last"),
        ({"more": 1, "from_hour": 9, "to_hour": 9}, "to_hour"),
        ({}, "more"),
    ],
)
def test_questions_without_sense_are_refused(given: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidError) as error:
        check(question(**given))
    assert error.value.field == field


def form(**more: str) -> dict[str, str]:
    day = (now().date() - timedelta(days=1)).isoformat()
    hours = {"from_hour": "4", "to_hour": "6", "level": "5", "volume": "100"}
    return {"queue": "support", "first": day, "last": day, "more": "2", **hours, **more}


def until_answered(visitor: Visitor, place: str) -> str:
    deadline = time.monotonic() + 90
    while 'data-state="running"' in (page := visitor.get(place).text) or (
        'data-state="waiting"' in page
    ):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return page


@pytest.mark.usefixtures("traffic")
def test_a_question_is_asked_and_answered_in_words(chen_jing: Visitor) -> None:
    answer = chen_jing.post("/simulations", form())
    place = answer.headers["location"].partition("?")[0]
    progress = chen_jing.get(f"{place}/progress")
    page = until_answered(chen_jing, place)
    said = re.search(r'data-testid="answer">([^<]*)', page)

    assert answer.status_code == 303
    assert progress.status_code == 200
    assert said is not None
    assert "2 more agents from" in said[1]
    assert "service level" in said[1]
    assert 'data-figure="service_level_3"' in page
    assert said[1] in chen_jing.get("/simulations").text
    assert chen_jing.post(f"{place}/cancel").status_code == 303
    assert chen_jing.get(place).status_code == 404


@pytest.mark.usefixtures("traffic")
@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"first": "2020-01-01", "last": "2020-01-02"}, 422, "Too little traffic"),
        ({"first": "x"}, 422, "field-first"),
        ({"more": "0"}, 422, "Change at least one thing"),
        ({"queue": "nowhere"}, 403, "do not see"),
        ({"skills": "nothing"}, 422, "There is no skill"),
        ({"more": "51"}, 422, "At most 50"),
        ({"first": "0001-01-01", "last": "0001-01-01"}, 422, "At least 2000-01-01"),
        ({"first": "9999-12-31", "last": "9999-12-31"}, 422, "At most 2199-12-31"),
    ],
)
def test_a_bad_question_keeps_what_was_typed(
    admin: Visitor, change: dict[str, str], status: int, said: str
) -> None:
    answer = admin.post("/simulations", form(**{"level": "7", **change}))

    assert answer.status_code == status
    assert said in answer.text
    assert 'value="7"' in answer.text


def test_the_example_of_the_demo_has_an_answer(admin: Visitor) -> None:
    answer = admin.post("/simulations/example")
    place = answer.headers["location"].partition("?")[0]

    assert answer.status_code == 303
    assert admin.get(place).status_code == 200
    admin.post(f"{place}/cancel")
