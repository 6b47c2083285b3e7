"""Faxes: stored once from facts of calls, listed, handled."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from crm.calls.record import CallEvent, CallId, FactId, Kind
from crm.calls.store import keep_events
from crm.faxes import store
from crm.faxes.fax import FaxFilter, FaxState
from crm.kernel.errors import MissingError
from crm.people.person import NewUser
from crm.people.rights import BuiltIn
from crm.people.store import add_user

AT = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
CALLER = "+8613800138000"


def receive(session: Session, call: str = "c1", kind: Kind = Kind.FAX_RECEIVED) -> None:
    arrived = {"caller": CALLER, "called": "+8610", "direction": "in", "via": "trunk"}
    why = {"why": "no pages"} if kind is Kind.FAX_FAILED else {}
    told = {"file": f"{call}-1", "pages": 2, "station": "MILLER", **why}
    events = [
        CallEvent(FactId(f"{call}/{n}"), CallId(call), AT, one, detail)  # type: ignore[arg-type]
        for n, (one, detail) in enumerate([(Kind.ARRIVED, arrived), (kind, told)])
    ]
    keep_events(session, events)
    store.keep_faxes(session, events)


def test_a_fax_is_stored_once_with_who_sent_it(session: Session) -> None:
    receive(session)
    receive(session)
    receive(session, "c2", Kind.FAX_FAILED)

    page = store.faxes(session, FaxFilter())
    (received,) = store.faxes(session, FaxFilter(state=FaxState.RECEIVED)).items

    assert len(page.items) == store.how_many(session, FaxFilter(caller=CALLER)) == 2
    assert (received.caller, received.pages, received.station) == (CALLER, 2, "MILLER")
    assert store.faxes(session, FaxFilter(caller="1380013")).items == page.items
    assert store.faxes(session, FaxFilter(since=AT, until=AT)).items == ()


def test_who_handled_it_first_stays(session: Session) -> None:
    first, second = (
        add_user(session, NewUser(login, login, BuiltIn.AGENT, "x")).id for login in ("a1", "a2")
    )
    receive(session)
    (fax,) = store.faxes(session, FaxFilter(handled=False)).items

    assert store.set_handled(session, [fax.id], first, AT, handled=True) == [fax.id]
    assert store.set_handled(session, [fax.id], second, AT, handled=True) == []
    assert store.fax(session, fax.id).handled_by == first
    assert store.set_handled(session, [fax.id], second, AT, handled=False) == [fax.id]
    assert store.fax(session, fax.id).handled_at is None
    store.remove_faxes(session, [CallId("c1")])
    with pytest.raises(MissingError):
        store.fax(session, fax.id)
