"""Every door is shut to those it is not for: each door of the application, each kind of person."""

import secrets
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import insert
from sqlalchemy.orm import Session, sessionmaker
from starlette.websockets import WebSocketDisconnect
from unit.web.doors import Door, doors_of
from unit.web.site import LI_WEIS_CALL, LOST_CALL, WANG_FANGS_CALL
from unit.web.visitor import Visitor

from acd.agent import Phone
from crm.people.models import TokenRow
from crm.people.person import NewUser, token_hash
from crm.people.rights import EVERY_RIGHT, Right
from crm.people.roles.store import RoleDraft, add_role
from crm.people.store import add_user, user_by_login
from web.kit.clock import now

# Nobody is asked who he is here, and why that is right.
OPEN = {
    ("/", "GET"): "leads to the sign-in page",
    ("/api/v1/openapi.json", "GET"): "what the API can do is no secret",
    ("/api/docs", "GET"): "likewise",
    ("/healthz", "GET"): "for monitors",
    ("/readyz", "GET"): "for monitors",
    ("/sign-in", "GET"): "the way in",
    ("/sign-in", "POST"): "the way in",
    ("/sign-in/second-factor", "GET"): "the second step of it",
    ("/sign-in/second-factor", "POST"): "the second step of it",
    ("/sign-in/oidc", "GET"): "the way in by a provider",
    ("/sign-in/oidc/back", "GET"): "the way back from it",
    ("/forgot", "GET"): "the way to a new password, where mail can be sent",
    ("/forgot", "POST"): "likewise; a form's word is asked for",
    ("/set-password", "GET"): "shows a form to whoever came by a good link",
    ("/set-password", "POST"): "asks for the link's word, which is good once",
    ("/set-password/{token}", "GET"): "takes the link's word out of the address",
    ("/sign-out", "POST"): "a session that has ended has nothing to guard",
    ("/language", "POST"): "also before the sign-in; a form's word is asked for",
    ("/api/v1/session", "POST"): "the way in for scripts",
    ("/try-it", "GET"): "for everybody, if a parameter allows it",
    ("/try-it/credentials", "POST"): "likewise; a form's word is asked for",
    ("/sound-check", "GET"): "of the trial page's telephone, if a parameter allows it",
    ("/sound-check/credentials", "POST"): "likewise; a form's word is asked for",
    ("/live", "WEBSOCKET"): "asks for the session itself: 4401 without one",
    ("/api/v1/live/stream", "WEBSOCKET"): "asks for the session itself: 4401 without one",
}
# Any session opens these: they show and change only what is the person's own, or what every
# form offers.
ANYBODYS = (
    "/account",
    "/api/v1/account",
    "/api/v1/session",
    "/notices",
    "/api/v1/notices",
    "/lists",
    "/search",
    "/api/v1/search",
    "/api/v1/dictionaries",
    "/api/v1/live/events",
)
# These answer without end: only that they refuse is tried here.
ENDLESS = {"/api/v1/live/events"}
# These ask for a right of the thing that is named, once they know which it is.
ASK_FURTHER: set[str] = set()
NOT_ALLOWED = "Your role does not allow this."
BARE = "door.bare"


@pytest.fixture(scope="module")
def doors(app: FastAPI) -> list[Door]:
    found = doors_of(app)
    assert len(found) > 100, found
    return found


@pytest.fixture(scope="module", autouse=True)
def strangers(database: sessionmaker[Session], people: object) -> None:
    """Somebody whose role has no right at all."""
    assert people
    with database.begin() as session:
        bare = add_role(session, RoleDraft("Bare", "空"))
        add_user(session, NewUser(BARE, BARE, bare, "x"))


def rights_of(database: sessionmaker[Session], login: str) -> set[Right]:
    with database.begin() as session:
        user = user_by_login(session, login)
    assert user
    return set(user.role.rights)


def test_every_door_asks_who_is_there_or_is_known_to_be_open(doors: list[Door]) -> None:
    open_doors = {(one.path, one.method) for one in doors if one.rights is None}

    assert open_doors - OPEN.keys() == set()


def test_only_these_doors_open_to_any_session(doors: list[Door]) -> None:
    for one in doors:
        if one.rights is not None and not one.rights:
            assert one.path.startswith(ANYBODYS), one


def test_every_right_opens_some_door_or_is_asked_for_inside_one(doors: list[Door]) -> None:
    asked = frozenset().union(*(one.rights or () for one in doors))

    assert set(EVERY_RIGHT) - asked <= {Right.VIEWS_SHARE}


def test_nobody_comes_in_without_signing_in(visitor: Visitor, doors: list[Door]) -> None:
    for one in doors:
        if one.rights is None:
            continue

        answer = visitor.client.request(one.method, one.address)

        assert answer.status_code == (401 if one.is_api else 303), (one, answer.text)
        if answer.status_code == 303:
            assert answer.headers["location"].startswith("/sign-in"), one
        else:
            assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("login", ["li.wei", "chen.jing", "admin", BARE])
