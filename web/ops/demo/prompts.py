"""The demo's own prompts: one in both languages, one that lacks Chinese, a chime, and music."""

import hashlib
import io
from collections.abc import Mapping

import numpy as np
import soundfile
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from crm.people.person import Language, User
from ivr.prompt_library import store
from ivr.prompt_library.music import store as music
from ivr.prompt_library.prompt import PromptSource
from ivr.prompt_library.store import NewAudio
from web.kit.settings import Settings
from web.ops.setup.prompts import masters_dir
from web.ops.setup.spoken_sentences import TEXTS

RATE = 16000
OWNER = "admin"
TYPED: Mapping[str, tuple[str, Mapping[Language, str]]] = {
    "summer-hours": (
        "Opening hours in July and August",
        {
            Language.ENGLISH: "In July and August we are open from 9:00 to 17:30.",
            Language.CHINESE: "七月和八月的营业时间是9:00到17:30。",
        },
    ),
    "delivery-delays": (
        "While deliveries are late",
        {
            Language.ENGLISH: (
                "Deliveries take up to 3 days longer at the moment. You need not call us:"
                " each order that you placed is on its way."
            )
        },
    ),
}
CHIME, CHIME_NOTES = "chime", (659.3, 523.3, 784.0)
MUSIC, MUSIC_NOTES = "演示音乐 Demo chords", ((262, 330, 392), (220, 262, 330), (175, 220, 262))
Samples = NDArray[np.float64]


def add_demo_prompts(session: Session, settings: Settings, users: Mapping[str, User]) -> None:
    """Add the prompts and the music; the audio goes into the home."""
    by = users[OWNER].id
    for name, (description, texts) in TYPED.items():
        store.add_prompt(session, TEXTS, name, description)
        for language, text in texts.items():
            store.set_audio(session, name, language, NewAudio(PromptSource.TYPED, text, by=by))
    store.add_prompt(session, TEXTS, CHIME, "Three notes before an announcement")
    master, seconds = _master(settings, np.concatenate([_note([one], 0.4) for one in CHIME_NOTES]))
    for language in Language:
        new = NewAudio(PromptSource.UPLOADED, "", master, seconds, by)
        store.set_audio(session, CHIME, language, new)
    class_ = music.add_class(session, MUSIC, shuffled=False)
    chords = [_note(list(one), 2.5) for one in (*MUSIC_NOTES, MUSIC_NOTES[1])]
    master, seconds = _master(settings, np.concatenate(chords))
    music.add_file(session, class_, "chords.flac", master, seconds)
    bells = [_note([one, one * 2], 1.5) for one in CHIME_NOTES]
    master, seconds = _master(settings, np.concatenate(bells))
    music.add_file(session, class_, "bells.flac", master, seconds)


def _note(hertz: list[float], seconds: float) -> Samples:
    at = np.arange(int(RATE * seconds)) / RATE
    sounding = sum((np.sin(2 * np.pi * one * at) for one in hertz), np.zeros_like(at))
    # A soft beginning, and an end without a click.
    shape = np.minimum(1, at / 0.02) * np.exp(-2 * at / seconds) * np.minimum(1, at[::-1] / 0.02)
    made: Samples = 0.3 * sounding * shape / len(hertz)
    return made


def _master(settings: Settings, samples: Samples) -> tuple[str, float]:
    made = io.BytesIO()
    soundfile.write(made, samples, RATE, format="FLAC", subtype="PCM_16")
    content = made.getvalue()
    name = hashlib.sha256(content).hexdigest()
    folder = masters_dir(settings)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / f"{name}.flac").write_bytes(content)
    return name, round(len(samples) / RATE, 2)
