"""Every endpoint refuses users without its right: each endpoint, each kind of user."""

import secrets
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import insert
from sqlalchemy.orm import Session, sessionmaker
from starlette.websockets import WebSocketDisconnect
from unit.web.endpoints import Endpoint, endpoints_of
from unit.web.site import LI_WEIS_CALL, LOST_CALL, WANG_FANGS_CALL
from unit.web.visitor import Visitor

from acd.agent import Phone
from crm.people.models import TokenRow
from crm.people.person import NewUser, token_hash
from crm.people.rights import EVERY_RIGHT, Right
from crm.people.roles.store import RoleDraft, add_role
from crm.people.store import add_user, user_by_login
from web.kit.clock import now

# Endpoints without a session, and why that is right.
OPEN = {
    ("/", "GET"): "leads to the sign-in page",
    ("/api/v1/openapi.json", "GET"): "what the API can do is no secret",
    ("/api/docs", "GET"): "likewise",
    ("/healthz", "GET"): "for monitors",
    ("/readyz", "GET"): "for monitors",
    ("/sign-in", "GET"): "signs in",
    ("/sign-in", "POST"): "signs in",
    ("/sign-in/second-factor", "GET"): "the second step of signing in",
    ("/sign-in/second-factor", "POST"): "the second step of signing in",
    ("/sign-in/oidc", "GET"): "signs in by a provider",
    ("/sign-in/oidc/back", "GET"): "the way back from the provider",
    ("/forgot", "GET"): "asks for a new password, if mail can be sent",
    ("/forgot", "POST"): "likewise; needs the form's CSRF token",
    ("/set-password", "GET"): "shows a form to a person with a valid link",
    ("/set-password", "POST"): "needs the link's token, which works once",
    ("/set-password/{token}", "GET"): "takes the link's token out of the address",
    ("/first-administrator", "GET"): "shows a form to a person with a valid one-time address",
    ("/first-administrator", "POST"): "needs the address's token, and that nobody administers",
    ("/first-administrator/{token}", "GET"): "takes the token out of the address",
    ("/sign-out", "POST"): "there is nothing to protect in a session that has ended",
    ("/language", "POST"): "also before signing in; needs the form's CSRF token",
    ("/api/v1/session", "POST"): "signs a program in",
    ("/try-it", "GET"): "for everyone, if a parameter allows it",
    ("/try-it/credentials", "POST"): "likewise; needs the form's CSRF token",
    ("/sound-check", "GET"): "of the trial page's telephone, if a parameter allows it",
    ("/sound-check/credentials", "POST"): "likewise; needs the form's CSRF token",
    ("/live", "WEBSOCKET"): "asks for the session itself: 4401 without one",
    ("/api/v1/live/stream", "WEBSOCKET"): "asks for the session itself: 4401 without one",
}
# Any session opens these: they show and change only the user's own data, or choices that every
# form offers.
OF_EVERYBODY = (
    "/account",
    "/api/v1/account",
    "/api/v1/session",
    "/bars",
    "/notices",
    "/api/v1/notices",
    "/lists",
    "/search",
    "/api/v1/search",
    "/api/v1/dictionaries",
    "/api/v1/live/events",
    "/api/v1/drafts",
)
# These never end their answer, so only their refusals are tried.
ENDLESS = {"/api/v1/live/events"}
# These check a further right once they know the named thing.
ASK_FURTHER: set[str] = set()
NOT_ALLOWED = "You don't have permission to do this."
BARE = "walk.bare"


@pytest.fixture(scope="module")
def endpoints(app: FastAPI) -> list[Endpoint]:
    found = endpoints_of(app)
    assert len(found) > 100, found
    return found


@pytest.fixture(scope="module", autouse=True)
def person_without_rights(database: sessionmaker[Session], people: object) -> None:
    """A user with a role that has no right at all."""
    assert people
    with database.begin() as session:
        bare = add_role(session, RoleDraft("Bare", "空"))
        add_user(session, NewUser(BARE, BARE, bare, "x"))


def rights_of(database: sessionmaker[Session], login: str) -> set[Right]:
    with database.begin() as session:
        user = user_by_login(session, login)
    assert user
    return set(user.role.rights)


def test_every_endpoint_needs_a_session_or_is_known_to_be_open(endpoints: list[Endpoint]) -> None:
    without_session = {(one.path, one.method) for one in endpoints if one.rights is None}

    assert without_session - OPEN.keys() == set()


def test_only_these_endpoints_are_open_to_any_session(endpoints: list[Endpoint]) -> None:
    for one in endpoints:
        if one.rights is not None and not one.rights:
            assert one.path.startswith(OF_EVERYBODY), one


def test_every_right_opens_an_endpoint_or_is_asked_for_inside_one(
    endpoints: list[Endpoint],
) -> None:
    asked = frozenset().union(*(one.rights or () for one in endpoints))

    assert set(EVERY_RIGHT) - asked <= INSIDE


def test_no_endpoint_answers_without_a_session(visitor: Visitor, endpoints: list[Endpoint]) -> None:
    for one in endpoints:
        if one.rights is None:
            continue

        answer = visitor.client.request(one.method, one.address)

        assert answer.status_code == (401 if one.is_api else 303), (one, answer.text)
        if answer.status_code == 303:
            assert answer.headers["location"].startswith("/sign-in"), one
        else:
            assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("login", ["li.wei", "chen.jing", "admin", BARE])