def test_a_door_opens_to_whose_role_holds_its_right_and_to_nobody_else(
    visitor: Visitor, database: sessionmaker[Session], doors: list[Door], login: str
) -> None:
    visitor.enter(database, login)
    held = rights_of(database, login)
    asks = {"Accept": "application/problem+json"}
    for one in doors:
        if one.rights is None:
            continue

        # With a word that is not the session's nothing is changed: who holds the right is
        # refused for the word, who does not for the right.
        forged = {"X-CSRF-Token": "wrong"} if one.changes else {}
        if one.path in ENDLESS and one.opens_to(held):
            continue
        answer = visitor.client.request(one.method, one.address, headers=asks | forged)

        refused = answer.status_code == 403 and answer.json()["detail"] == NOT_ALLOWED
        if one.path not in ASK_FURTHER:
            assert refused is not one.opens_to(held), (one, answer.text)
        assert answer.status_code not in {401, 500}, (one, answer.text)
        if one.changes:
            assert answer.status_code == 403, (one, answer.text)


@pytest.fixture
def token(database: sessionmaker[Session]) -> str:
    """An administrator's token that may do one thing: see calls."""
    made = secrets.token_urlsafe(32)
    with database.begin() as session:
        user = user_by_login(session, "admin")
        assert user
        row = {
            "user_id": user.id,
            "name": "door",
            "token_hash": token_hash(made),
            "hint": made[-4:],
            "rights": [Right.CALLS_SEE.value],
            "expires_at": now() + timedelta(hours=1),
        }
        session.execute(insert(TokenRow), [row])
    return made


def test_a_token_opens_what_it_was_made_for_whoever_made_it(
    visitor: Visitor, token: str, doors: list[Door]
) -> None:
    bearer = {"Authorization": f"Bearer {token}", "Accept": "application/problem+json"}
    for one in doors:
        opens = one.opens_to({Right.CALLS_SEE}) and not one.in_person
        if not one.is_api or one.rights is None:
            continue
        if opens and (one.changes or one.path in ENDLESS):
            continue

        answer = visitor.client.request(one.method, one.address, headers=bearer)

        assert (answer.status_code == 403) is not opens, (one, answer.text)
        assert answer.status_code not in {401, 500}, (one, answer.text)


def test_no_door_opens_to_a_forged_form(admin: Visitor, doors: list[Door]) -> None:
    wrong_word = {b"X-CSRF-Token": b"wrong \xe9"}
    for number, one in enumerate(doors):
        if not one.changes or (one.path, one.method) == ("/api/v1/session", "POST"):
            continue

        given = wrong_word if number % 2 else {}
        answer = admin.client.request(one.method, one.address, headers=given)

        assert answer.status_code == 403, one


def test_a_form_before_sign_in_needs_its_word_too(visitor: Visitor, doors: list[Door]) -> None:
    visitor.get("/sign-in")
    for one in doors:
        harmless = {"/api/v1/session", "/sign-out"}
        if one.changes and one.rights is None and one.path not in harmless:
            assert visitor.client.post(one.path).status_code == 403, one


def test_a_colleagues_call_does_not_exist_for_an_agent(li_wei: Visitor) -> None:
    for theirs in (WANG_FANGS_CALL, LOST_CALL):
        for path in (f"/api/v1/calls/{theirs}", f"/calls/{theirs}"):
            assert li_wei.get(path).status_code == 404, path
        assert li_wei.get(f"/api/v1/calls/{theirs}/recording").status_code == 404
        for what in ("answer", "hold", "resume", "hangup", "decline"):
            assert li_wei.ask(f"/desk/calls/{theirs}/{what}").status_code == 404, what
        outcome = {"outcome": "solved"}
        assert li_wei.ask(f"/desk/calls/{theirs}/outcome", outcome).status_code == 404
        assert li_wei.post(f"/desk/calls/{theirs}/outcome", outcome).status_code == 404
        record = {"service_type": "complaint"}
        assert li_wei.ask(f"/calls/{theirs}/service-records", record).status_code == 404
        assert li_wei.post(f"/desk/calls/{theirs}/service-records", record).status_code == 404


def test_a_supervisor_without_a_call_cannot_touch_an_agents_call(chen_jing: Visitor) -> None:
    for what in ("answer", "hold", "resume", "hangup", "decline"):
        assert chen_jing.ask(f"/desk/calls/{LI_WEIS_CALL}/{what}").status_code == 404, what
    for path, body in (("signin", {"phone": Phone.SIP.value}), ("signout", None), ("phone", None)):
        assert chen_jing.ask(f"/desk/{path}", body).status_code == 404, path


def test_a_desk_speaks_for_nobody_but_its_own_agent(li_wei: Visitor) -> None:
    for agent in (2, 4):
        body = {"state": "ready", "agent": agent}
        assert li_wei.ask("/desk/state", body).status_code == 422
        assert li_wei.ask("/desk/signin", {"phone": "browser", "agent": agent}).status_code == 422


def test_a_page_of_another_site_gets_no_live_socket(li_wei: Visitor) -> None:
    elsewhere = {"Origin": "https://evil.example"}
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        li_wei.client.websocket_connect("/live", headers=elsewhere),
    ):
        pass

    assert refused.value.code == 1008


def test_nobodys_live_socket_is_closed_at_once(visitor: Visitor) -> None:
    for path in ("/live", "/api/v1/live/stream"):
        with (
            visitor.client.websocket_connect(path) as socket,
            pytest.raises(WebSocketDisconnect) as over,
        ):
            socket.receive_text()
        assert over.value.code == 4401, path
