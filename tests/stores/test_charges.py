"""Rates, charges, stops and alarms of calls out in the database."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session
from stores.outgoing import made
from stores.timelines import MORNING

from crm.alarms.store import AlarmFilter, alarms
from crm.calls.record import CallEvent, CallId, FactId, Kind
from crm.calls.removal.store import remove_calls
from crm.calls.store import keep_events
from crm.charges.calls.store import charges, costs_of, day_sums, how_many, sum_of
from crm.charges.charge import ChargeFilter, ChargeOrder
from crm.charges.rate import Rate
from crm.charges.stops.store import last_stops, release, stops
from crm.charges.store import (
    add_rate,
    change_rate,
    known_places,
    rate,
    rates,
    remove_rates,
)
from crm.kernel.errors import InvalidError, MissingError, TakenError
from crm.parameters.store import save
from crm.people.rights import EVERYBODY, Reach
from cti.outbound.charging.store import keep_charged
from cti.outbound.store import outbound_plan

MIDNIGHT = MORNING.replace(hour=0, minute=0)
NUMBER = "+8613800138000"
CHINA = Rate("+86", "China", Decimal("0.15"))


def dialled(  # noqa: PLR0913 - what a call is told of
    id_: str,
    *,
    number: str = NUMBER,
    talk: float = 60.0,
    kind: str = "mobile",
    agent: int = 7,
    at: datetime = MORNING,
) -> list[CallEvent]:
    """Tell of a call of an agent over a trunk, with the fact that it was dialled."""
    told = made(id_, number, agent, at, talk=talk)
    told = [
        replace(one, detail={**one.detail, "called": number})
        if one.kind is Kind.LEG_BEGAN and one.detail.get("role") == "customer"
        else one
        for one in told
    ]
    detail = {
        "leg": f"{id_}-c2",
        "number": number,
        "number_class": kind,
        "trunk": "Carrier",
        "rule": "All",
        "rule_id": 4,
    }
    fact = CallEvent(
        FactId(f"{id_}/1/99"), CallId(id_), at + timedelta(seconds=1), Kind.DIALLED, detail
    )
    return [*told, fact]


def keep(session: Session, *calls: Sequence[CallEvent]) -> None:
    for events in calls:
        keep_events(session, events)
        keep_charged(session, events, "CN", MIDNIGHT)


def test_a_call_is_charged_once_by_the_rate_of_then(session: Session) -> None:
    added = add_rate(session, CHINA)
    keep(session, dialled("c1", talk=61))
    change_rate(session, added, replace(CHINA, per_minute=Decimal(9)))
    keep(session, dialled("c1", talk=61))

    (found,) = charges(session, ChargeFilter(), EVERYBODY).items
    assert (found.call, found.leg, found.agent, found.trunk, found.rule) == (
        "c1", "c1-c2", 7, 1, 4,
    )  # fmt: skip
    assert (found.seconds, found.rate, found.cost) == (61.0, "China", Decimal("0.3000"))
    assert (found.per_minute, found.currency) == (Decimal("0.1500"), "CNY")
    assert costs_of(session, ["c1", "c2"]) == {"c1": (Decimal("0.3000"), "CNY")}


def test_a_call_that_nobody_answered_is_not_charged(session: Session) -> None:
    add_rate(session, CHINA)
    keep(session, dialled("c1", talk=0))

    assert charges(session, ChargeFilter(), EVERYBODY).items == ()


def test_facts_in_two_batches_are_charged_when_the_leg_has_ended(session: Session) -> None:
    add_rate(session, CHINA)
    events = dialled("c1")
    over = [one for one in events if one.kind in {Kind.ENDED, Kind.LEG_ENDED}]
    keep(session, [one for one in events if one not in over])
    assert how_many(session, ChargeFilter(), EVERYBODY) == 0

    keep(session, over)
    assert how_many(session, ChargeFilter(), EVERYBODY) == 1


@pytest.mark.parametrize("free", [True, False])
def test_a_number_without_a_rate_is_free_or_has_no_cost(session: Session, *, free: bool) -> None:
    save(session, {"free_without_rate": free}, None)
    keep(session, dialled("c1"))

    (found,) = charges(session, ChargeFilter(), EVERYBODY).items
    assert (found.rate, found.cost) == ("", Decimal(0) if free else None)


def test_charges_are_filtered_summed_and_paged(session: Session) -> None:
    add_rate(session, CHINA)
    add_rate(session, Rate("international", "Abroad", Decimal(3)))
    abroad = {"number": "+442079460000", "kind": "international"}
    keep(
        session,
        dialled("c1", at=MORNING),
        dialled("c2", at=MORNING + timedelta(hours=1), agent=8, **abroad),
        dialled("c3", at=MORNING + timedelta(days=1)),
    )

    def ids(wanted: ChargeFilter, reach: Reach = EVERYBODY) -> list[str]:
        found = charges(session, wanted, reach).items
        assert (
            how_many(session, wanted, reach) == sum_of(session, wanted, reach).count == len(found)
        )
        return [one.call for one in found]

    assert ids(ChargeFilter()) == ["c3", "c2", "c1"]
    assert ids(ChargeFilter(agent=8)) == ids(ChargeFilter(number_class="international")) == ["c2"]
    assert ids(ChargeFilter(since=MIDNIGHT, until=MIDNIGHT + timedelta(days=1))) == ["c2", "c1"]
    assert ids(ChargeFilter(number="4420"), Reach(frozenset({7}))) == []
    assert ids(ChargeFilter(trunk=2)) == []
    assert sum_of(session, ChargeFilter(), EVERYBODY).costs == {"CNY": Decimal("3.3000")}

    dear = {"order": ChargeOrder.COST, "limit": 1}
    first = charges(session, ChargeFilter(), EVERYBODY, **dear)  # type: ignore[arg-type]
    rest = charges(
        session, ChargeFilter(), EVERYBODY, cursor=first.next, limit=9, order=ChargeOrder.COST
    )
    assert [one.call for one in (*first.items, *rest.items)] == ["c2", "c3", "c1"]
    second = charges(session, ChargeFilter(), EVERYBODY, limit=2)
    last = charges(session, ChargeFilter(), EVERYBODY, limit=2, cursor=second.next)
    assert [one.call for one in last.items] == ["c1"]


def test_the_sums_of_a_day_reach_the_engine_with_rates_and_limits(session: Session) -> None:
    add_rate(session, CHINA)
    save(session, {"person_day_cost": 50, "fraud_calls": 3}, None)
    keep(session, dialled("c1"), dialled("c2", at=MORNING - timedelta(days=1)))

    assert day_sums(session, MIDNIGHT).agents == {7: Decimal("0.1500")}
    guard = outbound_plan(session, "CN", MIDNIGHT).guard
    assert guard.costs.spent == {"agent:7": 1500, "rule:4": 1500, "trunk:1": 1500, "site": 1500}
    assert guard.costs.began == MIDNIGHT.timestamp()
    assert (guard.person_limit, guard.fraud.calls, guard.currency) == (50, 3, "CNY")
    assert guard.cost_of(NUMBER, "mobile", 1, 61) == 3000


def test_costs_near_a_limit_are_a_warning_and_at_the_limit_an_alarm(session: Session) -> None:
    add_rate(session, replace(CHINA, per_minute=Decimal(4)))
    save(session, {"site_day_cost": 10}, None)
    keep(session, dialled("c1"))
    assert alarms(session, AlarmFilter()).items == ()
    keep(session, dialled("c2"))
    (found,) = alarms(session, AlarmFilter()).items
    assert (found.kind, found.key, found.level, found.values["share"]) == (
        "cost", "site", "warning", 80,
    )  # fmt: skip
    keep(session, dialled("c3"))
    (found,) = alarms(session, AlarmFilter()).items
    assert (found.level, found.values["limit"]) == ("critical", "10 CNY")


def stop(whose: str = "agent:7", at: datetime = MORNING) -> CallEvent:
    detail = {"whose": whose, "name": "Li", "why": "calls", "count": 20, "minutes": 10}
    return CallEvent(
        FactId(f"{whose}/1/{at:%d%H}"), CallId("c1"), at, Kind.DIALLING_STOPPED, detail
    )


def test_a_stop_is_stored_once_with_its_alarm_and_released(session: Session) -> None:
    user = session.execute(text("SELECT max(id) FROM users")).scalar_one_or_none()
    keep(session, [stop()], [stop()], [stop("trunk:3")])
    assert {one.place for one in stops(session)} == {"agent:7", "trunk:3"}
    assert len(alarms(session, AlarmFilter(kind="fraud")).items) == 2
    plan = outbound_plan(session, "CN", MIDNIGHT)
    assert plan.guard.stopped("agent:7")

    (mine,) = [one for one in stops(session) if one.kind == "agent"]
    (gone,) = release(session, [mine.id], user, MORNING + timedelta(hours=1))  # type: ignore[arg-type]
    assert gone.place == "agent:7"
    assert release(session, [mine.id], user, MORNING) == []  # type: ignore[arg-type]
    keep(session, [stop()])  # the same fact, from the journal once more
    assert [one.released_at is None for one in last_stops(session)] == [False, True]
    assert not outbound_plan(session, "CN", MIDNIGHT).guard.stopped("agent:7")


def test_an_emergency_call_is_an_alarm_with_the_number(session: Session) -> None:
    keep(session, dialled("c1", number="110", kind="emergency"))

    (found,) = alarms(session, AlarmFilter(kind="emergency")).items
    assert (found.level, found.values["number"], found.url) == ("critical", "110", "/calls/c1")


def test_one_rate_for_the_same_numbers_and_trunk(session: Session) -> None:
    first = add_rate(session, CHINA)
    with pytest.raises(TakenError):
        add_rate(session, replace(CHINA, name="Other"))
    second = add_rate(session, replace(CHINA, begins="+861"))
    with pytest.raises(TakenError):
        change_rate(session, second, CHINA)
    with pytest.raises(InvalidError):
        add_rate(session, replace(CHINA, begins="China"))

    assert [one.rate.begins for one in rates(session)] == ["+86", "+861"]
    assert list(known_places(session, ["+86"])) == [("+86", None)]
    assert [one.id for one in remove_rates(session, [first])] == [first]
    with pytest.raises(MissingError):
        rate(session, first)


def test_charges_go_with_their_calls(session: Session) -> None:
    add_rate(session, CHINA)
    keep(session, dialled("c1"))
    remove_calls(session, [CallId("c1")])

    assert how_many(session, ChargeFilter(), EVERYBODY) == 0
