"""Roles in the database, the list of people, and the last administrator."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from acd import store as acd
from acd.agent import Outbound
from acd.queue import AgentId, Queue, QueueKey
from acd.queues import store as queue_store
from crm.kernel.errors import ConflictError, InvalidError, MissingError, TakenError
from crm.people import store
from crm.people.directory.store import UserFilter, UserOrder, count, find, seen_at
from crm.people.person import NewSession, NewUser, SessionKind, User, UserDraft
from crm.people.presence.store import end_sessions, present
from crm.people.rights import EVERY_RIGHT, BuiltIn, Extent, Right
from crm.people.roles import store as roles
from crm.people.roles.store import RoleDraft
from crm.people.sessions.store import open_session

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def hired(session: Session, login: str, role: BuiltIn = BuiltIn.AGENT) -> User:
    return store.add_user(session, NewUser(login, login.title(), role, "x"))


def test_a_role_keeps_its_rights_and_how_far_each_reaches(session: Session) -> None:
    rights = {Right.DESK: Extent.OWN, Right.CALLS_SEE: Extent.TEAM}
    made = roles.add_role(session, RoleDraft(" Lead ", "", rights))

    found = roles.role(session, made)

    assert (found.name_en, found.name("zh_CN"), found.key) == ("Lead", "Lead", "")
    # A right that does not reach anybody's data is held whole.
    assert found.rights == {Right.DESK: Extent.ALL, Right.CALLS_SEE: Extent.TEAM}
    changed = roles.change_role(session, made, RoleDraft("", "组长"))
    assert (changed.name("en"), changed.rights) == ("组长", {})
    assert not roles.set_role_enabled(session, made, enabled=False).enabled


def test_the_roles_of_a_new_site_hold_exactly_these_rights(session: Session) -> None:
    agent, supervisor = (
        roles.role(session, roles.role_id(session, key)).rights
        for key in (BuiltIn.AGENT, BuiltIn.SUPERVISOR)
    )

    assert agent == {
        Right.DESK: Extent.ALL,
        Right.CALLS_SEE: Extent.OWN,
        Right.RECORDINGS_HEAR: Extent.OWN,
        Right.VOICEMAIL_HEAR: Extent.OWN,
        Right.APPOINTMENTS_SEE: Extent.OWN,
        Right.STATISTICS_SEE: Extent.OWN,
        Right.CUSTOMERS_SEE: Extent.ALL,
        Right.CUSTOMERS_EDIT: Extent.ALL,
    }
    assert supervisor == {
        Right.DESK: Extent.ALL,
        Right.CALLS_SEE: Extent.ALL,
        Right.RECORDINGS_HEAR: Extent.ALL,
        Right.VOICEMAIL_HEAR: Extent.ALL,
        Right.APPOINTMENTS_SEE: Extent.ALL,
        Right.STATISTICS_SEE: Extent.ALL,
        Right.CUSTOMERS_SEE: Extent.ALL,
        Right.CUSTOMERS_EDIT: Extent.ALL,
        Right.FLOOR_SEE: Extent.ALL,
        Right.CALLS_LISTEN: Extent.ALL,
        Right.MONITOR_CONTROL: Extent.ALL,
        Right.CALLS_PICKUP: Extent.ALL,
        Right.CALLS_EXPORT: Extent.ALL,
        Right.CALLS_CORRECT: Extent.ALL,
        Right.CUSTOMERS_EXPORT: Extent.ALL,
        Right.CUSTOMERS_IMPORT: Extent.ALL,
        Right.DIRECTORY_EDIT: Extent.ALL,
        Right.VIEWS_SHARE: Extent.ALL,
        Right.TOKENS_MAKE: Extent.ALL,
        Right.STATUS_SEE: Extent.ALL,
        Right.LISTS_EDIT: Extent.ALL,
        Right.LISTS_APPROVE: Extent.ALL,
        Right.FORCED_SWITCH: Extent.ALL,
        Right.OUTBOUND_LIMIT: Extent.ALL,
    }


def test_a_role_without_a_name_is_refused_and_the_administrators_stays(session: Session) -> None:
    admins = roles.role_id(session, BuiltIn.ADMINISTRATOR)

    with pytest.raises(InvalidError):
        roles.add_role(session, RoleDraft(" ", ""))
    with pytest.raises(ConflictError):
        roles.role_to_change(session, admins)
    with pytest.raises(MissingError):
        roles.change_role(session, 10**12, RoleDraft("x", ""))
    assert roles.role(session, admins).rights == EVERY_RIGHT


def test_the_last_administrator_can_be_neither_disabled_nor_given_another_role(
    session: Session,
) -> None:
    last = hired(session, "boss", BuiltIn.ADMINISTRATOR)
    draft = UserDraft("boss", "Boss", BuiltIn.AGENT)

    with pytest.raises(ConflictError):
        store.set_enabled(session, last.id, enabled=False)
    with pytest.raises(ConflictError):
        store.change_user(session, last.id, draft)
    hired(session, "second", BuiltIn.ADMINISTRATOR)

    assert store.change_user(session, last.id, draft).role.key == BuiltIn.AGENT


def test_a_login_is_changed_unless_another_has_it(session: Session) -> None:
    user = hired(session, "one")
    hired(session, "two")

    changed = store.change_user(session, user.id, UserDraft("Uno", "Uno", BuiltIn.AGENT))

    assert changed.login == "Uno"
    with pytest.raises(TakenError) as taken:
        store.change_user(session, user.id, UserDraft("TWO", "Uno", BuiltIn.AGENT))
    assert taken.value.field == "login"


def test_people_are_found_in_every_order_page_by_page(session: Session) -> None:
    people = [hired(session, login) for login in ("bo", "al", "cy", "di", "ed")]
    for number, user in enumerate(people[:3]):
        at = NOW + timedelta(minutes=number)
        new = NewSession(f"t{number}", user.id, SessionKind.BROWSER, "c", at, at, "::1", "x")
        open_session(session, new)

    for order in UserOrder:
        for descending in (False, True):
            wanted = UserFilter(order=order, descending=descending)
            seen: list[int] = []
            cursor = None
            while True:
                page = find(session, wanted, limit=2, cursor=cursor)
                seen += [one.user.id for one in page.items]
                if not (cursor := page.next):
                    break
            assert sorted(seen) == sorted(one.id for one in people), (order, descending)
    latest = find(session, UserFilter(order=UserOrder.SEEN, descending=True), limit=3)
    assert [one.user.login for one in latest.items] == ["cy", "al", "bo"]
    assert seen_at(session, people[4].id) is None
    assert count(session, UserFilter(text="d")) == 2


@pytest.mark.parametrize(
    "cursor", ["x", "WzFd", "WyJhIiwgLTFd", "WyJhIiwgMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxXQ"]
)
def test_a_forged_cursor_is_refused(session: Session, cursor: str) -> None:
    for order in (UserOrder.NAME, UserOrder.SEEN):
        with pytest.raises(InvalidError):
            find(session, UserFilter(order=order), cursor=cursor)


def test_an_agent_is_added_with_their_queues(session: Session) -> None:
    user = hired(session, "one")
    queue_store.save_queue(session, Queue(QueueKey("sales"), "Sales", ()), "销售")
    free = acd.next_extension(session)
    draft = acd.AgentDraft(free, "+864008001234", Outbound.NATIONAL)

    acd.add_agent(session, user.id, free, "s", draft)
    acd.set_queues_of(session, user.id, [QueueKey("sales")])

    known = acd.agents_among(session, [user.id])[user.id]
    assert (known.extension, known.caller_number) == (free, "+864008001234")
    assert known.outbound is Outbound.NATIONAL
    assert acd.queues_of(session, [user.id]) == {user.id: ["sales"]}
    assert queue_store.queues(session)[0].agents == (AgentId(user.id),)
    assert acd.next_extension(session) != free
    with pytest.raises(InvalidError):
        acd.set_queues_of(session, user.id, [QueueKey("nowhere")])
    acd.change_agent(session, user.id, free, enabled=False)
    assert acd.working_agents(session, [user.id]) == set()


def test_sessions_are_listed_and_ended_one_or_all(session: Session) -> None:
    user = hired(session, "one")
    late = NOW + timedelta(hours=8)
    ids = [
        open_session(
            session, NewSession(f"t{n}", user.id, SessionKind.BROWSER, "c", NOW, late, "::1", "x")
        )
        for n in range(3)
    ]

    assert {one.id for one in present(session, NOW)} == set(ids)
    assert end_sessions(session, only=ids[0]) == [(ids[0], user.id)]
    assert {id_ for id_, _ in end_sessions(session, user=user.id)} == set(ids[1:])
    assert present(session, NOW) == []
