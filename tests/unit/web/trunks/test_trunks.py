"""Trunks: added by form and API, tested, deleted; their password is never shown."""

import secrets
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sip_provider import Provider
from sqlalchemy.orm import Session, sessionmaker
from unit.web.fake_engine import FakeEngine
from unit.web.visitor import Visitor

from crm.audit.models import AuditRow
from cti.trunks.store import trunks
from cti.trunks.trunk import Trunk
from web.live.examples import TRUNK

SECRET = "only for the carrier"
FORM = {
    "host": "sbc.example",
    "port": "5060",
    "transport": "udp",
    "max_channels": "30",
    "active": "on",
    "inbound": "on",
    "number_source": "request",
    "caller_source": "pai",
    "caller_id_form": "pai",
    "hide_allowed": "on",
    "codec_1": "g722",
    "codec_2": "alaw",
    "codec_3": "g722",
    "dtmf_mode": "rfc4733",
    "qualify_seconds": "60",
    "session_seconds": "1800",
}


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as made:
        yield made


def form(**more: str) -> dict[str, str]:
    return {**FORM, "name": f"Trunk {secrets.token_hex(4)}", **more}


def kept(database: sessionmaker[Session], id_: int) -> Trunk:
    with database.begin() as session:
        return next(one for one in trunks(session) if one.id == id_)


