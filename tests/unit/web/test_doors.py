"""Every door is shut to those it is not for."""

import pytest
from fastapi import FastAPI
from starlette.routing import BaseRoute, Route
from starlette.websockets import WebSocketDisconnect
from unit.web.house import LI_WEIS_CALL, WANG_FANGS_CALL
from unit.web.visitor import Visitor

OPEN = {
    ("GET", "/api/v1/openapi.json"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/"),
    ("GET", "/sign-in"),
    ("GET", "/try-it"),
    ("POST", "/api/v1/session"),
}
WITHOUT_SIGN_IN = {"/sign-in", "/language", "/try-it/credentials"}
OVERSEERS = {"/floor", "/api/v1/live"}


def walk(routes: list[BaseRoute]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for route in routes:
        if isinstance(route, Route):
            found += [(method, route.path) for method in (route.methods or set()) - {"HEAD"}]
        elif inner := getattr(getattr(route, "original_router", None), "routes", None):
            found += [(method, _prefix(route) + path) for method, path in walk(inner)]
    return found


def _prefix(route: BaseRoute) -> str:
    return getattr(getattr(route, "include_context", None), "prefix", "") or ""


def address(path: str) -> str:
    return path.replace("{call}", LI_WEIS_CALL).replace("{customer}", "1")


@pytest.fixture
def doors(app: FastAPI) -> list[tuple[str, str]]:
    found = walk(app.routes)
    assert len(found) > 25, found
    return found


def test_nobody_comes_in_without_signing_in(visitor: Visitor, doors: list[tuple[str, str]]) -> None:
    for method, path in doors:
        if (method, path) in OPEN or path in WITHOUT_SIGN_IN:
            continue

        answer = visitor.client.request(method, address(path))

        expected = 401 if path.startswith("/api/") else 303
        assert answer.status_code == expected, (method, path, answer.text)
        if expected == 401:
            assert answer.headers["content-type"] == "application/problem+json"


def test_an_agent_does_not_see_the_floor(li_wei: Visitor) -> None:
    for path in OVERSEERS:
        assert li_wei.get(path).status_code == 403, path


def test_an_administrator_has_no_desk(admin: Visitor, doors: list[tuple[str, str]]) -> None:
    word = {"X-CSRF-Token": admin.csrf("/calls")}
    for method, path in doors:
        if not path.startswith(("/desk", "/api/v1/desk")):
            continue

        answer = admin.client.request(method, address(path), headers=word)

        assert answer.status_code in {403, 404}, (method, path)


def test_no_door_opens_to_a_forged_form(li_wei: Visitor, doors: list[tuple[str, str]]) -> None:
    wrong_word = {b"X-CSRF-Token": b"wrong \xe9"}
    for method, path in doors:
        if method == "GET" or (method, path) in OPEN:
            continue

        bare = li_wei.client.request(method, address(path))
        wrong = li_wei.client.request(method, address(path), headers=wrong_word)

        assert (bare.status_code, wrong.status_code) == (403, 403), (method, path)


def test_a_form_before_sign_in_needs_its_word_too(visitor: Visitor) -> None:
    visitor.get("/sign-in")
    for path in WITHOUT_SIGN_IN:
        assert visitor.client.post(path).status_code == 403, path


def test_a_colleagues_call_does_not_exist_for_an_agent(li_wei: Visitor) -> None:
    theirs = f"/api/v1/calls/{WANG_FANGS_CALL}"
    for path in (theirs, f"{theirs}/recording", f"/calls/{WANG_FANGS_CALL}"):
        assert li_wei.get(path).status_code == 404, path
    for what in ("answer", "hold", "resume", "hangup", "decline"):
        assert li_wei.ask(f"/desk/calls/{WANG_FANGS_CALL}/{what}").status_code == 404, what
    outcome = {"outcome": "solved"}
    assert li_wei.ask(f"/desk/calls/{WANG_FANGS_CALL}/outcome", outcome).status_code == 404
    record = {"service_type": "complaint"}
    answer = li_wei.ask(f"/calls/{WANG_FANGS_CALL}/service-records", record)
    assert answer.status_code == 404


def test_a_page_of_another_site_gets_no_live_socket(li_wei: Visitor) -> None:
    elsewhere = {"Origin": "https://evil.example"}
    with (
        pytest.raises(WebSocketDisconnect) as refused,
        li_wei.client.websocket_connect("/live", headers=elsewhere),
    ):
        pass

    assert refused.value.code == 1008
