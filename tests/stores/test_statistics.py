"""The key figures of seats agree with the agents' logs, with calls, and with each other."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session
from stores.test_plans import plans

from acd.agent import AgentEvent, AgentState, Phone
from acd.agent_log.lines.line import LogFilter
from acd.agent_log.lines.store import how_many, log_lines
from acd.agent_log.store import keep_agent_events
from acd.queue import AgentId
from acd.statistics.calls.part import OFFERED, PartFilter, PartKind
from acd.statistics.calls.store import how_many as how_many_parts
from acd.statistics.calls.store import parts
from acd.statistics.figures import SeatFigures, total
from acd.statistics.intervals import Period, TimeSlice, edges
from acd.statistics.store import Key, SeatQuestion, seat_figures
from crm.calls.legs.store import agent_day
from crm.calls.record import CallEvent, CallId, FactId, Kind
from crm.calls.store import keep_events

BERLIN = ZoneInfo("Europe/Berlin")
MIDNIGHT = datetime(2026, 10, 25, tzinfo=BERLIN)  # the clocks go back that night
WHOLE_DAY = Period(MIDNIGHT, datetime(2026, 10, 26, tzinfo=BERLIN))
NEXT_WEEK = WHOLE_DAY.until + timedelta(days=7)
STATES = list(AgentState)
some = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def line(agent: int, number: int, at: datetime, state: AgentState, reason: str) -> AgentEvent:
    return AgentEvent(
        FactId(f"statistics/{agent}/{number}"),
        AgentId(agent),
        at,
        state,
        reason,
        "desk",
        None,
        Phone.BROWSER,
    )


def keep(session: Session, agent: int, steps: Iterable[tuple[float, AgentState, str]]) -> None:
    lines = [
        line(agent, number, MIDNIGHT.astimezone(UTC) + timedelta(minutes=minutes), state, reason)
        for number, (minutes, state, reason) in enumerate(steps)
    ]
    keep_agent_events(session, lines)


def figures(
    session: Session,
    agents: Sequence[int] = (1,),
    interval: TimeSlice = TimeSlice.WHOLE,
    now: datetime = NEXT_WEEK,
    period: Period = WHOLE_DAY,
) -> dict[Key, SeatFigures]:
    asked = SeatQuestion(agents, edges(period, interval, BERLIN), now, unpaid=frozenset({"lunch"}))
    return seat_figures(session, asked)


def test_times_of_a_day_with_a_state_over_midnight_and_one_that_goes_on(session: Session) -> None:
    keep(
        session,
        1,
        [
            (-30, AgentState.READY, ""),
            (60, AgentState.PAUSED, "lunch"),
            (90, AgentState.TALKING, ""),
            (100, AgentState.SIGNED_OUT, ""),
            (1440, AgentState.READY, ""),
        ],
    )
    now = MIDNIGHT.astimezone(UTC) + timedelta(minutes=1450)

    found = figures(session, now=now)[1, 0]

    assert (found.ready, found.on_call) == (70 * 60, 600)
    assert (found.paused, found.unpaid) == ({"lunch": 1800}, 1800)
    assert found.signed_in == 110 * 60
    assert found.first_in == MIDNIGHT
    assert found.last_out is None
    assert figures(session, now=MIDNIGHT.astimezone(UTC)) == {}


@some
@given(
    st.lists(
        st.tuples(
            st.floats(-300, 2000), st.sampled_from(STATES), st.sampled_from(["lunch", "tea"])
        ),
        max_size=25,
    ),
    st.sampled_from(list(TimeSlice)),
    st.floats(-100, 3000),
)
def test_intervals_add_up_to_the_whole_day_and_states_to_the_time_signed_in(
    session: Session,
    steps: list[tuple[float, AgentState, str]],
    interval: TimeSlice,
    now_minutes: float,
) -> None:
    now = MIDNIGHT.astimezone(UTC) + timedelta(minutes=now_minutes)
    with session.begin_nested() as nested:
        keep(session, 1, sorted(steps, key=lambda one: one[0]))
        whole = total(figures(session, now=now).values())
        divided = total(figures(session, interval=interval, now=now).values())
        nested.rollback()
    for name in ("ready", "ringing", "on_call", "wrap_up", "not_ready", "unpaid", "signed_in"):
        assert getattr(divided, name) == pytest.approx(getattr(whole, name), abs=1e-3)
    assert (divided.first_in, divided.last_out) == (whole.first_in, whole.last_out)
    assert whole.signed_in == pytest.approx(_signed_in(steps, min(now_minutes, 1500)), abs=1e-3)


def _signed_in(steps: Sequence[tuple[float, AgentState, str]], until: float) -> float:
    """Count the signed-in seconds between midnight and `until`, in minutes, in the plain way."""
    ordered = sorted(steps, key=lambda one: one[0])
    seconds = 0.0
    ends = [*(one[0] for one in ordered), float("inf")][1:]
    for (began, state, _), ended in zip(ordered, ends, strict=True):
        if state is not AgentState.SIGNED_OUT:
            seconds += 60 * max(0.0, min(ended, until) - max(began, 0.0))
    return seconds


def call(session: Session, name: str, at: datetime, end: str, direction: str = "in") -> None:
    """A call that an agent answers, declines or misses; or one that they dial."""
    leg, agent = f"{name}-leg", 1
    facts: list[tuple[float, Kind, dict[str, str | int]]] = [
        (0, Kind.ARRIVED, {"caller": "+861", "called": "+862", "direction": direction}),
        (1, Kind.QUEUED, {"queue": "sales"}),
        (1, Kind.LEG_BEGAN, {"leg": leg, "role": "agent", "agent": agent}),
        (2, Kind.OFFERED, {"agent": agent, "leg": leg}),
        (2, Kind.LEG_RANG, {"leg": leg}),
    ]
    if end == "answered":
        facts += [
            (10, Kind.CONNECTED, {"agent": agent, "leg": leg}),
            (10, Kind.LEG_ANSWERED, {"leg": leg}),
            (40, Kind.HELD, {"agent": agent}),
            (50, Kind.RESUMED, {"agent": agent}),
            (60, Kind.TRANSFER, {"agent": agent, "state": "consulting", "type": "attended"}),
            (70, Kind.TRANSFER, {"agent": agent, "state": "completed", "type": "attended"}),
        ]
    else:
        facts.append((15, Kind.MISSED, {"agent": agent, "leg": leg, "why": end}))
    facts.append((100, Kind.ENDED, {"by": "caller"}))
    keep_events(
        session,
        [
            CallEvent(FactId(f"{name}/{n}"), CallId(name), at + timedelta(seconds=s), kind, detail)
            for n, (s, kind, detail) in enumerate(facts)
        ],
    )


def test_calls_are_counted_by_what_became_of_them_and_agree_with_the_desk(
    session: Session,
) -> None:
    at = MIDNIGHT.astimezone(UTC) + timedelta(hours=9)
    for number, end in enumerate(("answered", "declined", "no answer", "answered elsewhere")):
        call(session, f"s-{number}", at + timedelta(minutes=number), end)
    call(session, "s-out", at, "no answer", direction="out")

    found = figures(session)[1, 0]
    desk = agent_day(session, 1, MIDNIGHT)
    wanted = PartFilter(WHOLE_DAY.since, WHOLE_DAY.until)
    listed = parts(session, [1], wanted, limit=3)
    rest = parts(session, [1], wanted, limit=3, cursor=listed.next)

    assert (found.offered, found.answered, found.missed, found.declined) == (4, 1, 1, 1)
    assert (found.withdrawn, found.dialled, found.reached) == (1, 1, 0)
    assert (found.transferred, found.consulted) == (1, 1)
    assert (found.handled, found.talk, found.hold) == (
        desk.calls,
        desk.talk_seconds,
        desk.hold_seconds,
    )
    assert found.longest == desk.longest_seconds == 90
    assert len(listed.items) + len(rest.items) == how_many_parts(session, [1], wanted) == 5
    offered = PartFilter(wanted.since, wanted.until, frozenset(OFFERED))
    assert how_many_parts(session, [1], offered) == found.offered
    declined = PartFilter(wanted.since, wanted.until, frozenset({PartKind.DECLINED}))
    assert [one.call for one in parts(session, [1], declined).items] == ["s-1"]
    by_queue = seat_figures(
        session, SeatQuestion([1], edges(WHOLE_DAY, TimeSlice.WHOLE, BERLIN), NEXT_WEEK, True)
    )
    assert by_queue["sales", 0].offered == 4


def test_the_log_lists_the_line_that_a_period_began_with(session: Session) -> None:
    keep(
        session,
        1,
        [
            (-90, AgentState.SIGNED_OUT, ""),
            (-30, AgentState.READY, ""),
            (30, AgentState.PAUSED, "lunch"),
            (60, AgentState.READY, ""),
        ],
    )
    keep(session, 2, [(-30, AgentState.SIGNED_OUT, "")])
    wanted = LogFilter((1, 2), WHOLE_DAY.since, WHOLE_DAY.until)

    page = log_lines(session, wanted, limit=2)
    rest = log_lines(session, wanted, limit=2, cursor=page.next)

    lines = [*page.items, *rest.items]
    assert [one.event.state for one in lines] == ["ready", "paused", "ready"]
    assert lines[0].until is None
    assert lines[1].seconds == 1800
    assert how_many(session, wanted) == 3
    only = LogFilter((1, 2), reason="lunch", state=AgentState.PAUSED)
    assert len(log_lines(session, only).items) == 1


def test_a_year_of_ten_agents_is_read_by_indexes_in_a_second(
    session: Session,
) -> None:
    _fill_a_year(session)
    year = Period(datetime(2025, 11, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
    agents = list(range(101, 111))

    began = perf_counter()
    found = figures(session, agents, TimeSlice.DAY, period=year)
    took = perf_counter() - began
    assert len(found) > 2000

    assert took < 1.5, took  # a second, on a machine that does other work too
    month = Period(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
    connection = session.connection()
    for plan in plans(
        connection.engine, session, lambda one: figures(one, agents, TimeSlice.HOUR, period=month)
    ):
        assert "Seq Scan on agent_events" not in plan, plan
        assert "Seq Scan on call_events" not in plan, plan
        assert "Seq Scan on call_legs" not in plan, plan


def _fill_a_year(session: Session) -> None:
    """Ten agents for 250 days with 20 calls each."""
    for sentence in (
        "SET LOCAL statement_timeout = 0",
        """INSERT INTO agent_events (fact, agent, at, state, reason, cause, inferred, detail)
        SELECT 'y/' || a || '/' || d || '/' || n, a,
          timestamptz '2025-11-01 00:00Z' + d * interval '1 day' + n * interval '300 seconds'
            + interval '1 hour',
          (ARRAY['ready', 'offered', 'talking', 'wrap-up'])[1 + n % 4], '', 'desk', false, '{}'
        FROM generate_series(101, 110) a, generate_series(0, 364) d, generate_series(0, 80) n
        WHERE d % 7 < 5 ORDER BY d, n, a""",
        """INSERT INTO calls (id, direction, via, caller, called, customer_number, own_number,
          started_at, result, ivr_seconds, wait_seconds, talk_seconds, hold_seconds, inferred,
          agents, grams)
        SELECT 'y' || a || '-' || d || '-' || n, 'in', 'trunk', '1', '2', '1', '2',
          timestamptz '2025-11-01 01:00Z' + d * interval '1 day' + n * interval '20 minutes',
          'answered', 1, 1, 1, 1, false, '{}', '{}'
        FROM generate_series(101, 110) a, generate_series(0, 364) d, generate_series(0, 19) n
        WHERE d % 7 < 5""",
        """INSERT INTO call_legs (call, leg, role, agent, phone, node, trunk, caller_number,
          called_number, began_at, rang_at, answered_at, ended_at, reason, talk_seconds,
          hold_seconds, inferred, codec)
        SELECT id, id || '-leg', 'agent', CAST(substr(id, 2, 3) AS bigint), '', '', '', '', '',
          started_at, started_at, started_at, started_at, '', 60, 0, false, ''
        FROM calls WHERE id LIKE 'y%'""",
        "ANALYZE agent_events, calls, call_legs",
    ):
        session.execute(text(sentence))
