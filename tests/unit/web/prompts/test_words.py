"""The words of numbers: replaced by one's own, heard in each number, and gone back to."""

import io
import secrets
from datetime import UTC
from pathlib import Path

import numpy as np
import pytest
import soundfile
from unit.web.prompts.ground import Database, folder, pitch, send, shown, speak
from unit.web.visitor import Visitor
from walks.prompt_requests import tone

from crm.people.person import Language
from ivr.speak.say import SayAs, words_of
from web.flows.world import flow_world
from web.kit.i18n import Reader
from web.kit.settings import Settings
from web.ops.setup import prompts as sounds
from web.prompts.words import ALL_STANDARD, PromptKind, kind_of


@pytest.fixture
def standard(settings: Settings) -> Path:
    """The words of a date and a number as Hotline records them."""
    texts = {name: ALL_STANDARD["en"][name] for name in ("digit-1", "digit-2", "number-oh")}
    sounds.make(settings, Path("/none"), lambda _: None, {"en": texts})
    return folder(settings)


def word(hertz: int, quiet: float = 0.5) -> bytes:
    """A tone of half a second between silences, as people record a word."""
    at, rest = np.arange(8000) / 16000, np.zeros(int(quiet * 16000))
    made = io.BytesIO()
    tone = 0.4 * np.sin(2 * np.pi * hertz * at)
    soundfile.write(made, np.concatenate([rest, tone, rest]), 16000, format="WAV")
    return made.getvalue()


def heard(where: Path, words: tuple[str, ...]) -> list[int]:
    """Give the pitch of what Asterisk plays, word for word."""
    return [pitch(*soundfile.read(where / f"{name}.wav")) for name in words]


def test_a_replaced_word_is_heard_in_each_number_without_its_silence_and_gone_back_to(
    admin: Visitor,
    settings: Settings,
    database: Database,
    standard: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    number = words_of("121", SayAs.TELEPHONE, "en")
    before = heard(standard, number)
    answer = send(admin, "digit-1", word(600))
    assert answer.status_code == 200, answer.text

    sounding = heard(standard, number)
    assert [abs(one - 600) < 4 for one in sounding] == [True, False, True]
    assert sounding[1] == before[1]
    assert shown(admin, "digit-1")["languages"]["en"]["seconds"] == pytest.approx(0.58, abs=0.05)
    speak(settings, database, monkeypatch)
    assert heard(standard, number) == sounding
    assert "digit-1" not in sounds.standard(settings)["en"]

    assert admin.post("/prompts/digit-1/reset").status_code == 303
    speak(settings, database, monkeypatch)
    assert heard(standard, number) == before


def test_a_typed_word_is_spoken_and_cut_where_it_is_silent(
    admin: Visitor,
    settings: Settings,
    database: Database,
    standard: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = f"Nought {secrets.token_hex(4)}"
    answer = admin.ask("/prompts/number-oh/text?language=en", {"text": text}, "PUT")
    assert answer.status_code == 200, answer.text
    speak(settings, database, monkeypatch, word(1000, quiet=1.0))
    samples, rate = soundfile.read(standard / "number-oh.wav")
    assert abs(pitch(samples, rate) - 1000) < 4
    assert len(samples) / rate == pytest.approx(0.58, abs=0.05)
    admin.post("/prompts/number-oh/reset")
    speak(settings, database, monkeypatch)


def test_words_are_shown_only_to_those_who_ask_for_them(admin: Visitor) -> None:
    def names(filters: str) -> list[str]:
        found = admin.client.get(f"/api/v1/prompts?limit=200&{filters}").json()["items"]
        return [one["name"] for one in found]

    assert not [one for one in names("") if kind_of(one) is PromptKind.WORDS]
    words = names("kind=words")
    assert words[:3] == ["digit-0", "digit-1", "digit-2"]
    assert {"month-12", "digit-yao", "money-cny"} < set(words)
    page = admin.get("/prompts?kind=words").text
    assert 'data-testid="words-note"' in page
    assert 'data-testid="words-note"' not in admin.get("/prompts").text


def test_a_word_has_only_the_languages_that_need_it(admin: Visitor, settings: Settings) -> None:
    assert set(shown(admin, "digit-yao")["languages"]) == {"zh_CN"}
    assert shown(admin, "digit-yao")["missing"] == []
    page = admin.get("/prompts/digit-yao").text
    assert 'data-testid="language-zh_CN"' in page
    assert 'data-testid="language-en"' not in page
    assert send(admin, "digit-yao", word(600), language="en").status_code == 409
    answer = admin.ask("/prompts/digit-yao/text?language=en", {"text": "One"}, "PUT")
    assert answer.status_code == 409
    assert not (folder(settings) / "digit-yao.wav").exists()


def test_a_word_is_short_and_flows_do_not_name_it(
    admin: Visitor, settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = send(admin, "digit-3", tone(seconds=12))
    assert (long.status_code, "10 seconds" in long.text) == (422, True)
    text = admin.ask("/prompts/digit-3/text", {"text": "three " * 20}, "PUT")
    assert text.status_code == 422
    assert send(admin, "digit-3", word(600)).status_code == 200
    with database.begin() as session:
        world = flow_world(session, Reader(Language.ENGLISH, UTC, "CN"))
    assert "digit-3" not in world.prompts
    assert "greeting" in world.prompts
    admin.post("/prompts/digit-3/reset")
    speak(settings, database, monkeypatch)
