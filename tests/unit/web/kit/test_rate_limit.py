"""The rate limit of programs."""

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session, sessionmaker
from unit.web.site import PASSWORD
from unit.web.visitor import Visitor

from crm.parameters.store import reset, save
from web.kit.rate_limit import Rates

Database = sessionmaker[Session]


@pytest.fixture
def at_most_5(monkeypatch: pytest.MonkeyPatch) -> None:
    # Counted apart: what other tests have sent says nothing here.
    fresh, take, has_room = Rates(), Rates.take, Rates.has_room
    monkeypatch.setattr(Rates, "take", lambda _, who, policy, __: take(fresh, who, policy, 5))
    monkeypatch.setattr(Rates, "has_room", lambda _, who, kind, __: has_room(fresh, who, kind, 5))


def test_each_user_has_so_many_requests_and_no_more() -> None:
    rates = Rates()

    taken = [rates.take("li", "default", 3) for _ in range(4)]

    assert [one.within for one in taken] == [True, True, True, False]
    assert [one.remaining for one in taken] == [2, 1, 0, 0]
    assert rates.take("wang", "default", 3).within
    assert rates.take("li", "heavy", 3).within


@pytest.mark.usefixtures("at_most_5")
def test_a_program_that_asks_too_often_is_told_when_to_come_back(admin: Visitor) -> None:
    first = admin.get("/api/v1/notices")
    # A minute may end while we send requests; then some more are let in.
    answers = (admin.get("/api/v1/notices") for _ in range(20))
    refused = next(one for one in answers if one.status_code != 200)

    assert first.headers["ratelimit-policy"] == '"default";q=5;w=60'
    assert first.headers["ratelimit-remaining"] == "4"
    assert refused.status_code == 429
    assert refused.headers["content-type"] == "application/problem+json"
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["ratelimit-remaining"] == "0"


@pytest.mark.usefixtures("at_most_5")
def test_the_desk_is_never_counted(li_wei: Visitor) -> None:
    answers = [li_wei.get("/api/v1/desk") for _ in range(20)]

    assert {one.status_code for one in answers} == {200}
    assert "ratelimit-limit" not in answers[0].headers


@pytest.mark.usefixtures("at_most_5")
def test_pages_are_not_counted(li_wei: Visitor) -> None:
    assert "ratelimit-limit" not in li_wei.get("/desk").headers


def test_how_often_is_a_parameter(
    admin: Visitor, app: FastAPI, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.kit.rate_limit.SETTLED_SECONDS", 0)
    with database.begin() as session:
        save(session, {"api_per_minute": 700}, None)
    app.state.context.settings_cache.forget()
    try:
        limits = {admin.get("/api/v1/notices").headers["ratelimit-limit"] for _ in range(2)}
    finally:
        with database.begin() as session:
            reset(session, ["api_per_minute"])
        app.state.context.settings_cache.forget()

    assert "700" in limits


@pytest.mark.usefixtures("at_most_5")
def test_one_token_written_in_many_ways_is_one_sender(visitor: Visitor) -> None:
    token = visitor.token("chen.jing", PASSWORD)
    visitor.client.cookies.clear()
    ways = [
        f"{scheme}{' ' * blanks}{token}"
        for scheme in ("Bearer", "bearer", "bEARER", "BeArEr")
        for blanks in range(1, 8)
    ]

    answers = [visitor.get("/api/v1/notices", Authorization=way).status_code for way in ways]

    assert answers[0] == 200
    assert answers.count(200) <= 11  # a minute may end meanwhile


@pytest.mark.usefixtures("at_most_5")
def test_a_header_beside_the_cookie_makes_no_new_sender(admin: Visitor) -> None:
    basic = [f"Basic {number}" for number in range(25)]

    answers = [admin.get("/api/v1/notices", Authorization=one).status_code for one in basic]

    assert answers.count(200) <= 12
    assert 429 in answers


@pytest.mark.usefixtures("at_most_5")
def test_made_up_tokens_count_for_their_address(visitor: Visitor) -> None:
    visitor.client.cookies.clear()
    made_up = [f"Bearer {number}" for number in range(25)]

    answers = [visitor.get("/api/v1/notices", Authorization=one).status_code for one in made_up]

    assert answers.count(401) <= 12
    assert 429 in answers


@pytest.mark.usefixtures("at_most_5")
def test_exports_of_pages_are_counted(admin: Visitor) -> None:
    answers = [admin.get("/calls/export").status_code for _ in range(20)]

    assert answers[0] == 200
    assert 429 in answers


@pytest.mark.usefixtures("at_most_5")
def test_many_users_behind_one_address_do_not_count_for_each_other(
    visitor: Visitor, database: Database
) -> None:
    answers = []
    for _ in range(12):
        visitor.enter(database, "chen.jing")
        answers.append(visitor.get("/api/v1/search?q=li").status_code)

    assert answers == [200] * 12
