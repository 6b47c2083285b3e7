"""Custom destinations: set, used by the engine, and their last answers."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from crm.calls.record import CallEvent, CallId, FactId, Kind
from crm.custom_destinations import store
from crm.custom_destinations.custom import CustomDraft
from crm.kernel.destination import read_destination
from crm.kernel.errors import InvalidError, MissingError, TakenError

AT = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
DRAFT = CustomDraft("CRM", "https://crm.example/", fallback="queue:support")


def answered(custom: int, at: datetime, **detail: object) -> CallEvent:
    said = {"custom": custom, "name": "CRM", "seconds": 0.25, "to": "queue:vip", **detail}
    return CallEvent(FactId("n/1/1"), CallId("c1"), at, Kind.CUSTOM_ANSWERED, said)  # type: ignore[arg-type]


def test_the_engine_gets_those_that_are_active_with_their_secrets(session: Session) -> None:
    made = store.add_custom(session, DRAFT, "sealed")
    off = store.add_custom(session, CustomDraft("Off", "https://x.example/", enabled=False), "s")

    live = store.live_custom(session)

    assert off not in live
    assert live[made].fallback == read_destination("queue:support")
    assert live[made].secrets == ("sealed",)
    store.rotate_secret(session, made, "new", datetime.now(UTC) + timedelta(hours=1))  # noqa: TID251
    assert store.live_custom(session)[made].secrets == ("new", "sealed")
    store.rotate_secret(session, made, "newer", AT - timedelta(days=400))
    assert store.live_custom(session)[made].secrets == ("newer",)
    assert "sealed" not in repr(live[made])


def test_a_name_is_taken_once_and_a_url_is_needed(session: Session) -> None:
    made = store.add_custom(session, DRAFT, "sealed")
    with pytest.raises(TakenError):
        store.add_custom(session, DRAFT, "sealed")
    with pytest.raises(InvalidError):
        store.change_custom(session, made, CustomDraft("CRM", " "))
    store.remove_custom(session, made)
    with pytest.raises(MissingError):
        store.custom(session, made)


def test_the_last_answer_is_the_newest_whatever_comes_first(session: Session) -> None:
    made = store.add_custom(session, DRAFT, "sealed")
    late = answered(made, AT + timedelta(minutes=1), why="status", status=500, to="")

    store.keep_answers(session, [answered(made, AT), late])
    store.keep_answers(session, [answered(made, AT), answered(987_654, AT)])

    last = store.custom(session, made).last
    assert last is not None
    assert (last.at, last.why, last.status, last.to) == (late.at, "status", 500, "")
    assert store.falling_back_to(session, read_destination("queue:support")) == ["CRM"]
