"""Every change leaves an entry in the audit log: each endpoint is tried once."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import text
from unit.web.endpoints import Endpoint, endpoints_of
from unit.web.status.test_status import FakeSupervisor
from unit.web.visitor import Response, Visitor
from walks.good_request import GoodRequest
from walks.own_site import own_site
from walks.requests import GOOD_REQUESTS, Targets, good_request_for

# Changes without an entry in the audit log, and where they are recorded instead or why not.
WITHOUT_ENTRY = {
    "POST /sign-in": "the login log",
    "POST /sign-in/second-factor": "the login log",
    "POST /sign-out": "the login log",
    "POST /forgot": "the login log",
    "POST /set-password": "the login log",
    "POST /first-administrator": "an entry of the new administrator",
    "POST /api/v1/session": "the login log",
    "DELETE /api/v1/session": "the login log",
    "POST /language": "only the person's own view",
    "POST /lists/density": "only the person's own view",
    "POST /lists/{name}/columns": "only the person's own view",
    "POST /alarms/sound": "only the person's own sound",
    "POST /notices/read": "only the person's own view",
    "POST /notices/{notice}/read": "only the person's own view",
    "POST /api/v1/notices/read": "only the person's own view",
    "POST /api/v1/notices/{notice}/read": "only the person's own view",
    "POST /try-it/credentials": "no session",
    "POST /sound-check/credentials": "nothing is changed",
    "POST /api/v1/routes/test": "nothing is changed",
    "POST /flows/{flow}/import": "a draft: it is in the log when it is published",
    "POST /flows/{flow}/start": "a draft: it is in the log when it is published",
    "POST /flows/{flow}/steps": "a draft: it is in the log when it is published",
    "POST /flows/{flow}/steps/{step}": "a draft: it is in the log when it is published",
    "POST /flows/{flow}/steps/{step}/remove": "a draft: it is in the log when it is published",
    "PUT /api/v1/flows/{flow}/draft": "a draft: it is in the log when it is published",
    "POST /api/v1/flows/{flow}/check": "nothing is changed",
    "POST /api/v1/flows/{flow}/simulate": "nothing is changed",
    "POST /api/v1/flows/{flow}/replay": "nothing is changed",
    "POST /queues/check": "nothing is changed",
    "POST /queues/{queue}/preview": "nothing is changed",
    "POST /api/v1/queues/{queue}/preview": "nothing is changed",
    "POST /api/v1/outbound-rules/test": "nothing is changed",
    "POST /customers/choose": "shows a form; nothing is changed yet",
    "POST /account/identity": "noted when the user comes back from the identity provider",
    "POST /api/v1/account/second-factor/begin": "nothing is stored until its code comes back",
    "POST /desk/calls/{call}/customer": "the call's timeline",
    "POST /calls/{call}/finish": "the call's timeline; of another's call it is audited",
    "PUT /api/v1/calls/{call}/outcome": "the call's timeline; of another's call it is audited",
    "POST /api/v1/desk/calls/{call}/finish": "the call's timeline",
    "PATCH /api/v1/service-records/{record}": "the record itself; of another's call it is audited",
    "PUT /api/v1/drafts": "typed and not saved: no record yet",
    "DELETE /api/v1/drafts": "typed and not saved: no record yet",
    "PUT /api/v1/desk/phone-settings": "one's own phone",
    "POST /desk/layout": "only the person's own view",
    "PUT /api/v1/desk/layout": "only the person's own view",
    "POST /prompts/{name}/phone": "shows a code; what is recorded with it is told by the next",
    "POST /prompts/{name}/phone/take": "of a real phone only; it replaces as an upload does",
    "POST /api/v1/calls/{call}/service-records": "the record itself, with who and when",
    "POST /api/v1/desk/signin": "the agent's log",
    "POST /api/v1/desk/signout": "the agent's log",
    "POST /api/v1/desk/phone": "the agent's log",
    "POST /api/v1/desk/state": "the agent's log",
    "POST /api/v1/desk/calls": "the call's timeline",
    "POST /api/v1/desk/calls/{call}/transfer": "the call's timeline",
    "POST /api/v1/desk/calls/{call}/consult": "the call's timeline",
    "POST /api/v1/desk/calls/{call}/shuttle": "the call's timeline",
    "POST /api/v1/desk/calls/{call}/complete": "the call's timeline",
    "POST /api/v1/desk/calls/{call}/take-back": "the call's timeline",
    "POST /api/v1/desk/calls/{call}/conference": "the call's timeline",
    "POST /api/v1/desk/calls/{call}/add": "the call's timeline",
    "POST /api/v1/desk/calls/{call}/drop": "the call's timeline",
    "POST /api/v1/desk/calls/{call}/mute": "the call's timeline",
    "POST /api/v1/desk/calls/{call}/park": "the call's timeline",
    "POST /api/v1/floor/calls/{call}/monitor": "of a live call only: see the monitor's tests",
    "POST /api/v1/floor/calls/{call}/move": "of a live call only: see the monitor's tests",
    "POST /api/v1/floor/calls/{call}/hangup": "of a live call only: see the monitor's tests",
    "POST /api/v1/desk/when-free": "only the person's own desk",
    "POST /api/v1/desk/retrieve": "the call's timeline",
    "POST /api/v1/desk/pickup": "the call's timeline",
    "POST /api/v1/desk/calls/{call}/answer": "the call's timeline",
    "POST /api/v1/desk/calls/{call}/decline": "the call's timeline",
    "POST /api/v1/desk/calls/{call}/hangup": "the call's timeline",
    "POST /api/v1/desk/calls/{call}/hold": "the call's timeline",
    "POST /api/v1/desk/calls/{call}/more-time": "the agent's log",
    "POST /api/v1/desk/calls/{call}/outcome": "the call's timeline",
    "POST /api/v1/desk/calls/{call}/resume": "the call's timeline",
}
MAIL = {"mail_server": "127.0.0.1", "mail_port": 9, "mail_from": "hotline@example.com"}
MAIL |= {"mail_links": "https://hotline.example"}


@pytest.fixture(scope="module")
def targets(server_url: str, quick_passwords: None) -> Iterator[Targets]:
    assert quick_passwords is None
    with own_site(server_url, "audit") as site:
        supervisor = FakeSupervisor(site.settings)
        supervisor.start()
        made = Targets(site, Visitor(site.client))
        made.sign_in_anew()
        answer = made.visitor.ask("/parameters", MAIL, "PATCH")
        assert answer.status_code == 200, answer.text
        yield made
        supervisor.end()


@pytest.fixture(scope="module")
def endpoints(targets: Targets) -> dict[str, Endpoint]:
    return {f"{one.method} {one.path}": one for one in endpoints_of(targets.site.app)}


def send(targets: Targets, endpoint: Endpoint, wanted: GoodRequest) -> Response:
    places = {name: str(value) for name, value in wanted.where.items() if name}
    address = re.sub(r"{([a-z_]+)}", lambda found: places[found[1]], endpoint.path)
    if not endpoint.changes:
        return targets.visitor.get(address)
    if wanted.files:
        return targets.visitor.send_files(address, wanted.body, wanted.files)
    if endpoint.is_api:
        body = wanted.body if wanted.body or endpoint.method == "PATCH" else None
        return targets.visitor.ask(address.removeprefix("/api/v1"), body, endpoint.method)
    return targets.visitor.post(address, dict(wanted.body))


def entries_of(targets: Targets) -> int:
    """Count the audit log's entries of the user who sends the requests."""
    query = text("SELECT count(*) FROM audit_log WHERE user_id = :me")
    with targets.site.database.begin() as session:
        return int(session.execute(query, {"me": targets.me}).scalar_one())


