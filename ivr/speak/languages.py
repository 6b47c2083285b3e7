"""The languages that are spoken."""

from collections.abc import Mapping

from ivr.speak.chinese import CHINESE
from ivr.speak.english import ENGLISH
from ivr.speak.speech import Speech

SPEECH: Mapping[str, Speech] = {"en": ENGLISH, "zh_CN": CHINESE}


def speech_in(language: str) -> Speech:
    """The grammar of a language; English where it is not known."""
    return SPEECH.get(language, ENGLISH)
