"""Prompts for tests: added, sent, and made into what calls hear by a voice that only notes it."""

import secrets
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import soundfile
from sqlalchemy.orm import Session, sessionmaker
from unit.web.visitor import Visitor

from web.kit.settings import Settings
from web.numbers import speaking
from web.ops.setup import prompts as sounds

Database = sessionmaker[Session]


def new(admin: Visitor, **more: str) -> str:
    name = f"prompt-{secrets.token_hex(4)}"
    answer = admin.ask("/prompts", {"name": name, **more})
    assert answer.status_code == 201, answer.text
    return name


def shown(admin: Visitor, name: str) -> dict[str, Any]:
    found: dict[str, Any] = admin.client.get(f"/api/v1/prompts/{name}").json()
    return found


def send(admin: Visitor, name: str, content: bytes, *, language: str = "en") -> Any:
    where = f"/api/v1/prompts/{name}/audio?language={language}"
    return admin.send_files(where, {}, {"file": ("sound.wav", content)})


def pitch(samples: Any, rate: int) -> int:
    spectrum = np.abs(np.fft.rfft(samples))
    return round(int(np.argmax(spectrum)) * rate / len(samples))


def folder(settings: Settings, language: str = "en") -> Path:
    return sounds.place(settings, language)


def speak(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch, sound: bytes = b""
) -> list[str]:
    """Let the job make what calls hear, with a voice that only notes what it is to say."""
    said: list[str] = []

    def voice(_settings: Any, _language: str, text: str, target: Path, _progress: Any) -> str:
        if sound:
            target.write_bytes(sound)
        else:
            soundfile.write(target, np.full(24000, 0.1), 24000)
        said.append(text)
        return "espeak-ng"

    monkeypatch.setattr(sounds, "_speak", voice)
    known = SimpleNamespace(sounds=Path("/none"))
    monkeypatch.setattr(speaking.asterisk, "known", lambda _: known)
    speaking.speak_texts(settings, database)
    return said
