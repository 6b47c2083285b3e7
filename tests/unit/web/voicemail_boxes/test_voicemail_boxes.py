"""Voicemail boxes: set by administrators, spoken by a job, protected by what leads to them."""

import secrets
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker
from unit.web.conftest import People
from unit.web.visitor import Visitor

from crm.audit.store import AuditFilter, entries
from crm.kernel.destination import Destination, DestinationKind
from crm.voicemail.models import VoicemailBoxRow
from cti.routes.rule import Forced, RouteId, RouteRule
from cti.routes.store import RouteSettings, add_route, begin_forced, end_forced, remove_route
from ivr.store import add_flow
from web.destinations.usage import names
from web.kit.passwords import is_password
from web.kit.settings import Settings
from web.numbers import speaking
from web.ops.setup import prompts

Database = sessionmaker[Session]


def name() -> str:
    return f"Box {secrets.token_hex(4)}"


def made(admin: Visitor, **more: Any) -> dict[str, Any]:
    answer = admin.ask("/voicemail-boxes", {"name": name(), **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def form(**more: str) -> dict[str, str]:
    return {
        "name": name(),
        "language": "en",
        "most_seconds": "60",
        "keep_days": "30",
        "active": "on",
        **more,
    }


def test_a_box_is_added_by_its_form_and_shown(admin: Visitor) -> None:
    sent = form(mail_to="a@example.com\nb@example.com", greeting="晚上好。", language="zh_CN")

    answer = admin.post("/voicemail-boxes", sent)

    page = admin.get(answer.headers["location"]).text
    assert answer.status_code == 303
    assert "a@example.com\nb@example.com" in page
    assert "晚上好。" in page
    assert sent["name"] in admin.get("/voicemail-boxes").text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "Enter the name."),
        ({"most_seconds": "2"}, "At least 5."),
        ({"keep_days": "4000"}, "At most 3650."),
        ({"mail_to": "nobody"}, "Enter a valid email address."),
        ({"pin": "12"}, "A PIN has 4 to 10 digits."),
        ({"pin": "1234"}, "This PIN is too easy to guess."),
        ({"agent": "987654"}, "is not one of the options"),
        ({"group": "987654"}, "is not one of the options"),
        ({"agent": "1", "group": "1"}, "Choose an agent or a user group, not both."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    admin: Visitor, wrong: dict[str, str], sentence: str
) -> None:
    answer = admin.post("/voicemail-boxes", {**form(greeting="kept text"), **wrong})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "kept text" in answer.text


def test_a_name_and_an_agent_have_one_box(admin: Visitor, people: People) -> None:
    first = made(admin, agent=people.wang_fang)

    assert admin.ask("/voicemail-boxes", {"name": first["name"]}).status_code == 409
    again = admin.post("/voicemail-boxes", form(agent=str(people.wang_fang)))
    assert again.status_code == 422
    assert "This agent has a voicemail box already." in again.text
    assert admin.ask(f"/voicemail-boxes/{first['id']}", method="DELETE").status_code == 204


def test_a_pin_is_hashed_kept_replaced_and_removed(admin: Visitor, database: Database) -> None:
    box = made(admin, pin="4071991305")["id"]
    url = f"/voicemail-boxes/{box}"
    assert "4071991305" not in admin.get(url).text
    assert "A PIN is set." in admin.get(url).text

    assert admin.post(url, form()).status_code == 303
    assert is_password(pin_hash(database, box), "4071991305")
    assert admin.post(url, form(pin="9913407105")).status_code == 303
    assert is_password(pin_hash(database, box), "9913407105")
    assert admin.post(url, form(remove_pin="on")).status_code == 303
    assert pin_hash(database, box) == ""
    with database.begin() as session:
        lines = entries(session, AuditFilter(what="voicemail_boxes", which=str(box))).items
        assert "4071991305" not in str(lines)
        assert any(line.after.get("pin_changed") for line in lines)


def pin_hash(database: Database, box: int) -> str:
    with database.begin() as session:
        return session.get_one(VoicemailBoxRow, box).pin_hash


def test_another_users_change_is_not_overwritten(admin: Visitor) -> None:
    box = made(admin)["id"]
    tag = admin.get(f"/api/v1/voicemail-boxes/{box}").headers["etag"]
    admin.ask(f"/voicemail-boxes/{box}", {"keep_days": 5}, "PATCH")

    late = admin.post(f"/voicemail-boxes/{box}", form(version=tag))

    assert late.status_code == 409
    assert "Someone else changed this." in late.text


def test_a_box_that_a_route_leads_to_stays(admin: Visitor, database: Database) -> None:
    box = made(admin)["id"]
    to = Destination(DestinationKind.VOICEMAIL, str(box))
    hang_up = Destination(DestinationKind.HANG_UP)
    with database.begin() as session:
        rule = RouteRule(RouteId(0), "At night", hang_up, called="+8640080099", closed=to)
        route = add_route(session, RouteSettings(rule))

    refused = admin.post(f"/voicemail-boxes/{box}/remove")
    assert refused.status_code == 409
    assert "These routes lead here: At night. Change them first." in refused.text
    off = admin.ask(f"/voicemail-boxes/{box}", {"active": False}, "PATCH")
    assert (off.status_code, "At night" in off.json()["detail"]) == (409, True)

    with database.begin() as session:
        remove_route(session, route)
    assert admin.post(f"/voicemail-boxes/{box}/remove").status_code == 303


@pytest.mark.parametrize("number", ["", "+864008009988"])
def test_a_box_that_forced_handling_leads_to_stays(
    admin: Visitor, database: Database, people: People, number: str
) -> None:
    box = made(admin)["id"]
    to = Destination(DestinationKind.VOICEMAIL, str(box))
    with database.begin() as session:
        begin_forced(session, Forced(to, number, None), "fire", people.admin)

    refused = admin.ask(f"/voicemail-boxes/{box}", method="DELETE")

    assert refused.status_code == 409
    assert (number or "all numbers") in refused.json()["detail"]
    with database.begin() as session:
        end_forced(session, number, people.admin)


def test_a_destination_is_found_anywhere_in_a_flow(database: Database) -> None:
    with database.begin() as session:
        add_flow(session, name())
    document = {"nodes": {"a": {"then": ["b", {"to": "voicemail:7"}]}}}

    assert names(document, "voicemail:7")
    assert not names(document, "voicemail:77")
    assert not names({}, "voicemail:7")


def test_greetings_are_spoken_in_the_boxes_language_for_callers_of_all(
    admin: Visitor, database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = made(admin, greeting="晚上好。", language="zh_CN")["id"]
    folders = [prompts.place(settings, one) for one in ("zh_CN", "en")]
    asked: list[object] = []

    def make(*given: Any) -> None:
        _settings, _sounds, _progress, texts, *_service = given
        asked.append(texts)
        folders[0].mkdir(parents=True, exist_ok=True)
        for ending in ("wav", "wav16"):
            (folders[0] / f"voicemail-{box}.{ending}").write_bytes(b"sound")

    monkeypatch.setattr(speaking.sounds, "make", make)
    monkeypatch.setattr(speaking.asterisk, "known", lambda _: _Switch())

    assert speaking.speak_texts(settings, database)

    (texts,) = asked
    assert texts["zh_CN"][f"voicemail-{box}"] == "晚上好。"  # type: ignore[index]
    assert f"voicemail-{box}" not in texts["en"]  # type: ignore[index]
    assert (folders[1] / f"voicemail-{box}.wav16").read_bytes() == b"sound"


class _Switch:
    sounds = None


def test_boxes_are_the_matter_of_call_routing(chen_jing: Visitor) -> None:
    assert chen_jing.get("/voicemail-boxes").status_code == 403
    assert chen_jing.ask("/voicemail-boxes", {"name": name()}).status_code == 403
