"""Audio becomes one loudness, never clips, and is measured in pieces however long it is."""

import numpy as np
import pytest
import soundfile

from web.prompts import convert
from web.prompts.convert import MASTER_RATE, PEAK, AudioError, levelled, loudness, read_mono

RANDOM = np.random.default_rng(7)


def noise(seconds: float, peak: float) -> np.ndarray:
    made = RANDOM.uniform(-peak, peak, int(seconds * MASTER_RATE))
    return made.astype(np.float32)


@pytest.mark.parametrize("peak", [0.001, 0.05, 0.9])
def test_loud_and_quiet_recordings_come_out_alike(peak: float) -> None:
    assert abs(loudness(levelled(noise(3, peak), MASTER_RATE), MASTER_RATE) + 23) < 0.2


def test_a_very_short_sound_is_levelled_by_its_power() -> None:
    out = levelled(noise(0.2, 0.01), MASTER_RATE)
    assert abs(10 * np.log10(np.mean(np.square(out))) + 23) < 0.2


def test_a_sound_with_one_click_does_not_clip() -> None:
    quiet = noise(3, 0.001)
    quiet[1000] = 0.9
    assert np.max(np.abs(levelled(quiet, MASTER_RATE))) <= PEAK + 1e-6


def test_silence_is_no_prompt() -> None:
    with pytest.raises(AudioError, match="silent"):
        levelled(np.zeros(16000, dtype=np.float32), MASTER_RATE)


@pytest.mark.parametrize("rate", [8000, 11025, 22050, 44100, 48000, 96000])
def test_any_rate_and_number_of_channels_keep_pitch_and_length(tmp_path, rate: int) -> None:
    at = np.arange(2 * rate) / rate
    tone = 0.5 * np.sin(2 * np.pi * 440 * at)
    soundfile.write(tmp_path / "a.wav", np.stack([tone, tone, tone], axis=1), rate)
    mono = read_mono(tmp_path / "a.wav")
    assert abs(len(mono) - 2 * MASTER_RATE) < 20
    assert abs(int(np.argmax(np.abs(np.fft.rfft(mono)))) / 2 - 440) < 2
    assert abs(np.max(np.abs(mono[1000:-1000])) - 0.5) < 0.01


def test_what_is_too_long_is_refused_while_it_is_read(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(convert, "MOST_SECONDS", 1)
    soundfile.write(tmp_path / "a.wav", np.full(8001 * 20, 0.1), 8000)
    with pytest.raises(AudioError, match="too long"):
        read_mono(tmp_path / "a.wav")


def test_numbers_that_are_none_do_no_harm(tmp_path) -> None:
    samples = noise(1, 0.5)
    samples[:3] = [np.nan, np.inf, -np.inf]
    soundfile.write(tmp_path / "a.wav", samples, MASTER_RATE, subtype="FLOAT")
    assert np.isfinite(read_mono(tmp_path / "a.wav")).all()
