"""The client of the web in tests: a browser that knows its CSRF token, or a program."""

import re
import secrets
import time
from datetime import timedelta
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy.orm import Session, sessionmaker

from crm.people import store
from crm.people.person import NewSession, SessionKind
from crm.people.sessions.store import open_session
from web.kit.auth import COOKIE
from web.kit.clock import now

# The response of the test client: httpx's, or that of its successor httpx2.
Response = Any


class Visitor:
    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.word = ""  # the session's CSRF token, if we did not sign in by a form

    def csrf(self, path: str = "/sign-in") -> str:
        found = re.search(r'name="csrf"[^>]*?(?:value|content)="([^"]+)"', self.get(path).text)
        assert found, "the page has no csrf"
        return found[1]

    def get(self, path: str, **headers: str) -> Response:
        return self.client.get(path, headers=_headers(headers))

    def post(self, path: str, form: dict[str, Any] | None = None, **headers: str) -> Response:
        """Post a form with the session's CSRF token."""
        word = {"csrf": self.word or self.csrf("/calls")}
        return self.client.post(path, data=(form or {}) | word, headers=_headers(headers))

    def send_files(self, path: str, form: dict[str, Any], files: dict[str, Any]) -> Response:
        """Post a form with files, or upload them as a program does."""
        word = {"csrf": self.word or self.csrf("/calls")}
        headers = {"X-CSRF-Token": word["csrf"]}
        return self.client.post(path, data={**form, **word}, files=files, headers=headers)

    def post_plain(self, path: str, form: dict[str, str]) -> Response:
        """Post a form without a session."""
        return self.client.post(path, data=form | {"csrf": self.csrf()})

    def ask(self, path: str, body: Any = None, method: str = "POST") -> Response:
        """Send an API request as a page's script does."""
        headers = {"X-CSRF-Token": self.word or self.csrf("/calls")}
        return self.client.request(method, "/api/v1" + path, json=body, headers=headers)

    def enter(self, database: sessionmaker[Session], login: str) -> None:
        """Open a session directly: as after `sign_in`, without the slow password check."""
        token, at = secrets.token_urlsafe(32), now()
        with database.begin() as session:
            user = store.user_by_login(session, login)
            assert user
            new = NewSession(
                token=token,
                user=user.id,
                kind=SessionKind.BROWSER,
                csrf=secrets.token_urlsafe(24),
                created_at=at,
                expires_at=at + timedelta(hours=1),
            )
            open_session(session, new)
        self.word = new.csrf
        self.client.cookies.set(COOKIE, token)

    def sign_in(self, login: str, password: str, **more: str) -> Response:
        form = {"login": login, "password": password, "csrf": self.csrf()} | more
        self.word = ""
        return self.client.post("/sign-in", data=form)

    def token(self, login: str, password: str) -> str:
        answer = self.client.post("/api/v1/session", json={"login": login, "password": password})
        assert answer.status_code == 201, answer.text
        found: str = answer.json()["token"]
        return found

    def until_linked(self) -> None:
        deadline = time.monotonic() + 5
        while self.client.get("/readyz").status_code != 200:
            assert time.monotonic() < deadline, "the link to the engine does not come"


def _headers(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
