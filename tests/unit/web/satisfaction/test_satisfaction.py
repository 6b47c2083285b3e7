"""Satisfaction: the list of scores, its figures, and who sees which of them."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker
from unit.web.score_facts import NO_SCORES, QUESTION, add_scores
from unit.web.visitor import Visitor

SCORES = "/api/v1/satisfaction"


@pytest.fixture(autouse=True)
def facts(database: sessionmaker[Session], people: Any) -> Iterator[None]:
    with database.begin() as session:
        agents = [people.li_wei, people.li_wei, people.wang_fang, people.wang_fang]
        add_scores(session, agents, (1, 4, 5, None))
    yield
    with database.begin() as session:
        for sentence in NO_SCORES:
            session.execute(text(sentence))


def items(visitor: Visitor, words: str = "", part: str = "") -> list[dict[str, Any]]:
    answer = visitor.get(f"{SCORES}{part}?limit=500&{words}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_a_score_is_listed_with_agent_queue_question_and_call(admin: Visitor, people: Any) -> None:
    newest = items(admin)[0]

    assert newest["score"] in {1, 4, 5}
    assert newest["question"] == QUESTION
    assert newest["queue_name"] == "Support"
    assert newest["url"] == f"/calls/{newest['call']}"
    assert newest["agent"]["id"] in {people.li_wei, people.wang_fang}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("low=on", [1]),
        ("low=on&score_to=1", [1]),
        ("low=on&score_from=2", []),
        ("score_from=4", [4, 5]),
        ("score_from=2&score_to=4", [4]),
        ("queue=sales", []),
        ("question=Nothing", []),
        ("sort=score", [1, 4, 5]),
        ("to=2020-01-01", []),
    ],
)
def test_scores_are_found_by_their_filters(admin: Visitor, words: str, expected: list[int]) -> None:
    assert sorted(one["score"] for one in items(admin, words)) == expected


def test_an_agent_sees_nobody_elses_scores(li_wei: Visitor, people: Any) -> None:
    assert sorted(one["score"] for one in items(li_wei)) == [1, 4]
    assert items(li_wei, f"agent={people.wang_fang}") == []
    assert {one["key"] for one in items(li_wei, part="/figures")} == {str(people.li_wei)}


def test_figures_lead_to_the_scores_that_they_count(admin: Visitor, people: Any) -> None:
    by_agent = {one["key"]: one for one in items(admin, part="/figures")}
    li, wang = by_agent[str(people.li_wei)], by_agent[str(people.wang_fang)]

    assert (li["scores"], li["average"], li["low"], li["good_share"]) == (2, 2.5, 1, 0.5)
    assert (li["surveyed"], li["response_rate"]) == (2, 1.0)
    assert (wang["scores"], wang["surveyed"], wang["response_rate"]) == (1, 2, 0.5)
    for by in ("", "queue", "day"):
        for row in items(admin, f"by={by}", "/figures"):
            assert len(items(admin, row["url"].partition("?")[2])) == row["scores"]


def test_the_file_has_a_row_for_each_score(admin: Visitor) -> None:
    answer = admin.get("/satisfaction/export?format=csv")
    rows = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))

    assert rows[0][:4] == ["Time", "Customer", "Phone number", "Agent"]
    assert sorted(row[6] for row in rows[1:4]) == ["1", "4", "5"]
    assert rows[4] == [""] * len(rows[0])
    assert [row[:2] for row in rows[5:7]] == [["Scores", "3"], ["Average score", "3.33"]]


def test_the_sums_tell_mean_and_response_rate(admin: Visitor) -> None:
    shown = admin.get("/satisfaction/sums").text
    assert "3.33" in shown
    assert "75" in shown  # percent of the surveyed calls
    assert "Response rate" not in admin.get("/satisfaction/sums?low=on").text


def test_the_page_of_the_call_shows_the_score(admin: Visitor) -> None:
    one = min(items(admin), key=lambda found: int(found["score"]))
    page = admin.get(one["url"]).text

    assert 'data-testid="fact-score"' in page
    assert f"Score for “{QUESTION}”: 1" in page
    (shown,) = admin.get(f"/api/v1{one['url']}").json()["scores"]
    assert (shown["question"], shown["score"]) == (QUESTION, 1)


def test_calls_with_a_low_score_are_found(admin: Visitor) -> None:
    calls = admin.get("/api/v1/calls?low_score=on").json()["items"]
    assert [one["id"] for one in calls] == ["score-0"]
