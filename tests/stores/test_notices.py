"""Notices to users, and responses stored for repeated requests."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from crm.idempotency import store as idempotency
from crm.idempotency.store import IdempotentRequest, StoredResponse
from crm.kernel.errors import MissingError
from crm.notices import store
from crm.notices.notice import NewNotice
from crm.people.person import NewUser
from crm.people.rights import BuiltIn, Right
from crm.people.store import add_user, set_enabled

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DEAD = NewNotice("The webhook “{name}” is given up.", {"name": "CRM\0"}, "/webhooks/1", once="w1")


def person(session: Session, login: str, role: BuiltIn = BuiltIn.AGENT) -> int:
    return add_user(session, NewUser(login, login, role, "")).id


def test_a_notice_is_unread_until_it_is_read(session: Session) -> None:
    zhou = person(session, "zhou")
    (id_,) = store.notify(session, [zhou], DEAD)
    before = store.counted(session, zhou)

    read = store.mark_read(session, zhou, id_, NOW)

    assert (before, store.counted(session, zhou)) == ((1, id_), (0, id_))
    assert (read.values, read.read_at) == ({"name": "CRM"}, NOW)


def test_no_person_gets_the_same_notice_twice(session: Session) -> None:
    zhou, wu = person(session, "zhou"), person(session, "wu")
    store.notify(session, [zhou], DEAD)

    given = store.notify(session, [zhou, wu, wu], DEAD)

    assert len(given) == 1
    assert [len(store.notices(session, one).items) for one in (zhou, wu)] == [1, 1]


def test_no_person_reads_the_notice_of_another(session: Session) -> None:
    zhou, wu = person(session, "zhou"), person(session, "wu")
    (id_,) = store.notify(session, [zhou], DEAD)

    with pytest.raises(MissingError):
        store.mark_read(session, wu, id_, NOW)
    assert store.mark_all_read(session, wu, NOW) == 0
    assert store.mark_all_read(session, zhou, NOW) == 1


def test_a_list_goes_on_below_the_last_one(session: Session) -> None:
    zhou = person(session, "zhou")
    ids = [store.notify(session, [zhou], NewNotice(f"{n}"))[0] for n in range(3)]

    first = store.notices(session, zhou, limit=2)
    rest = store.notices(session, zhou, cursor=first.next)

    assert [one.id for one in (*first.items, *rest.items)] == ids[::-1]
    assert [one.id for one in store.notices_after(session, zhou, ids[0])] == ids[1:]


def test_a_notice_reaches_everyone_who_holds_a_right_and_may_sign_in(session: Session) -> None:
    admin, agent = person(session, "boss", BuiltIn.ADMINISTRATOR), person(session, "zhou")
    gone = person(session, "gone", BuiltIn.ADMINISTRATOR)
    set_enabled(session, gone, enabled=False)

    told = store.holders(session, Right.STATUS_SEE)

    assert admin in told
    assert not {agent, gone} & set(told)


def test_a_notice_of_last_month_is_forgotten(session: Session) -> None:
    zhou = person(session, "zhou")
    store.notify(session, [zhou], DEAD)

    store.forget_old(session, datetime.now(UTC) + timedelta(days=31))  # noqa: TID251

    assert store.notices(session, zhou).items == ()


def asked(user: int, request: str = "r", at: datetime = NOW) -> IdempotentRequest:
    return IdempotentRequest(user, "k", request, at)


def test_a_second_request_finds_the_first_one_s_answer(session: Session) -> None:
    zhou = person(session, "zhou")
    first = idempotency.begin(session, asked(zhou))
    meanwhile = idempotency.begin(session, asked(zhou, at=NOW + timedelta(seconds=1)))

    idempotency.store_response(session, asked(zhou), 201, "application/json", b"{}")

    assert (first, meanwhile) == (None, StoredResponse("r", None, "", b""))
    later = idempotency.begin(session, asked(zhou, "other", NOW + timedelta(hours=1)))
    assert later == StoredResponse("r", 201, "application/json", b"{}")


def test_another_person_s_key_is_another_key(session: Session) -> None:
    idempotency.begin(session, asked(person(session, "zhou")))

    assert idempotency.begin(session, asked(person(session, "wu"))) is None


@pytest.mark.parametrize(
    ("kept", "later"), [(False, timedelta(minutes=3)), (True, timedelta(hours=25))]
)
def test_an_interrupted_or_old_request_does_not_block_a_new_one(
    session: Session, later: timedelta, *, kept: bool
) -> None:
    zhou = person(session, "zhou")
    idempotency.begin(session, asked(zhou))
    if kept:
        idempotency.store_response(session, asked(zhou), 200, "", b"")

    assert idempotency.begin(session, asked(zhou, at=NOW + later)) is None


def test_a_failed_request_may_be_tried_again(session: Session) -> None:
    zhou = person(session, "zhou")
    idempotency.begin(session, asked(zhou))

    idempotency.forget_request(session, asked(zhou))

    assert idempotency.begin(session, asked(zhou, at=NOW)) is None
    assert idempotency.forget_old(session, NOW + timedelta(days=2)) == 1
