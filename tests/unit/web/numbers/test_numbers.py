"""Numbers: their flow, language, greeting and menu, edited as simple forms."""

import asyncio
import secrets
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest
from sqlalchemy.orm import Session, sessionmaker
from unit.web.visitor import Visitor

from ivr.flow import NumberSettings
from ivr.store import newest_document, numbers, numbers_in_use, prompts
from web.kit.jobs import JobContext
from web.kit.settings import Settings
from web.numbers import speaking
from web.numbers.jobs import JOBS
from web.ops.job_worker import JobWorker


def digits() -> str:
    return f"+8640080{secrets.randbelow(10**5):05}"


def made(admin: Visitor, **more: object) -> str:
    answer = admin.ask("/numbers", {"number": digits(), **more})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["number"])


def test_a_number_is_kept_in_e164_and_answered_by_its_flow(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    number = digits()
    form = {"number": f"{number[3:6]} {number[6:]}", "language": "zh_CN", "active": "on"}

    answer = admin.post("/numbers", form)

    place = answer.headers["location"].partition("?")[0]
    assert place == f"/numbers/%2B{number[1:]}/menu"
    assert admin.get(place).status_code == 200
    with database.begin() as session:
        (found,) = [one for one in numbers(session) if one.number == number]
        assert numbers_in_use(session)[number] == NumberSettings(found.flow, "zh_CN")


def test_a_number_that_is_taken_or_none_is_refused(admin: Visitor) -> None:
    number = made(admin)

    for wrong in (number, "1001", "12", "hotline", "+"):
        answer = admin.ask("/numbers", {"number": wrong})
        assert answer.status_code in {409, 422}, wrong
    page = admin.post("/numbers", {"number": "hotline", "language": "en"})
    assert page.status_code == 422
    assert 'id="number-number-error"' in page.text


def test_an_inactive_number_has_no_route(admin: Visitor, database: sessionmaker[Session]) -> None:
    number = made(admin)

    admin.ask(f"/numbers/{number}", {"active": False, "name": "Old"}, "PATCH")

    with database.begin() as session:
        assert number not in numbers_in_use(session)
    assert "inactive" in admin.get(f"/numbers/{number}").text


def test_a_menu_is_published_as_a_flow_of_the_known_steps(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    number = made(admin)
    menu = {"greeting": "Welcome to Blue Sky.", "otherwise": "support", "choices": {"1": "support"}}

    shown = admin.ask(f"/numbers/{number}/menu", menu, "PUT").json()

    assert (shown["greeting"], shown["choices"]) == ("Welcome to Blue Sky.", {"1": "support"})
    assert shown["menu"] == "For Support, press 1."
    with database.begin() as session:
        document = newest_document(session, shown["flow"]["id"])
        spoken = {one.name: one.text for one in prompts(session)}
    assert document["nodes"]["menu"]["choices"] == {"1": "support"}
    (greeting,) = document["nodes"]["greet"]["prompts"]
    assert spoken[greeting] == "Welcome to Blue Sky."


def test_the_standard_greeting_needs_no_prompt_of_its_own(
    admin: Visitor, database: sessionmaker[Session]
) -> None:
    number = made(admin)

    shown = admin.ask(f"/numbers/{number}/menu", {"otherwise": "support"}, "PUT").json()

    assert shown["greeting"] == "Thank you for calling Hotline."
    with database.begin() as session:
        document = newest_document(session, shown["flow"]["id"])
    assert document["nodes"]["greet"] == {
        "type": "play",
        "prompts": ["greeting"],
        "then": "support",
    }


def test_a_menu_that_leads_nowhere_is_refused_beside_its_key(admin: Visitor) -> None:
    number = made(admin)

    page = admin.post(f"/numbers/{number}/menu", {"otherwise": "support", "key_2": "nowhere"})

    assert page.status_code == 422
    assert 'id="menu-key_2-error"' in page.text


def test_the_form_takes_every_key_that_the_api_takes(admin: Visitor) -> None:
    number = made(admin)
    keys = "1234567890"

    admin.post(
        f"/numbers/{number}/menu",
        {"otherwise": "support", **{f"key_{key}": "support" for key in keys}},
    )

    shown = admin.get(f"/api/v1/numbers/{number}/menu").json()
    assert set(shown["choices"]) == set(keys)


def test_a_flow_with_other_steps_is_not_edited_by_the_form(admin: Visitor) -> None:
    assert 'data-testid="menu"' not in admin.get("/numbers/+864008001234").text
    assert 'data-testid="menu"' in admin.get(f"/numbers/{made(admin)}").text
    assert admin.get("/api/v1/numbers/+864008001234/menu").status_code == 409


@dataclass
class Voice:
    """What was asked of the system's voice."""

    texts: object = None

    def make(self, *given: object) -> None:
        _settings, _sounds, _progress, texts, *_service = given
        self.texts = texts


def test_typed_texts_are_spoken_by_a_job_in_the_folder_of_their_language(
    admin: Visitor,
    database: sessionmaker[Session],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    number = made(admin, language="zh_CN")
    menu = {"greeting": "欢迎致电蓝天。", "otherwise": "support"}
    flow = admin.ask(f"/numbers/{number}/menu", menu, "PUT").json()["flow"]["id"]
    voice = Voice()
    monkeypatch.setattr(speaking.sounds, "make", voice.make)
    monkeypatch.setattr(speaking.asterisk, "known", lambda _: SimpleNamespace(sounds=Path("/none")))
    context = JobContext(settings, database, Event())
    worker = JobWorker(database, [make(context) for make in JOBS.kinds])

    assert asyncio.run(worker.work_once()) >= 1
    assert asyncio.run(worker.work_once()) == 0

    assert isinstance(voice.texts, dict)
    assert voice.texts["zh_CN"][f"flow-{flow}-greeting"] == "欢迎致电蓝天。"
    assert f"flow-{flow}-greeting" not in voice.texts["en"]


def test_numbers_are_the_administrators_matter(chen_jing: Visitor) -> None:
    assert chen_jing.get("/numbers").status_code == 403
    assert chen_jing.ask("/numbers", {"number": digits()}).status_code == 403
