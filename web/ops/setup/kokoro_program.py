"""Speaks one text with Kokoro: a program of the voices' own environment, never imported.

Arguments: language (`en`, `zh_CN`), model, vocabulary, voice, the file to write, and the command of
espeak-ng. The text is on standard input. The file is WAV of 24 kHz, mono. The model takes phonemes,
for which it has numbers, and a style, which depends on how many they are.
"""

# ruff: noqa: RUF001 - phonemes are letters of their own
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnxruntime  # type: ignore[import-not-found,unused-ignore]
import soundfile

RATE = 24000
MOST_TOKENS = 500
PAUSE = np.zeros(RATE // 4, dtype=np.float32)
SENTENCE = re.compile(r"[^.!?。！？]+[.!?。！？]*")
CLAUSE = re.compile(r"([^.,;:!?]+)([.,;:!?]*)")
# Sounds that espeak and the model write differently, in the order of replacing.
AMERICAN = (
    ("eɪ", "A"),
    ("aɪ", "I"),
    ("aʊ", "W"),
    ("oʊ", "O"),
    ("ɔɪ", "Y"),
    ("dʒ", "ʤ"),
    ("tʃ", "ʧ"),
    ("ɜː", "ɜɹ"),
    ("ɚ", "əɹ"),
    ("r", "ɹ"),
    ("ɹɹ", "ɹ"),
    ("ɐ", "ə"),
    ("ᵻ", "ɪ"),
    ("ɾ", "T"),
    ("oː", "ɔ"),
    ("ː", ""),
)


def english(text: str, espeak: list[str]) -> str:
    """Give the phonemes of English; espeak drops the marks, of which the pauses are made."""
    said = []
    for clause, marks in CLAUSE.findall(text):
        if not clause.strip():
            continue
        command = [*espeak, "-q", "--ipa", "-v", "en-us", clause.strip()]
        heard = subprocess.run(command, capture_output=True, check=True, text=True).stdout
        for theirs, ours in AMERICAN:
            heard = heard.replace(theirs, ours)
        said.append(" ".join(heard.split()) + marks[:1])
    return " ".join(said)


def chinese(text: str) -> str:
    """Give the phonemes of Chinese."""
    from misaki.zh import ZHG2P  # type: ignore[import-not-found,unused-ignore] # noqa: PLC0415

    said = ZHG2P()(text)
    return str(said[0] if isinstance(said, tuple) else said)


def main(language: str, model: str, vocabulary: str, voice: str, target: str, *espeak: str) -> None:
    """Speak sentence after sentence, with a pause between them."""
    numbers = json.loads(Path(vocabulary).read_text(encoding="utf-8"))["vocab"]
    styles = np.fromfile(voice, "<f4").reshape(-1, 1, 256)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    sound = []
    for sentence in SENTENCE.findall(sys.stdin.read()):
        said = english(sentence, list(espeak)) if language == "en" else chinese(sentence)
        tokens = [numbers[one] for one in said if one in numbers][:MOST_TOKENS]
        if tokens:
            style = styles[min(len(tokens), len(styles)) - 1]
            given = {"tokens": [[0, *tokens, 0]], "style": style, "speed": np.ones(1, np.float32)}
            sound += [session.run(None, given)[0].ravel(), PAUSE]
    soundfile.write(target, np.concatenate(sound[:-1]), RATE, subtype="PCM_16")


if __name__ == "__main__":
    main(*sys.argv[1:])