def added(admin: Visitor, **more: Any) -> dict[str, Any]:
    body = {"name": f"Trunk {secrets.token_hex(4)}", "host": "127.0.0.1", **more}
    answer = admin.ask("/trunks", body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_a_trunk_is_added_by_its_form_and_given_to_the_engine(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    wanted = form(username="8610555", password=SECRET, addresses="10.0.0.0/8\uff0c192.0.2.9")

    place = admin.post("/trunks", wanted).headers["location"]
    made = kept(database, int(place.rpartition("/")[2]))

    assert (made.host, made.max_channels, made.password) == ("sbc.example", 30, SECRET)
    assert made.addresses == ("10.0.0.0/8", "192.0.2.9")
    assert made.codecs == ("g722", "alaw")
    page = admin.get(place).text
    assert wanted["name"] in page
    assert SECRET not in page


@pytest.mark.parametrize(
    ("preset", "word"),
    [("carrier", "no password"), ("provider", "registers with"), ("pbx", "PBX in your own")],
)
def test_the_form_of_a_new_trunk_is_filled_for_its_kind(
    admin: Visitor, preset: str, word: str
) -> None:
    page = admin.get(f"/trunks/new?preset={preset}").text

    assert word in page
    assert f'name="preset" value="{preset}"' in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"host": "a b"}, "Enter a host name or an IP address."),
        ({"username": "u"}, "Enter the password for this username."),
        ({"registers": "on"}, "A trunk that registers needs a username."),
        ({"addresses": "10.0.0.0/99"}, "is not an IP address, a network or a host name"),
        ({"realm": 'a"b'}, "cannot contain quotes"),
        ({"port": "70000"}, "At most 65535."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_kept(
    admin: Visitor, wrong: dict[str, str], sentence: str
) -> None:
    wanted = form(**wrong)
    answer = admin.post("/trunks", wanted)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert wanted["name"] in answer.text


def test_a_wrong_advanced_setting_opens_its_part(admin: Visitor) -> None:
    assert "<details" in admin.get("/trunks/new").text
    answer = admin.post("/trunks", form(session_seconds="5"))

    assert '<details class="mt-3" open' in answer.text


def test_a_password_is_kept_if_it_is_not_typed_again(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    made = added(admin, username="u", password=SECRET)
    assert SECRET not in str(made)
    assert made["has_password"]

    admin.post(f"/trunks/{made['id']}", form(username="u", password=""))
    assert kept(database, made["id"]).password == SECRET

    admin.ask(f"/trunks/{made['id']}", {"username": ""}, "PATCH")
    assert kept(database, made["id"]).password == ""


def test_a_password_is_in_no_line_of_the_audit_log(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    made = added(admin, username="u", password=SECRET)
    admin.ask(f"/trunks/{made['id']}", {"password": "another"}, "PATCH")

    with database.begin() as session:
        query = session.query(AuditRow).filter_by(what="trunks", which=str(made["id"]))
        lines = [(one.action, str(one.before), str(one.after)) for one in query]
    assert {one[0] for one in lines} == {"trunk.added", "trunk.password_changed"}
    assert SECRET not in str(lines)
    assert "another" not in str(lines)


def test_a_change_keeps_what_it_does_not_name(admin: Visitor) -> None:
    made = added(admin, codecs=["opus", "alaw"], addresses=["10.0.0.0/8"])

    changed = admin.ask(f"/trunks/{made['id']}", {"max_channels": 9}, "PATCH").json()

    assert changed == {**made, "max_channels": 9}


def test_two_trunks_cannot_have_one_name(admin: Visitor) -> None:
    made = added(admin)
    other = added(admin)

    again = admin.ask("/trunks", {"name": made["name"], "host": "x.example"})
    renamed = admin.ask(f"/trunks/{other['id']}", {"name": made["name"]}, "PATCH")

    assert (again.status_code, renamed.status_code) == (409, 409)
    assert admin.post("/trunks", form(name=made["name"])).status_code == 422


def test_a_deleted_trunk_is_gone(admin: Visitor) -> None:
    made = added(admin)

    assert admin.ask(f"/trunks/{made['id']}", None, "DELETE").status_code == 204
    assert admin.get(f"/api/v1/trunks/{made['id']}").status_code == 404
    assert admin.get(f"/trunks/{made['id']}").status_code == 404
    assert admin.post(f"/trunks/{made['id']}/delete").status_code == 404


def test_the_list_shows_how_trunks_are_now(admin: Visitor, engine: FakeEngine) -> None:
    made = added(admin, max_channels=30)
    value = {**TRUNK, "id": made["id"], "name": made["name"], "state": "unreachable"}
    value |= {"channels": 4, "error": "call", "error_detail": "503"}
    engine.change({"kind": "trunk", "id": str(made["id"]), "value": value})

    def line() -> dict[str, Any]:
        found = admin.get("/api/v1/trunks?limit=500").json()["items"]
        shown: dict[str, Any] = next(one for one in found if one["id"] == made["id"])["now"]
        return shown

    deadline = time.monotonic() + 5
    while line()["state"] != "unreachable":
        assert time.monotonic() < deadline
    assert line()["channels"] == 4
    assert line()["error"].startswith("A call failed (503): The provider is out of service")
    rows = admin.get("/trunks/live?limit=200").text
    assert "Unreachable" in rows
    assert "4 / 30" in rows
    assert "Unreachable" in admin.get(f"/trunks/{made['id']}/state").text
    assert admin.get(f"/api/v1/trunks/{made['id']}/state").json()["error_at"]
    engine.change({"kind": "trunk", "id": str(made["id"]), "value": None})


def test_a_trunk_without_a_known_state_is_shown_as_unknown(admin: Visitor) -> None:
    on, off = added(admin), added(admin, active=False)

    states = [admin.get(f"/api/v1/trunks/{one['id']}/state").json() for one in (on, off)]

    assert [one["state"] for one in states] == ["unknown", "off"]
    assert "inactive" in admin.get(f"/trunks/{off['id']}").text


def test_the_test_says_why_a_registration_is_refused(admin: Visitor, provider: Provider) -> None:
    account = {"registers": True, "username": provider.username, "password": "wrong"}
    made = added(admin, port=provider.port, **account)

    result = admin.ask(f"/trunks/{made['id']}/test", {}).json()
    page = admin.post(f"/trunks/{made['id']}/test").text

    assert result["verdict"] == "bad"
    last = result["steps"][-1]
    assert last["sentence"] == "The provider refused the username or the password."
    assert last["raw"] == "SIP/2.0 401 Unauthorized"
    assert "The trunk does not work." in page
    assert "SIP/2.0 401 Unauthorized" in page


def test_the_test_of_a_good_trunk(admin: Visitor, provider: Provider) -> None:
    account = {"registers": True, "username": provider.username, "password": provider.password}
    made = added(admin, port=provider.port, **account)

    assert admin.ask(f"/trunks/{made['id']}/test", {}).json()["verdict"] == "good"
    assert "The trunk works." in admin.post(f"/trunks/{made['id']}/test").text


def test_a_supervisor_has_nothing_to_do_with_trunks(chen_jing: Visitor) -> None:
    assert chen_jing.get("/trunks").status_code == 403
    assert chen_jing.get("/api/v1/trunks").status_code == 403
