"""Prompts from nothing to callers: typed, uploaded, replaced, gone back to, renamed, deleted."""

import io
import secrets
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from unit.web.prompts.ground import Database, folder, new, pitch, send, shown, speak
from unit.web.visitor import Visitor
from walks.prompt_requests import tone

from crm.people.person import Language
from crm.people.store import set_language
from web.kit.settings import Settings
from web.ops.setup import prompts as sounds
from web.ops.setup.prompts import masters_dir
from web.prompts.masters import is_in_place, remove_orphans


def test_an_uploaded_file_is_heard_at_once_and_replaced_at_once(
    admin: Visitor, settings: Settings
) -> None:
    name = new(admin)
    assert shown(admin, name)["missing"] == ["en", "zh_CN"]
    for hertz in (440, 600):
        answer = send(admin, name, tone(hertz, 2.0, 44100))
        assert answer.status_code == 200, answer.text
        for ending, rate in sounds.RATES.items():
            samples, real = soundfile.read(folder(settings) / f"{name}.{ending}")
            assert real == rate
            assert abs(len(samples) / rate - 2.0) < 0.02
            assert abs(pitch(samples, rate) - hertz) < 3
            assert np.max(np.abs(samples)) <= 10 ** (-1 / 20) + 1e-3

    spoken = shown(admin, name)["languages"]["en"]
    assert (spoken["source"], spoken["seconds"]) == ("uploaded", 2.0)
    heard = admin.client.get(f"/prompts/{name}/audio?language=en")
    samples, rate = soundfile.read(io.BytesIO(heard.content))
    assert (rate, abs(pitch(samples, rate) - 600) < 3) == (16000, True)


