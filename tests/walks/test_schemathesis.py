"""Whatever a program sends, the answer is one that the API's description names, never a 5xx."""

import secrets
from collections.abc import Iterator
from datetime import timedelta

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from sqlalchemy.orm import Session, sessionmaker
from unit.web.site import LI_WEIS_CALL
from unit.web.visitor import Response
from walks.own_site import own_site
from wide import examples

from crm.people.models import UserRow
from crm.people.person import NewSession, SessionKind
from crm.people.sessions.store import open_session
from crm.people.store import user_by_login
from web.kit.clock import now

EXAMPLES = examples(4)  # valid requests of each operation, and as many invalid ones
NEVER_ENDS = {"/api/v1/live/events"}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ROUGH = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
RUBBISH = [
    "%00",
    "%ed%a0%80",  # half of a surrogate pair
    "9" * 40,
    "-1",
    "1e400",
    "b1.b1.b1",
    "'; DROP TABLE users; --",
    "../../etc/passwd",
    "x" * 5000,
]


def _part(value: object) -> object:
    """Write a part of a form as text where it is no file: httpx takes nothing else."""
    if isinstance(value, tuple):
        return (value[0], _part(value[1]), *value[2:])
    return value if isinstance(value, str | bytes) else str(value)


class Program:
    """An administrator's program on its own site, where it may change anything."""

    def __init__(self, client: TestClient, database: sessionmaker[Session]) -> None:
        self.client = client
        self.database = database
        self.token = ""

    def enter(self) -> None:
        """Open a session, whatever an earlier request did to the account."""
        token, at = secrets.token_urlsafe(32), now()
        with self.database.begin() as session:
            user = user_by_login(session, "admin")
            assert user
            row = session.get_one(UserRow, user.id)
            row.enabled, row.must_change_password = True, False
            new = NewSession(
                token=token,
                user=user.id,
                kind=SessionKind.API,
                csrf="x",
                created_at=at,
                expires_at=at + timedelta(hours=1),
            )
            open_session(session, new)
        self.token = token

    def send(self, case: Case) -> Response:
        sent = case.as_transport_kwargs(base_url="http://testserver")
        sent["headers"] = {
            name: value
            for name, value in dict(sent.get("headers") or {}).items()
            if name.lower() != "authorization"
        } | {"Authorization": f"Bearer {self.token}"}
        sent.pop("cookies", None)
        self.client.cookies.clear()
        if sent.get("files"):
            sent["files"] = [(name, _part(value)) for name, value in sent["files"]]
        answer = self.client.request(**{key: sent[key] for key in sent if key in KNOWN})
        answer.request.read()  # a failed check shows the body, also one that was streamed
        return answer

    def get(self, path: str, **more: object) -> Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.client.request("GET", path, headers=headers, **more)


KNOWN = {"method", "url", "headers", "params", "json", "data", "files", "content"}


@pytest.fixture(scope="module")
def program(server_url: str, quick_passwords: None) -> Iterator[Program]:
    assert quick_passwords is None
    with own_site(server_url, "fuzz") as site:
        opened = Program(site.client, site.database)
        opened.enter()
        yield opened


@pytest.mark.wide
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_request_gets_an_answer_that_is_not_described(
    program: Program, mode: GenerationMode
) -> None:
    found = schemathesis.openapi.from_dict(program.client.app.openapi())  # type: ignore[attr-defined]
    wrong: dict[str, str] = {}
    for result in found.get_all_operations():
        operation = result.ok()
        if operation.path in NEVER_ENDS or not operation.path.startswith("/api/"):
            continue
        program.enter()

        @ROUGH
        @given(operation.as_strategy(generation_mode=mode))
        def ask(case: Case) -> None:
            answer = program.send(case)
            if answer.status_code == 401:
                program.enter()  # this request ended the session
            case.validate_response(answer, checks=CHECKS)

        try:
            ask()
        except Unsatisfiable:
            continue  # an operation without input has no invalid request
        except Exception as error:  # noqa: BLE001 - all errors are reported at the end
            wrong[operation.label] = f"{type(error).__name__}: {error}"[:1500]

    assert not wrong, "\n\n".join(f"{where}\n{what}" for where, what in wrong.items())


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_rubbish_in_an_address_causes_no_server_error(program: Program, rubbish: str) -> None:
    program.enter()
    for path in ("calls", "customers", "users", "notices", "audit", "logins"):
        for query in ("cursor", "limit", "q", "from", "sort", "agent"):
            answer = program.get(f"/api/v1/{path}?{query}={rubbish}")
            assert answer.status_code < 500, (path, query)
        answer = program.get(f"/api/v1/{path}/{rubbish}")
        assert answer.status_code < 500, path


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[" * 100_000,
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b'{"name": "\\ud800"}',
        b'{"name": "\\u0000"}',
        b'{"name": 1e999}',
        b'{"name": ' + b"9" * 5000 + b"}",
        b"\xff\xfe",
        b'{"name": "x", "name": "y", "__class__": "z"}',
    ],
)
def test_a_broken_body_causes_no_server_error(program: Program, body: bytes) -> None:
    program.enter()
    headers = {"Authorization": f"Bearer {program.token}", "Content-Type": "application/json"}
    for path in (
        "customers",
        "users",
        "roles",
        "webhooks",
        f"calls/{LI_WEIS_CALL}/service-records",
    ):
        answer = program.client.post(f"/api/v1/{path}", content=body, headers=headers)

        assert answer.status_code < 500, (path, answer.text)
