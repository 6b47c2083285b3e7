"""Prompts at two sampling rates."""

import numpy as np
import soundfile

from web.kit.settings import load_settings
from web.ops.setup import prompts, voices
from web.ops.setup.prompts import resampled
from web.ops.setup.spoken_sentences import TEXTS
from web.ops.setup.steps import SetupError


def test_a_tone_keeps_its_pitch_and_strength_at_half_the_rate():
    tone = np.sin(2 * np.pi * 440 * np.arange(16000) / 16000)
    lower = resampled(tone, 16000, 8000)

    assert len(lower) == 8000
    assert int(np.argmax(np.abs(np.fft.rfft(lower)))) == 440
    assert abs(float(np.max(lower)) - 1.0) < 0.01


def settings_of(tmp_path):
    return load_settings({"HOTLINE_HOME": str(tmp_path)})


def spoken_by(monkeypatch, voice):
    """No voice is asked for in these tests; a real one is `voice`."""

    def speak(_settings, _language, text, target, _progress):
        soundfile.write(target, np.full(8000, 0.1), 8000)
        said.append(text)
        return voice

    said: list[str] = []
    monkeypatch.setattr(prompts, "_speak", speak)
    return said


def test_the_standard_prompts_stand_in_the_repository(tmp_path, monkeypatch):
    asked = spoken_by(monkeypatch, "espeak-ng")
    settings = settings_of(tmp_path)

    prompts.make(settings, tmp_path, lambda _: None)

    assert asked == []
    assert prompts.missing(settings) == []
    for language, lines in TEXTS.items():
        for name in lines:
            sound, rate = soundfile.read(prompts.place(settings, language) / f"{name}.wav")
            assert (rate, sound.ndim) == (8000, 1)
            assert 0.3 < len(sound) / rate < 15
            assert 0.4 < np.max(np.abs(sound)) < 0.6


def test_a_typed_text_is_spoken_again_when_it_changes_or_a_better_voice_is_there(
    tmp_path, monkeypatch
):
    settings = settings_of(tmp_path)
    asked = spoken_by(monkeypatch, "espeak-ng")
    texts = {"zh_CN": {"flow-7-greeting": "欢迎致电蓝天。"}}
    prompts.make(settings, tmp_path, lambda _: None, texts)
    assert prompts.missing(settings, texts) == []
    texts["zh_CN"]["flow-7-greeting"] = "欢迎。"
    assert prompts.missing(settings, texts) == ["zh_CN/flow-7-greeting"]
    prompts.make(settings, tmp_path, lambda _: None, texts)

    voices.room(settings).mkdir(parents=True)
    assert prompts.missing(settings, texts) == ["zh_CN/flow-7-greeting"]
    assert prompts.missing(settings) == [
        f"{language}/{name}" for language, lines in TEXTS.items() for name in lines
    ]
    spoken_by(monkeypatch, "kokoro")
    prompts.make(settings, tmp_path, lambda _: None, texts)
    assert prompts.missing(settings, texts) == []
    assert asked == ["欢迎致电蓝天。", "欢迎。"]


def test_without_any_voice_asterisks_own_recording_stands_in(tmp_path, monkeypatch):
    settings = settings_of(tmp_path)
    monkeypatch.setattr(prompts, "_speak", lambda *_: "")
    soundfile.write(tmp_path / "hello.wav", np.full(800, 0.1), 8000)

    prompts.make(settings, tmp_path, lambda _: None, {"en": {"flow-7-greeting": "Hello."}})

    assert (prompts.place(settings, "en") / "flow-7-greeting.wav").exists()


def test_a_text_that_the_better_voice_cannot_speak_is_left_to_the_other_one(tmp_path, monkeypatch):
    settings = settings_of(tmp_path)
    texts = {"en": {"flow-7-greeting": "Hello."}}
    voices.room(settings).mkdir(parents=True)
    asked = []

    def say(command, _text, _environment=None):
        asked.append(command)
        if command == ["kokoro"]:
            raise SetupError("no such sound")
        soundfile.write(command[command.index("-w") + 1], np.full(8000, 0.1), 8000, format="WAV")

    monkeypatch.setattr(prompts, "_say", say)
    monkeypatch.setattr(prompts, "_espeak", lambda *_: (["espeak-ng"], {}))
    monkeypatch.setattr(voices, "command", lambda *_: ["kokoro"])

    prompts.make(settings, tmp_path, lambda _: None, texts)

    assert [command[0] for command in asked] == ["kokoro", "espeak-ng"]
    assert prompts.missing(settings, texts) == []