def test_an_endpoint_is_open_to_the_roles_with_its_right_and_to_no_other(
    visitor: Visitor, database: sessionmaker[Session], endpoints: list[Endpoint], login: str
) -> None:
    visitor.enter(database, login)
    held = rights_of(database, login)
    asks = {"Accept": "application/problem+json"}
    for one in endpoints:
        if one.rights is None:
            continue

        # With a wrong CSRF token nothing is changed: a person with the right is refused for the
        # token, a person without it for the right.
        forged = {"X-CSRF-Token": "wrong"} if one.changes else {}
        if one.path in ENDLESS and one.is_open_to(held):
            continue
        answer = visitor.client.request(one.method, one.address, headers=asks | forged)

        refused = answer.status_code == 403 and answer.json()["detail"] == NOT_ALLOWED
        if one.path not in ASK_FURTHER:
            assert refused is not one.is_open_to(held), (one, answer.text)
        assert answer.status_code not in {401, 500}, (one, answer.text)
        if one.changes:
            assert answer.status_code == 403, (one, answer.text)


@pytest.fixture
def token(database: sessionmaker[Session]) -> str:
    """An administrator's token with one right: to see calls."""
    made = secrets.token_urlsafe(32)
    with database.begin() as session:
        user = user_by_login(session, "admin")
        assert user
        row = {
            "user_id": user.id,
            "name": "walk",
            "token_hash": token_hash(made),
            "hint": made[-4:],
            "rights": [Right.CALLS_SEE.value],
            "expires_at": now() + timedelta(hours=1),
        }
        session.execute(insert(TokenRow), [row])
    return made


def test_a_token_opens_what_it_was_made_for_whatever_its_owner_may_do(
    visitor: Visitor, token: str, endpoints: list[Endpoint]
) -> None:
    bearer = {"Authorization": f"Bearer {token}", "Accept": "application/problem+json"}
    for one in endpoints:
        opens = one.is_open_to({Right.CALLS_SEE}) and not one.in_person
        if not one.is_api or one.rights is None:
            continue
        if opens and (one.changes or one.path in ENDLESS):
            continue

        answer = visitor.client.request(one.method, one.address, headers=bearer)

        assert (answer.status_code == 403) is not opens, (one, answer.text)
        assert answer.status_code not in {401, 500}, (one, answer.text)


def test_no_endpoint_accepts_a_forged_form(admin: Visitor, endpoints: list[Endpoint]) -> None:
    wrong_token = {b"X-CSRF-Token": b"wrong \xe9"}
    for number, one in enumerate(endpoints):
        if not one.changes or (one.path, one.method) == ("/api/v1/session", "POST"):
            continue

        given = wrong_token if number % 2 else {}
        answer = admin.client.request(one.method, one.address, headers=given)

        assert answer.status_code == 403, one


def test_a_form_before_signing_in_needs_its_csrf_token_too(
    visitor: Visitor, endpoints: list[Endpoint]
) -> None:
    visitor.get("/sign-in")
    for one in endpoints:
        harmless = {"/api/v1/session", "/sign-out"}
        if one.changes and one.rights is None and one.path not in harmless:
            assert visitor.client.post(one.path).status_code == 403, one


INSIDE = {Right.VIEWS_SHARE, Right.CALLS_CORRECT, Right.CALLS_PICKUP}
WHY = {"reason": "Team meeting"}
AT_THE_DESK = (
    *("answer", "hold", "resume", "hangup", "decline"),
    *("shuttle", "complete", "take-back", "conference", "park"),
)


def test_a_colleagues_call_does_not_exist_for_an_agent(li_wei: Visitor) -> None:
    for theirs in (WANG_FANGS_CALL, LOST_CALL):
        for path in (f"/api/v1/calls/{theirs}", f"/calls/{theirs}"):
            assert li_wei.get(path).status_code == 404, path
        assert li_wei.get(f"/api/v1/calls/{theirs}/recording").status_code == 404
        for what in AT_THE_DESK:
            assert li_wei.ask(f"/desk/calls/{theirs}/{what}").status_code == 404, what
        for what in ("transfer", "consult"):
            to = {"to": "agent:2"}
            assert li_wei.ask(f"/desk/calls/{theirs}/{what}", to).status_code == 404, what
        assert li_wei.ask("/desk/pickup", {"call": theirs}).status_code == 404
        for what, body in (("monitor", {"mode": "listen"}), ("hangup", WHY), ("move", WHY)):
            assert li_wei.ask(f"/floor/calls/{theirs}/{what}", body).status_code == 403, what
        outcome = {"outcome": "solved"}
        assert li_wei.ask(f"/desk/calls/{theirs}/outcome", outcome).status_code == 404
        assert li_wei.post(f"/desk/calls/{theirs}/outcome", outcome).status_code == 404
        record = {"service_type": "complaint"}
        assert li_wei.ask(f"/calls/{theirs}/service-records", record).status_code == 404
        assert li_wei.post(f"/desk/calls/{theirs}/service-records", record).status_code == 404


def test_a_supervisor_without_a_call_cannot_touch_an_agents_call(chen_jing: Visitor) -> None:
    for what in AT_THE_DESK:
        assert chen_jing.ask(f"/desk/calls/{LI_WEIS_CALL}/{what}").status_code == 404, what
    for path, body in (("signin", {"phone": Phone.SIP.value}), ("signout", None), ("phone", None)):
        assert chen_jing.ask(f"/desk/{path}", body).status_code == 404, path


def test_a_desk_acts_only_for_its_own_agent(li_wei: Visitor) -> None:
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


def test_a_live_socket_without_a_session_is_closed_at_once(visitor: Visitor) -> None:
    for path in ("/live", "/api/v1/live/stream"):
        with (
            visitor.client.websocket_connect(path) as socket,
            pytest.raises(WebSocketDisconnect) as over,
        ):
            socket.receive_text()
        assert over.value.code == 4401, path
