"""Attacks on accounts: by a narrow API token, and by a helper who is hired into another team."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session, sessionmaker
from starlette.websockets import WebSocketDisconnect
from unit.web.conftest import People
from unit.web.live.test_sockets import until
from unit.web.live.test_stream_api import Stream
from unit.web.mail.mailroom import MailWorker
from unit.web.mail.post_office import PostOffice
from unit.web.visitor import Response, Visitor

from crm.people.groups.group import GroupDraft
from crm.people.groups.store import add_group, set_members
from crm.people.person import NewUser, UserId
from crm.people.rights import Extent, Right
from crm.people.roles.store import RoleDraft, add_role
from crm.people.store import add_user
from crm.people.tokens.store import NewToken, add_token, revoke_token, tokens_of
from web.kit.clock import now

Database = sessionmaker[Session]
Bearer = dict[str, str]

LEADER = {
    Right.PEOPLE_MANAGE: Extent.ALL,
    Right.ROLES_MANAGE: Extent.ALL,
    Right.TOKENS_MAKE: Extent.ALL,
    Right.CALLS_SEE: Extent.TEAM,
    Right.RECORDINGS_HEAR: Extent.TEAM,
}


@dataclass(frozen=True)
class Team:
    """A team leader of Sales, their role, and the groups of the site."""

    leader: int
    login: str
    role: int
    helper_role: int  # sees only the own calls
    sales: int
    support: int
    colleague: int  # in Support


@pytest.fixture
def team(database: Database) -> Team:
    mark = secrets.token_hex(4)
    with database.begin() as session:
        role = add_role(session, RoleDraft(f"Leader {mark}", "", LEADER))
        low = add_role(session, RoleDraft(f"Low {mark}", "", {Right.CALLS_SEE: Extent.OWN}))
        leader = add_user(session, NewUser(f"leader.{mark}", "Leader", role, "x"))
        colleague = add_user(session, NewUser(f"colleague.{mark}", "Colleague", low, "x"))
        sales = add_group(session, GroupDraft(f"Sales {mark}")).id
        support = add_group(session, GroupDraft(f"Support {mark}")).id
        set_members(session, sales, [leader.id])
        set_members(session, support, [colleague.id])
    return Team(leader.id, leader.login, role, low, sales, support, colleague.id)


@pytest.fixture
def bearer(database: Database) -> Callable[..., Bearer]:
    """Make an API token of a user with some rights."""

    def make(user: int, *rights: Right) -> Bearer:
        token = f"hl_{secrets.token_urlsafe(32)}"
        with database.begin() as session:
            add_token(session, NewToken(token, UserId(user), "t", frozenset(rights), None))
        return {"Authorization": f"Bearer {token}"}

    return make


def ask(visitor: Visitor, bearer: Bearer, method: str, path: str, body: Any = None) -> Response:
    visitor.client.cookies.clear()
    return visitor.client.request(method, f"/api/v1{path}", json=body, headers=bearer)


def test_a_token_never_changes_the_account_of_its_owner(
    visitor: Visitor, people: People, bearer: Callable[..., Bearer]
) -> None:
    every = frozenset(Right) - {Right.TOKENS_MAKE}
    for rights in (frozenset({Right.PEOPLE_MANAGE}), every):
        token = bearer(people.admin, *rights)
        me = f"/users/{people.admin}"
        for body in (
            {"email": "evil@example.net"},
            {"login": "evil"},
            {"name": "Evil"},
            {"role": 1},
            {"groups": []},
        ):
            assert ask(visitor, token, "PATCH", me, body).status_code == 403, body
        for what in ("password-link", "password-reset", "second-factor-reset", "disable"):
            answer = ask(visitor, token, "POST", f"{me}/{what}")
            assert answer.status_code in {403, 409}, what
        assert ask(visitor, token, "POST", f"{me}/sessions-end").status_code == 403


def test_a_token_has_no_more_power_over_others_than_its_own_permissions(
    visitor: Visitor, people: People, bearer: Callable[..., Bearer]
) -> None:
    token = bearer(people.admin, Right.PEOPLE_MANAGE)

    answer = ask(visitor, token, "PATCH", f"/users/{people.li_wei}", {"email": "evil@example.net"})

    assert answer.status_code == 403


def test_the_own_address_for_mail_is_changed_on_the_own_page_only(
    admin: Visitor, people: People
) -> None:
    changed = admin.ask(f"/users/{people.admin}", {"email": "evil@example.net"}, "PATCH")
    link = admin.ask(f"/users/{people.admin}/password-link")

    assert (changed.status_code, link.status_code) == (422, 409)
    assert admin.get(f"/api/v1/users/{people.admin}").json()["email"] != "evil@example.net"


def test_a_narrow_token_does_not_make_its_owner_s_team_larger(
    visitor: Visitor, team: Team, bearer: Callable[..., Bearer]
) -> None:
    token = bearer(team.leader, Right.PEOPLE_MANAGE)
    both = {"groups": [team.sales, team.support]}

    own = ask(visitor, token, "PATCH", f"/users/{team.leader}", both)
    members = {"members": [team.leader, team.colleague]}
    group = ask(visitor, token, "PATCH", f"/groups/{team.support}", members)
    below = ask(visitor, token, "PATCH", f"/groups/{team.support}", {"parent": team.sales})
    made = {"name": f"New {secrets.token_hex(4)}"} | members
    new = ask(visitor, token, "POST", "/groups", made)

    assert [one.status_code for one in (own, group, below, new)] == [403, 403, 403, 403]


def test_a_helper_of_a_team_leader_sees_no_other_team(
    visitor: Visitor, team: Team, database: Database
) -> None:
    visitor.enter(database, team.login)
    helper = {"login": f"h.{secrets.token_hex(4)}", "name": "Helper", "role": team.role}

    hired = visitor.ask("/users", helper | {"groups": [team.support]})
    inside = visitor.ask("/users", helper | {"groups": [team.sales]}).json()["user"]["id"]
    moved = visitor.ask(f"/users/{inside}", {"groups": [team.support]}, "PATCH")
    joined = visitor.ask(f"/groups/{team.support}", {"members": [inside, team.colleague]}, "PATCH")

    assert [one.status_code for one in (hired, moved, joined)] == [403, 403, 403]


def test_a_helper_in_another_team_gets_no_role_that_sees_it(
    visitor: Visitor, team: Team, database: Database
) -> None:
    visitor.enter(database, team.login)
    low = {"login": f"h.{secrets.token_hex(4)}", "name": "Helper", "role": team.helper_role}
    helper = visitor.ask("/users", low | {"groups": [team.support]}).json()["user"]["id"]

    raised = visitor.ask(f"/users/{helper}", {"role": team.role}, "PATCH")
    given = visitor.ask(f"/roles/{team.role}/people", {"people": [helper]})
    wider = visitor.ask(f"/roles/{team.helper_role}", {"rights": {"calls.see": "team"}}, "PATCH")

    assert [one.status_code for one in (raised, given, wider)] == [403, 403, 403]


def test_a_team_leader_takes_over_no_account_outside_the_team(
    visitor: Visitor, team: Team, database: Database
) -> None:
    visitor.enter(database, team.login)
    theirs = f"/users/{team.colleague}"

    answers = [
        visitor.ask(f"{theirs}/password-reset"),
        visitor.ask(f"{theirs}/password-link"),
        visitor.ask(f"{theirs}/second-factor-reset"),
        visitor.ask(theirs, {"email": "evil@example.net"}, "PATCH"),
    ]

    assert [one.status_code for one in answers] == [403, 403, 403, 403]
    assert visitor.ask(theirs, {"name": "Still changed"}, "PATCH").status_code == 200


def test_a_token_without_desk_or_floor_hears_nothing_live(
    visitor: Visitor, people: People, bearer: Callable[..., Bearer]
) -> None:
    narrow = bearer(people.admin, Right.DICTIONARIES_EDIT)
    floor = bearer(people.admin, Right.FLOOR_SEE)

    assert ask(visitor, narrow, "GET", "/live/events").status_code == 403
    assert ask(visitor, narrow, "GET", "/live/events?topics=desk").status_code == 403
    assert ask(visitor, floor, "GET", "/live/events?topics=desk").status_code == 403
    for path, token in (("", narrow), ("?topics=desk", floor)):
        address = f"/api/v1/live/stream{path}"
        with visitor.client.websocket_connect(address, headers=token) as socket:
            with pytest.raises(WebSocketDisconnect) as over:
                socket.receive_json()
            assert over.value.code == 4403


def test_a_token_hears_and_reads_no_notice_of_its_owner(
    visitor: Visitor, people: People, bearer: Callable[..., Bearer]
) -> None:
    token = bearer(people.li_wei, Right.DESK)

    with visitor.client.websocket_connect("/api/v1/live/stream", headers=token) as socket:
        heard: list[dict[str, Any]] = []
        until(socket, lambda message: heard.append(message) or "snapshot" in message)
        socket.send_json({"ping": 1})
        until(socket, lambda message: heard.append(message) or "pong" in message)

    assert not [one for one in heard if "unread" in one]
    assert ask(visitor, token, "GET", "/notices").status_code == 403
    assert ask(visitor, token, "POST", "/notices/read").status_code == 403


def test_the_stream_of_a_revoked_token_ends_at_once(
    app: FastAPI,
    visitor: Visitor,
    people: People,
    bearer: Callable[..., Bearer],
    database: Database,
) -> None:
    token = bearer(people.admin, Right.FLOOR_SEE)
    visitor.client.cookies.clear()
    with Stream(app, visitor, token, "") as stream:
        stream.until(lambda one: one["event"] == "snapshot")
        with database.begin() as session:
            known = max(one.id for one in tokens_of(session, people.admin))
            revoke_token(session, people.admin, known, now())
        stream.until_ended()


def test_an_administrator_still_moves_everybody(admin: Visitor, team: Team) -> None:
    moved = admin.ask(f"/users/{team.leader}", {"groups": [team.sales, team.support]}, "PATCH")

    assert moved.status_code == 200
    assert admin.ask(f"/users/{team.leader}/password-reset").status_code == 200


def test_a_changed_address_for_mail_is_told_to_the_old_one(
    admin: Visitor, team: Team, office: PostOffice, mail_sender: MailWorker
) -> None:
    theirs = f"/users/{team.colleague}"
    admin.ask(theirs, {"email": "old@example.com"}, "PATCH")
    admin.ask(theirs, {"email": "new@example.com"}, "PATCH")

    mail_sender.round()

    assert [one.recipient for one in office.letters] == ["old@example.com"]
    assert "changed the email address of your account" in office.letters[0].text
