"""The outbox of webhooks: in the same transaction, once for each endpoint, nothing lost."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, create_engine, event, func, select
from sqlalchemy.orm import Session

from crm.calls.record import CallEvent, CallId, Detail, FactId, Kind
from crm.calls.store import keep_events
from crm.customers.customer import CustomerDraft
from crm.customers.store import add_customer, change_customer
from crm.jobs import store as jobs
from crm.kernel.errors import InvalidError, MissingError
from crm.outgoing.answer import Failure, OutgoingAnswer
from crm.sql.db import sessions
from crm.webhooks import store
from crm.webhooks.deliveries import store as outbox
from crm.webhooks.models import AttemptRow, DeliveryRow
from crm.webhooks.webhook import (
    OFFERED,
    Claim,
    DeliveryDecision,
    DeliveryFilter,
    DeliveryState,
    DisabledReason,
    EndpointDraft,
    EventType,
    judge,
)

BEGAN = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
LATER = datetime(2100, 1, 1, tzinfo=UTC)
LEASE = timedelta(seconds=60)
EVERYTHING = frozenset(OFFERED)


def endpoint(session: Session, name: str = "CRM", **more: object) -> int:
    wanted = {"name": name, "url": "https://crm.example/", "events": EVERYTHING, **more}
    return store.add_endpoint(session, EndpointDraft(**wanted), "sealed").id  # type: ignore[arg-type]


def fact(number: int, kind: Kind, call: str = "c1", **detail: object) -> CallEvent:
    told: Detail = {"caller": "1", "called": "2", "direction": "in", "via": "trunk", **detail}  # type: ignore[dict-item]
    at = BEGAN + timedelta(seconds=number)
    return CallEvent(FactId(f"{call}/b/{number}"), CallId(call), at, kind, told)


WHOLE_CALL = [
    fact(0, Kind.ARRIVED),
    fact(1, Kind.QUEUED, queue="support"),
    fact(2, Kind.CONNECTED, agent=7, name="Li Wei"),
    fact(3, Kind.RECORDING, file="2026/c1", late=0.0),
    fact(9, Kind.ENDED, by="caller", cause=16),
    fact(12, Kind.OUTCOME, agent=7, outcome="solved", note="all well"),
]


def told(session: Session, endpoint: int) -> list[str]:
    query = select(DeliveryRow.type).where(DeliveryRow.endpoint_id == endpoint)
    return sorted(session.scalars(query.order_by(DeliveryRow.id)))


def take(session: Session, endpoint: int, most: int = 10, at: datetime = LATER) -> list[Claim]:
    return outbox.claim(session, endpoint, most, at, LEASE)


def note(session: Session, claim: Claim, answer: OutgoingAnswer) -> bool:
    verdict = judge(claim.job.attempt, answer, claim.failing_since, 0.5)
    return outbox.note_attempt(session, claim, answer, verdict)


def test_each_event_of_a_call_is_queued_once_however_often_its_facts_are_stored(
    session: Session,
) -> None:
    there = endpoint(session)

    keep_events(session, WHOLE_CALL)
    keep_events(session, WHOLE_CALL)

    assert told(session, there) == [
        "call.answered",
        "call.ended",
        "call.outcome",
        "call.started",
        "recording.ready",
    ]


def test_facts_that_come_singly_and_out_of_order_give_the_same_events(session: Session) -> None:
    there = endpoint(session)

    for one in reversed(WHOLE_CALL):
        keep_events(session, [one])
    for one in WHOLE_CALL:
        keep_events(session, [one])

    assert len(told(session, there)) == 5


def test_a_later_endpoint_gets_no_events_of_old_calls(session: Session) -> None:
    keep_events(session, WHOLE_CALL)
    there = endpoint(session)

    keep_events(session, WHOLE_CALL)
    keep_events(session, [fact(20, Kind.OUTCOME, agent=7, outcome="other", note="")])

    assert told(session, there) == ["call.outcome"]


def test_only_enabled_endpoints_that_want_an_event_get_it(session: Session) -> None:
    ends = endpoint(session, events=frozenset({EventType.CALL_ENDED}))
    off = endpoint(session, "Off", enabled=False)

    keep_events(session, WHOLE_CALL)

    assert told(session, ends) == ["call.ended"]
    assert told(session, off) == []


def test_without_endpoints_a_batch_costs_one_small_query(session: Session, engine: Engine) -> None:
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *call: said.append(call[2]))

    keep_events(session, WHOLE_CALL)

    asked = [one for one in said if "webhook" in one]
    assert len(asked) == 1
    assert asked[0].startswith("SELECT webhook_endpoints.id")


def test_customers_have_events_and_each_change_is_its_own_event(session: Session) -> None:
    there = endpoint(session)

    known = add_customer(session, CustomerDraft("王小明", phones=("+8613800138000",)))
    change_customer(session, known.id, CustomerDraft("王大明"))
    change_customer(session, known.id, CustomerDraft("王明"))

    assert told(session, there) == ["customer.changed", "customer.changed", "customer.created"]


def test_a_change_that_is_rolled_back_is_never_sent(fresh_database_url: str) -> None:
    engine = create_engine(fresh_database_url)
    with sessions(engine).begin() as session:
        there = endpoint(session)
    with sessions(engine)() as session:
        keep_events(session, WHOLE_CALL)
        session.rollback()
    with sessions(engine).begin() as session:
        left = told(session, there)
    engine.dispose()

    assert left == []


def test_a_claimed_message_is_not_given_to_another_until_the_lease_ends(
    session: Session,
) -> None:
    there = endpoint(session)
    keep_events(session, WHOLE_CALL)

    first = take(session, there)
    meanwhile = take(session, there, at=LATER + LEASE / 2)
    after = take(session, there, at=LATER + LEASE * 2)

    assert (len(first), len(meanwhile), len(after)) == (5, 0, 5)
    assert [one.event for one in after] == [one.event for one in first]
    assert {one.job.attempt for one in after} == {2}


def test_two_senders_at_once_never_claim_the_same_message(fresh_database_url: str) -> None:
    engine = create_engine(fresh_database_url)
    database = sessions(engine)
    with database.begin() as session:
        there = endpoint(session)
        keep_events(session, WHOLE_CALL)
    with database.begin() as one, database.begin() as other:
        mine, yours = take(one, there, 2), take(other, there, 9)
    engine.dispose()

    assert len(mine) == 2
    assert len(yours) == 3
    assert not {claim.event for claim in mine} & {claim.event for claim in yours}


def test_a_message_given_back_is_due_at_once_and_not_an_attempt(session: Session) -> None:
    there = endpoint(session)
    keep_events(session, WHOLE_CALL[:1])
    claims = take(session, there)

    jobs.release(session, [one.job for one in claims], LATER)

    assert [one.job.attempt for one in take(session, there)] == [1]


def test_a_late_result_does_not_undo_a_delivery(session: Session) -> None:
    there = endpoint(session)
    keep_events(session, WHOLE_CALL[:1])
    [slow] = take(session, there)
    [quick] = take(session, there, at=LATER + LEASE * 2)

    note(session, quick, OutgoingAnswer(LATER, 5, 200))
    note(session, slow, OutgoingAnswer(LATER, 5, 500, Failure.STATUS))

    assert outbox.delivery(session, quick.delivery).state is DeliveryState.DELIVERED


def test_a_delivery_that_always_fails_is_given_up_and_can_be_sent_again(session: Session) -> None:
    there = endpoint(session)
    keep_events(session, WHOLE_CALL[:1])
    at = LATER
    for _ in range(9):
        [claim] = take(session, there, at=at)
        note(session, claim, OutgoingAnswer(LATER, 5, 500, Failure.STATUS, "no"))
        at += timedelta(days=2)
    dead = outbox.delivery(session, claim.delivery)

    again = outbox.replay(session, DeliveryFilter(state=DeliveryState.DEAD), at)
    [claim] = take(session, there, at=at)

    assert dead.state is DeliveryState.DEAD
    assert again == 1
    assert (claim.job.attempt, claim.event) == (1, dead.event)
    assert len(outbox.attempts(session, dead.id)) == 9


def test_an_endpoint_that_is_gone_is_switched_off_once_and_its_messages_wait(
    session: Session,
) -> None:
    there = endpoint(session)
    keep_events(session, WHOLE_CALL)
    gone = OutgoingAnswer(LATER, 5, 410, Failure.STATUS)

    switched = [note(session, claim, gone) for claim in take(session, there)]

    found = store.endpoint(session, there)
    assert switched == [True, False, False, False, False]
    assert (found.draft.enabled, found.disabled_because) == (False, DisabledReason.GONE)
    assert take(session, there, at=LATER + timedelta(days=9)) == []
    store.change_endpoint(session, there, EndpointDraft("CRM", "https://crm.example/", EVERYTHING))
    assert len(take(session, there, at=LATER + timedelta(days=9))) == 5


def test_a_success_ends_a_failing_time(session: Session) -> None:
    there = endpoint(session)
    keep_events(session, WHOLE_CALL)
    first, second, *_ = take(session, there)
    note(session, first, OutgoingAnswer(BEGAN, 5, 500, Failure.STATUS))
    failing = outbox.endpoints_due(session, LATER + LEASE * 2)[there]

    note(session, second, OutgoingAnswer(LATER, 5, 204))

    assert failing == BEGAN
    assert outbox.endpoints_due(session, LATER + LEASE * 2)[there] is None


def test_both_secrets_sign_until_the_old_one_ends(session: Session) -> None:
    there = endpoint(session)
    keep_events(session, WHOLE_CALL[:1])
    store.rotate(session, there, "new", LATER + LEASE)

    [both] = take(session, there)
    [one] = take(session, there, at=LATER + LEASE * 2)

    assert (both.secrets, one.secrets) == (("new", "sealed"), ("new",))


def test_health_counts_attempts_and_what_is_left(session: Session) -> None:
    there = endpoint(session)
    keep_events(session, WHOLE_CALL)
    first, second, third, *_ = take(session, there)
    note(session, first, OutgoingAnswer(LATER, 5, 200))
    note(session, second, OutgoingAnswer(LATER + LEASE, 5, 500, Failure.STATUS))
    outbox.note_attempt(
        session,
        third,
        OutgoingAnswer(LATER, 5, 500, Failure.STATUS),
        DeliveryDecision(DeliveryState.DEAD),
    )

    found = outbox.health(session, BEGAN)[there]

    assert (found.attempts, found.succeeded, found.waiting, found.dead) == (3, 1, 3, 1)
    assert found.last is not None
    assert found.last.at == LATER + LEASE


@pytest.fixture
def page_of_deliveries(session: Session) -> int:
    there = endpoint(session)
    keep_events(session, WHOLE_CALL)
    return there


def test_deliveries_are_listed_newest_first_and_narrowed(
    session: Session, page_of_deliveries: int
) -> None:
    ends = DeliveryFilter(endpoint=page_of_deliveries, type=EventType.CALL_ENDED)
    whole = outbox.deliveries(session, DeliveryFilter(endpoint=page_of_deliveries), limit=3)
    rest = outbox.deliveries(
        session, DeliveryFilter(endpoint=page_of_deliveries), limit=3, cursor=whole.next
    )

    assert [one.type for one in outbox.deliveries(session, ends).items] == [EventType.CALL_ENDED]
    assert (len(whole.items), len(rest.items), rest.next) == (3, 2, None)
    assert [one.id for one in (*whole.items, *rest.items)] == sorted(
        (one.id for one in (*whole.items, *rest.items)), reverse=True
    )


def test_a_removed_endpoint_loses_all_its_messages(
    session: Session, page_of_deliveries: int
) -> None:
    [claim, *_] = take(session, page_of_deliveries)
    note(session, claim, OutgoingAnswer(LATER, 5, 200))

    store.remove_endpoint(session, page_of_deliveries)

    assert session.scalar(select(func.count()).select_from(AttemptRow)) == 0
    assert note(session, claim, OutgoingAnswer(LATER, 5, 200)) is False
    with pytest.raises(MissingError):
        store.endpoint(session, page_of_deliveries)


def test_old_deliveries_are_forgotten_but_never_one_that_waits(
    session: Session, page_of_deliveries: int
) -> None:
    [claim, *_] = take(session, page_of_deliveries)
    note(session, claim, OutgoingAnswer(BEGAN, 5, 200))

    outbox.forget_deliveries(session, LATER)

    assert len(told(session, page_of_deliveries)) == 4


@pytest.mark.parametrize(
    ("change", "field"), [({"name": " "}, "name"), ({"url": ""}, "url"), ({"events": ()}, "events")]
)
def test_a_missing_field_of_an_endpoint_is_named(
    session: Session, change: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        endpoint(session, **{"name": "CRM"} | change)  # type: ignore[arg-type]

    assert refused.value.field == field