def test_every_change_has_a_valid_request_or_a_reason_for_no_entry(
    endpoints: dict[str, Endpoint],
) -> None:
    changes = {key for key, endpoint in endpoints.items() if endpoint.changes}
    done = {key for key in changes if good_request_for(*key.split(" "))}

    assert changes - done - WITHOUT_ENTRY.keys() == set(), (
        "write a valid request for it in requests.py"
    )
    assert WITHOUT_ENTRY.keys() - changes == set()
    assert WITHOUT_ENTRY.keys() & GOOD_REQUESTS.keys() == set()


def test_every_change_leaves_an_entry_in_the_audit_log(
    targets: Targets, endpoints: dict[str, Endpoint]
) -> None:
    wrong = []
    for key, endpoint in endpoints.items():
        wanted = good_request_for(endpoint.method, endpoint.path)
        if wanted is None or key in WITHOUT_ENTRY:
            continue
        targets.sign_in_anew()
        request = wanted(targets)
        before = entries_of(targets)

        answer = send(targets, endpoint, request)

        if answer.status_code >= 400:
            wrong.append(f"{key}: {answer.status_code} {answer.text[:300]}")
        elif entries_of(targets) == before:
            wrong.append(f"{key}: {answer.status_code} and no entry")

    assert not wrong, "\n".join(wrong)


def test_every_export_and_recording_has_a_valid_request(endpoints: dict[str, Endpoint]) -> None:
    exports = {
        key for key, one in endpoints.items() if one.path.endswith(("/export", "/recording"))
    }

    assert exports <= GOOD_REQUESTS.keys()