def test_going_back_lets_callers_hear_the_older_audio(
    admin: Visitor, settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = new(admin)
    send(admin, name, tone(440))
    send(admin, name, tone(600))
    versions = admin.client.get(f"/api/v1/prompts/{name}/versions").json()["items"]
    assert [one["current"] for one in versions] == [True, False]
    assert versions[0]["by"]

    back = admin.post(f"/prompts/{name}/restore", {"version": str(versions[1]["version"])})
    assert back.status_code == 303
    speak(settings, database, monkeypatch)

    samples, rate = soundfile.read(folder(settings) / f"{name}.wav")
    assert abs(pitch(samples, rate) - 440) < 3
    assert len(admin.client.get(f"/api/v1/prompts/{name}/versions").json()["items"]) == 3
    assert admin.post(f"/prompts/{name}/restore", {"version": "9"}).status_code == 409


def test_a_typed_text_is_spoken_with_its_figures_in_words_and_only_once(
    admin: Visitor, settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = f"x{secrets.token_hex(4)}"
    name = new(admin, text_en=f"Press 2, {other}.", text_zh=f"{other}请按2。")
    assert "A voice is speaking this text." in admin.get(f"/prompts/{name}").text
    said = speak(settings, database, monkeypatch)
    assert [one for one in said if other in one] == [f"Press two, {other}.", f"{other}请按二。"]

    english = shown(admin, name)["languages"]["en"]
    assert (english["source"], english["seconds"]) == ("typed", 1.0)
    send(admin, name, tone())
    admin.ask(f"/prompts/{name}/text", {"text": f"Press 2, {other}."}, "PUT")
    assert speak(settings, database, monkeypatch) == []
    samples, rate = soundfile.read(folder(settings) / f"{name}.wav")
    assert (rate, len(samples)) == (8000, 8000)


def test_a_standard_prompt_is_replaced_and_reset(
    admin: Visitor, settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = folder(settings)
    sounds.make(settings, Path("/none"), lambda _: None, {"en": {"goodbye": "Goodbye."}})
    standard = (where / "goodbye.wav").read_bytes()
    assert send(admin, "goodbye", tone()).status_code == 200
    assert shown(admin, "goodbye")["languages"]["en"]["text"] == "Goodbye."
    # A start and the job leave it as it is.
    assert "goodbye" not in sounds.standard(settings)["en"]
    speak(settings, database, monkeypatch)
    assert (where / "goodbye.wav").read_bytes() != standard

    admin.ask("/prompts/goodbye/text", {"text": "See you."}, "PUT")
    assert "See you." in speak(settings, database, monkeypatch)
    assert "goodbye" not in sounds.standard(settings)["en"]

    assert admin.post("/prompts/goodbye/reset").status_code == 303
    speak(settings, database, monkeypatch)
    assert (where / "goodbye.wav").read_bytes() == standard
    assert "goodbye" in sounds.standard(settings)["en"]
    assert admin.post("/prompts/goodbye/remove").status_code == 409
    assert admin.post("/prompts/goodbye", {"name": "other"}).status_code == 409


def test_lost_files_are_made_again_from_the_master(
    admin: Visitor, settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = new(admin)
    send(admin, name, tone(600))
    for path in folder(settings).glob(f"{name}.*"):
        path.unlink()

    speak(settings, database, monkeypatch)

    samples, rate = soundfile.read(folder(settings) / f"{name}.wav")
    assert abs(pitch(samples, rate) - 600) < 3
    (master,) = {path.stem for path in masters_dir(settings).glob("*.flac")} & {
        (folder(settings) / f"{name}.own").read_text()
    }
    remove_orphans(settings, {master})
    assert is_in_place(settings, "en", name, master)


def test_a_prompt_that_flows_play_is_neither_deleted_nor_renamed(
    admin: Visitor, settings: Settings
) -> None:
    name = new(admin, text_en="Hello.")
    flow = admin.ask("/flows", {"name": f"Flow {secrets.token_hex(4)}"}).json()
    play = {"type": "play", "prompts": [name], "then": "bye"}
    document = {"start": "hi", "nodes": {"hi": play, "bye": {"type": "hangup"}}}
    admin.ask(f"/flows/{flow['id']}/draft", {"document": document}, "PUT")

    refused = admin.post(f"/prompts/{name}/remove")
    assert refused.status_code == 409
    assert flow["name"] in refused.text
    renamed = f"{name}-new"
    assert admin.ask(f"/prompts/{name}", {"name": renamed}, "PATCH").status_code == 200
    draft = admin.client.get(f"/api/v1/flows/{flow['id']}/draft").json()["document"]
    assert draft["nodes"]["hi"]["prompts"] == [renamed]
    assert not (folder(settings) / f"{name}.wav").exists()

    published = admin.ask(f"/flows/{flow['id']}/publish", {"message": "First"})
    assert published.status_code == 200, published.text
    answer = admin.ask(f"/prompts/{renamed}", {"name": name}, "PATCH")
    assert (answer.status_code, flow["name"] in answer.text) == (409, True)
    assert admin.ask(f"/prompts/{renamed}", None, "DELETE").status_code == 409
    used = shown(admin, renamed)["used_by"]
    assert [(one["published"], one["draft"]) for one in used] == [(True, False)]


def test_the_list_shows_what_is_missing(admin: Visitor) -> None:
    name = new(admin, text_en="Hello.", description="Before the menu")

    def names(filters: str) -> list[str]:
        found = admin.client.get(f"/api/v1/prompts?limit=200&{filters}").json()["items"]
        return [one["name"] for one in found]

    assert name in names("missing=zh_CN")
    assert name in names("missing=any&kind=own")
    assert name not in names("missing=en")
    assert name not in names("kind=standard")
    assert "greeting" in names("kind=standard")
    page = admin.get(f"/prompts/{name}?copy=en").text
    assert page.count("Hello.</textarea>") == 2


def test_the_list_tells_what_a_prompt_says_where_nobody_described_it(
    admin: Visitor, database: Database, people: Any
) -> None:
    long = f"x{secrets.token_hex(4)} " + "opening hours " * 30 + "last-word"
    name = new(admin, text_en=long, text_zh="营业时间")
    described = new(admin, text_en="Hello.", description="Before the menu")

    page = admin.get(f"/prompts?q={name}").text
    assert f'title="{long}"' in page
    assert name in admin.get("/prompts?q=opening+last-word").text
    assert name in admin.get(f"/prompts?q={name}+营业时间").text
    page = admin.get(f"/prompts?q={described}").text
    assert 'title="Before the menu"' in page
    assert described in admin.get(f"/prompts?q={described}+hello").text
    assert long in admin.get(f"/prompts/export?format=csv&q={name}").content.decode()

    with database.begin() as session:
        set_language(session, people.admin, Language.CHINESE)
    try:
        assert 'title="营业时间"' in admin.get(f"/prompts?q={name}").text
    finally:
        with database.begin() as session:
            set_language(session, people.admin, Language.ENGLISH)


def test_the_list_has_the_sites_own_prompts_first_and_those_of_boxes_last(admin: Visitor) -> None:
    name = new(admin, text_en="Hello.")
    kinds: list[str] = []
    cursor = ""
    while True:
        answer = admin.client.get(f"/api/v1/prompts?limit=50&cursor={cursor}").json()
        kinds += [one["kind"] for one in answer["items"]]
        if not (cursor := answer["next"] or ""):
            break
    assert [kind for at, kind in enumerate(kinds) if kind not in kinds[:at]] == [
        "own",
        "standard",
        "boxes",
    ]
    assert kinds == sorted(kinds, key=["own", "standard", "boxes"].index)
    of_boxes = admin.client.get("/api/v1/prompts?kind=boxes&limit=200").json()["items"]
    assert {one["name"][:4] for one in of_boxes} == {"box-"}
    assert name not in {one["name"] for one in of_boxes}


def test_a_copied_text_is_not_spoken_in_the_other_language_before_it_is_translated(
    admin: Visitor,
) -> None:
    name = new(admin, text_en="Hello there.")
    assert "Copy the text to translate it" in admin.get(f"/prompts/{name}").text
    page = admin.get(f"/prompts/{name}?copy=en").text
    assert page.count('data-testid="not-translated"') == 1
    assert shown(admin, name)["missing"] == ["zh_CN"]

    where = f"/prompts/{name}/text?language=zh_CN"
    refused = admin.post(where, {"text": " Hello  there.", "copied": "on"})
    assert (refused.status_code, "Translate the text first" in refused.text) == (422, True)
    assert 'data-testid="not-translated"' in refused.text
    assert 'name="copied"' in refused.text
    assert shown(admin, name)["missing"] == ["zh_CN"]
    assert admin.post(where, {"text": "您好。", "copied": "on"}).status_code == 303
    assert shown(admin, name)["languages"]["zh_CN"]["text"] == "您好。"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "name"),
        ("问候", "letters a to z"),
        ("../../etc/passwd", "letters a to z"),
        ("flow-7-greeting", "made by Hotline itself"),
        ("greeting", "already exists"),
        ("day-1", "already exists"),
    ],
)
def test_a_name_that_cannot_be_taken_is_refused_in_a_sentence(
    admin: Visitor, typed: str, says: str
) -> None:
    answer = admin.post("/prompts", {"name": typed})
    assert answer.status_code in {409, 422}
    assert says in answer.text


def hostile() -> dict[str, bytes]:
    wav = bytearray(tone())
    wav[24:28] = (2**31 - 1).to_bytes(4, "little")  # a sampling rate that nobody has
    silent = io.BytesIO()
    soundfile.write(silent, np.zeros(8000), 8000, format="WAV")
    return {
        "empty": b"",
        "text": b"I am a sound, really.",
        "zip": b"PK\x03\x04" + bytes(100),
        "cut": tone()[:60],
        "rate": bytes(wav),
        "noise as MP3": b"\xff\xfb" + secrets.token_bytes(5000),
        "noise as OGG": b"OggS" + secrets.token_bytes(5000),
        "noise as FLAC": b"fLaC" + secrets.token_bytes(5000),
        "silent": silent.getvalue(),
    }


@pytest.mark.parametrize("kind", hostile())
def test_a_file_that_is_no_sound_is_refused_at_its_field(admin: Visitor, kind: str) -> None:
    name = new(admin)
    where = f"/prompts/{name}/audio?language=en"
    answer = admin.send_files(where, {}, {"file": ("sound.wav", hostile()[kind])})

    assert answer.status_code == 422
    assert 'data-testid="field-file"' in answer.text
    assert 'id="file-en-file-error"' in answer.text
    assert shown(admin, name)["languages"] == {}


@pytest.mark.parametrize(("kind", "subtype"), [("MP3", None), ("OGG", None), ("FLAC", None)])
def test_every_usual_kind_of_file_is_taken(admin: Visitor, kind: str, subtype: str | None) -> None:
    made = io.BytesIO()
    at = np.arange(44100) / 44100
    stereo = np.stack([0.5 * np.sin(2 * np.pi * 600 * at), np.zeros(44100)], axis=1)
    soundfile.write(made, stereo, 44100, format=kind, subtype=subtype)
    name = new(admin)

    answer = send(admin, name, made.getvalue(), language="zh_CN")

    assert answer.status_code == 200, answer.text
    assert abs(answer.json()["languages"]["zh_CN"]["seconds"] - 1.0) < 0.1


def test_the_form_of_a_number_keeps_a_greeting_that_was_uploaded(
    admin: Visitor, settings: Settings
) -> None:
    number = f"+8640080{secrets.randbelow(10**5):05}"
    assert admin.ask("/numbers", {"number": number}).status_code == 201
    menu = {"greeting": "Welcome to Blue Sky.", "otherwise": "support"}
    shown_menu = admin.ask(f"/numbers/{number}/menu", menu, "PUT").json()
    name = f"flow-{shown_menu['flow']['id']}-greeting"
    assert send(admin, name, tone(600)).status_code == 200
    admin.ask(f"/numbers/{number}/menu", {**menu, "otherwise": "sales"}, "PUT")
    assert shown(admin, name)["languages"]["en"]["source"] == "uploaded"
    admin.ask(f"/numbers/{number}/menu", {**menu, "greeting": "Other."}, "PUT")
    assert shown(admin, name)["languages"]["en"]["source"] == "typed"
    assert settings
