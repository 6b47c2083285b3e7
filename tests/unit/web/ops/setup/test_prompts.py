"""Prompts at two sampling rates."""

import numpy as np

from web.ops.setup.prompts import resampled


def test_a_tone_keeps_its_pitch_and_strength_at_half_the_rate():
    tone = np.sin(2 * np.pi * 440 * np.arange(16000) / 16000)
    lower = resampled(tone, 16000, 8000)

    assert len(lower) == 8000
    assert int(np.argmax(np.abs(np.fft.rfft(lower)))) == 440
    assert abs(float(np.max(lower)) - 1.0) < 0.01
