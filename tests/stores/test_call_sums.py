"""The sums of a list of calls: what the filter leaves, within reach, with costs by currency."""

from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from stores.timelines import MORNING, Timeline, talk

from crm.calls.question import CallFilter
from crm.calls.record import CallResult
from crm.calls.search.store import calls
from crm.calls.store import keep_events
from crm.calls.sums.store import CallSums, sums_of
from crm.charges.calls.store import keep_charges
from crm.charges.charge import Charge
from crm.people.rights import Reach
from crm.sql.patience import ask_for


def charge(call: str, cost: str, currency: str = "CNY", leg: str = "a") -> Charge:
    whose = (7, None, "", None)
    money = (None, Decimal(cost), currency)
    return Charge(call, leg, MORNING, *whose, "+861", "mobile", 60.0, "", *money)


@pytest.fixture
def three(session: Session) -> Session:
    """Two talks of two agents, one of them charged, and a caller who gave up."""
    gone = Timeline("c3", MORNING, caller="1001").queued("support").ended().events
    keep_events(session, [*talk("c1", agent=7), *talk("c2", agent=9), *gone])
    keep_charges(session, [charge("c1", "1.5"), charge("c1", "0.25", leg="b")])
    keep_charges(session, [charge("c2", "3", "USD"), charge("other", "100")])
    return session


def test_sums_are_those_of_the_rows(three: Session) -> None:
    rows = calls(three, CallFilter()).items
    found = sums_of(three, CallFilter())

    assert found.count == len(rows) == 3
    assert found.talk_seconds == pytest.approx(sum(one.talk_seconds for one in rows))
    assert found.wait_seconds == pytest.approx(sum(one.wait_seconds for one in rows))
    talks = [one.talk_seconds for one in rows if one.talk_seconds]
    waits = [one.wait_seconds for one in rows if one.wait_seconds]
    assert found.talk_mean == pytest.approx(sum(talks) / len(talks))
    assert found.wait_mean == pytest.approx(sum(waits) / len(waits) if waits else 0)
    assert found.costs == {"CNY": Decimal("1.75"), "USD": Decimal(3)}


def test_the_filter_and_the_reach_narrow_them(three: Session) -> None:
    own = sums_of(three, CallFilter(), Reach(frozenset({9})))
    gone = sums_of(three, CallFilter(result=CallResult.ABANDONED))

    assert (own.count, own.costs) == (1, {"USD": Decimal(3)})
    assert (gone.talk_seconds, gone.talk_mean, gone.costs) == (0, 0, {})
    assert sums_of(three, CallFilter(caller="+999")) == CallSums()


def test_what_takes_too_long_is_given_up_and_the_transaction_goes_on(three: Session) -> None:
    def slow() -> object:
        return three.execute(text("SELECT pg_sleep(5)")).all()

    assert ask_for(three, 0.05, slow) is None
    assert ask_for(three, 5, lambda: sums_of(three, CallFilter()).count) == 3
