"""Long lists are read by indexes, for every filter and order.

PostgreSQL chooses its plans by the number and the distribution of rows, so there are tens of
thousands of them here: popular names and rare ones, busy agents, and one who left.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from random import Random

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session
from stores.conftest import new_database
from stores.large_database import LEFT, NOW, fill

from crm.audit.store import AuditFilter, entries
from crm.calls.question import CallFilter, CallOrder, StepChange
from crm.calls.record import CallId, CallResult
from crm.calls.search import store as calls
from crm.calls.store import call, counts, open_calls, timeline
from crm.customers import store as file
from crm.customers.customer import CustomerFilter, CustomerOrder
from crm.customers.search import store as customers
from crm.lost_calls.lost_call import LostFilter, LostQuestion, LostReach, LostState
from crm.lost_calls.store import count_lost, lost_calls
from crm.people.directory.store import UserFilter, find
from crm.people.presence.store import LoginFilter, logins
from crm.people.rights import Reach
from crm.satisfaction.score import ScoreFilter, ScoreOrder
from crm.satisfaction.store import scores, scores_of
from crm.service.store import records_of_customer
from crm.sql.db import connect
from ivr.simulation.reading import read_draft
from ivr.simulation.traffic import store as traffic

LARGE = (
    "customers|customer_phones|calls|call_events|call_agents|audit_log|login_log|service_records"
    "|scores"
)


@pytest.fixture(scope="module")
def engine(server_url: str) -> Iterator[Engine]:
    url = new_database(server_url, "plans", migrated=True)
    made = connect(url, pool_size=2, statement_timeout_ms=120_000)
    raw = made.raw_connection()
    try:
        fill(raw.cursor(), Random(1))  # noqa: S311 - the same rows each time
        raw.commit()
    finally:
        raw.close()
    with made.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Every row is analysed: a sample could give another plan the next time.
        connection.execute(text("SET default_statistics_target = 1000"))
        connection.execute(text("VACUUM ANALYZE"))
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as opened:
        yield opened


def plans(engine: Engine, session: Session, ask: Callable[[Session], object]) -> list[str]:
    """Run a function, and give the plans of all its queries."""
    asked: list[tuple[str, object]] = []

    def hear(*said: object) -> None:
        asked.append((str(said[2]), said[3]))

    event.listen(engine, "before_cursor_execute", hear)
    try:
        ask(session)
    finally:
        event.remove(engine, "before_cursor_execute", hear)
    found = []
    for statement, values in asked:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            explained = session.connection().exec_driver_sql(f"EXPLAIN {statement}", values)  # type: ignore[arg-type]
            found.append("\n".join(explained.scalars()))
    assert found
    return found


TO_MENU = {"1": "s2", "2": "s2"}  # two ways that only the keys can tell apart
FLOW = read_draft(
    1,
    "Hotline",
    {
        "start": "s1",
        "nodes": {
            "s1": {"type": "menu", "prompts": ["x"], "choices": TO_MENU, "otherwise": "s2"},
            "s2": {"type": "queue", "queue": "sales"},
        },
    },
    version=1,
)
LOST = LostQuestion(LostFilter(), LostReach(), UTC, NOW - timedelta(days=30))
TEAM = Reach(frozenset(range(1, 21)))
OWN = Reach(frozenset({7}))
CALL_QUESTIONS: dict[str, CallFilter] = {
    "all": CallFilter(),
    "a caller": CallFilter(caller="+8613800001234"),
    "a part of a caller": CallFilter(caller="00012"),
    "a common part": CallFilter(caller="138"),
    "a part with a trunk prefix": CallFilter(caller="0216123", region="CN"),
    "a common part with a prefix": CallFilter(caller="0086138", region="CN"),
    "a part that no number has": CallFilter(caller="999999"),
    "a called number": CallFilter(called="+864008001234"),
    "a number that was never called": CallFilter(called="+861012345678"),
    "a common result": CallFilter(result=CallResult.ANSWERED),
    "a rare result": CallFilter(result=CallResult.FAILED),
    "a busy agent": CallFilter(agent=3),
    "an agent who left": CallFilter(agent=LEFT),
    "an agent who never was": CallFilter(agent=12345),
    "a queue": CallFilter(queue="sales"),
    "a customer": CallFilter(customer=77),
    "a direction": CallFilter(direction="in"),
    "a direction that never was": CallFilter(direction="out"),
    "a day": CallFilter(since=NOW - timedelta(days=1), until=NOW),
    "a queue's failures": CallFilter(queue="sales", result=CallResult.FAILED),
    "a busy agent's failures": CallFilter(agent=3, result=CallResult.FAILED),
    "a step of a flow": CallFilter(flow=1, step="s2"),
    "a step that no caller came to": CallFilter(flow=1, step="s9"),
    "a flow that no caller came to": CallFilter(flow=77),
    "a way of a flow": CallFilter(
        flow=1, version=1, step="s1", changes=(StepChange("s1", "s2", frozenset("1")),)
    ),
    "a way in a month": CallFilter(
        flow=1,
        version=1,
        step="s1",
        changes=(StepChange("s1", "s2"),),
        since=NOW - timedelta(days=31),
        until=NOW,
    ),
    "a way that no version has": CallFilter(flow=1, version=1, step="s1", changes=()),
}


@pytest.mark.parametrize("question", CALL_QUESTIONS)
@pytest.mark.parametrize("reach", [Reach(), TEAM, OWN], ids=["everybody", "a team", "one"])
def test_calls_newest_first(engine: Engine, session: Session, question: str, reach: Reach) -> None:
    wanted = CALL_QUESTIONS[question]
    first = calls.calls(session, wanted, reach)

    for plan in (
        *plans(engine, session, lambda s: calls.calls(s, wanted, reach)),
        *plans(engine, session, lambda s: calls.calls(s, wanted, reach, cursor=first.next)),
        *plans(engine, session, lambda s: calls.how_many(s, wanted, reach)),
    ):
        assert not scanned(plan), plan


@pytest.mark.parametrize("question", ["all", "a busy agent", "a queue", "a rare result", "a day"])
@pytest.mark.parametrize("order", [CallOrder.WAITED, CallOrder.TALKED, CallOrder.BEGAN])
@pytest.mark.parametrize("descending", [True, False])
def test_calls_in_another_order(
    engine: Engine,
    session: Session,
    question: str,
    order: CallOrder,
    descending: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    wanted = CALL_QUESTIONS[question]

    def ask(asked: Session) -> object:
        page = calls.calls(asked, wanted, order=order, descending=descending)
        return calls.calls(asked, wanted, order=order, descending=descending, cursor=page.next)

    for plan in plans(engine, session, ask):
        assert not scanned(plan), plan


@pytest.mark.parametrize(
    "wanted",
    [
        CustomerFilter(),
        CustomerFilter("王"),
        CustomerFilter("王伟"),
        CustomerFilter("lotus 4711"),
        CustomerFilter("trading"),
        CustomerFilter("t"),
        CustomerFilter("qqq"),
        CustomerFilter("1380000"),
        CustomerFilter(phone="4711"),
        CustomerFilter(phone="138"),
        CustomerFilter(phone="021 6123", region="CN"),
        CustomerFilter("0138", region="CN"),
        CustomerFilter("wangwei"),
        CustomerFilter(level="gold"),
        CustomerFilter(category="partner", status="lost"),
        CustomerFilter("王", level="gold"),
    ],
    ids=str,
)
@pytest.mark.parametrize("order", list(CustomerOrder))
def test_customers(
    engine: Engine, session: Session, wanted: CustomerFilter, order: CustomerOrder
) -> None:
    first = customers.customers(session, wanted, order=order)

    for plan in (
        *plans(engine, session, lambda s: customers.customers(s, wanted, order=order)),
        *plans(
            engine,
            session,
            lambda s: customers.customers(s, wanted, order=order, cursor=first.next),
        ),
        *plans(engine, session, lambda s: customers.how_many(s, wanted)),
    ):
        assert not scanned(plan), plan


@pytest.mark.parametrize(
    "ask",
    [
        lambda s: file.customer_by_phone(s, "+8613800001234"),
        lambda s: file.customer(s, 77),
        lambda s: file.customer_names(s, [1, 2, 3]),
        lambda s: file.history(s, file.customer(s, 77)),
        lambda s: file.history(s, None, "+8613800000001"),
        lambda s: records_of_customer(s, 77),
        lambda s: call(s, "c-1000"),
        lambda s: timeline(s, "c-1000"),
        lambda s: counts(s, NOW - timedelta(hours=8)),
        open_calls,
        lambda s: lost_calls(s, LOST),
        lambda s: lost_calls(s, LOST, newest_first=False),
        lambda s: count_lost(s, replace(LOST, wanted=LostFilter(frozenset({LostState.OPEN})))),
        lambda s: scores(s, ScoreFilter()),
        lambda s: scores(s, ScoreFilter(), order=ScoreOrder.SCORE),
        lambda s: scores(s, ScoreFilter(), order=ScoreOrder.SCORE, descending=False),
        lambda s: scores(s, ScoreFilter(highest=2, agents=frozenset({3}))),
        lambda s: scores(s, ScoreFilter(since=NOW - timedelta(days=1), until=NOW)),
        lambda s: scores(s, ScoreFilter(), cursor=scores(s, ScoreFilter()).next),
        lambda s: scores_of(s, ["c-1000"]),
        lambda s: calls.calls(s, CallFilter(low_score=True)),
        lambda s: entries(s, AuditFilter()),
        lambda s: entries(s, AuditFilter(user=1)),
        lambda s: entries(s, AuditFilter(what="customers", which="77")),
        lambda s: entries(s, AuditFilter(action="customer.added")),
        lambda s: entries(s, AuditFilter(since=NOW - timedelta(hours=1))),
        lambda s: logins(s, LoginFilter()),
        lambda s: logins(s, LoginFilter(text="u17")),
        lambda s: logins(s, LoginFilter(text="nobody's")),
        lambda s: logins(s, LoginFilter(user=3)),
        lambda s: logins(s, LoginFilter(result="throttled")),
        lambda s: logins(s, LoginFilter(address="10.0.7")),
        lambda s: find(s, UserFilter()),
        lambda s: traffic.heat(s, FLOW, NOW - timedelta(days=31), NOW),
        lambda s: traffic.versions_used(s, 1, NOW - timedelta(days=31), NOW),
        lambda s: traffic.calls_through(s, 1, NOW - timedelta(days=31), NOW, 10_000),
        lambda s: list(traffic.passages(s, 1, [CallId("c-1000")])),
    ],
)
def test_cards_and_histories(
    engine: Engine, session: Session, ask: Callable[[Session], object]
) -> None:
    for plan in plans(engine, session, ask):
        assert not scanned(plan), plan


def scanned(plan: str) -> bool:
    """Whether a large table or an index is read from end to end."""
    return re.search(rf"Seq Scan on ({LARGE})\b", plan) is not None
