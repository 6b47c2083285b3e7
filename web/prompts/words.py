"""Words of the prompts' pages, and which standard prompts the library shows."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import chain

from crm.people.person import Language
from ivr.prompt_library.prompt import PromptSource
from web.kit.i18n import N_
from web.ops.setup.spoken_sentences import SENTENCES, TEXTS
from web.ops.setup.spoken_words import WORDS

_SENTENCES = ("queue-", "collect-")
"""So begin the spoken words that are whole sentences, in most languages."""

STANDARD: Mapping[str, Mapping[str, str]] = {
    language: {
        **SENTENCES[language],
        **{
            name: text
            for name, text in WORDS[language].items()
            if name.startswith(_SENTENCES) and all(name in words for words in WORDS.values())
        },
    }
    for language in SENTENCES
}
"""The standard prompts that flows may play: language, name, text."""

ALL_STANDARD = TEXTS
"""The same with the words of which numbers, dates and amounts are made."""

WORD_ORDER: Mapping[str, int] = {
    name: at for at, name in enumerate(dict.fromkeys(chain.from_iterable(WORDS.values())))
}
"""The names of the words, with their places in a list of them."""

LONGEST_WORD_SECONDS, LONGEST_WORD_LETTERS = 10.0, 60

SOURCES: Mapping[PromptSource, str] = {
    PromptSource.STANDARD: N_("Standard"),
    PromptSource.TYPED: N_("Typed"),
    PromptSource.RECORDED: N_("Recorded"),
    PromptSource.UPLOADED: N_("Uploaded file"),
}
TONES: Mapping[PromptSource, str] = {
    PromptSource.STANDARD: "out",
    PromptSource.TYPED: "ready",
    PromptSource.RECORDED: "talking",
    PromptSource.UPLOADED: "talking",
}
ANY = "any"
MISSING: Mapping[str, str] = {
    ANY: N_("Any language"),
    "en": N_("English"),
    "zh_CN": N_("Chinese"),
}


class PromptKind(StrEnum):
    """What a prompt of the library is for; the list shows the kinds in this order."""

    OWN = "own"
    STANDARD = "standard"
    BOXES = "boxes"  # of voicemail boxes
    WORDS = "words"  # of which numbers, dates and amounts are made


KINDS: Mapping[str, str] = {
    PromptKind.OWN: N_("Our own"),
    PromptKind.STANDARD: N_("Standard prompts"),
    PromptKind.BOXES: N_("Voicemail boxes"),
    PromptKind.WORDS: N_("Words"),
}


def kind_of(name: str) -> PromptKind:
    """Tell what a prompt is for by its name."""
    if any(name in texts for texts in STANDARD.values()):
        return PromptKind.BOXES if name.startswith("box-") else PromptKind.STANDARD
    return PromptKind.WORDS if name in WORD_ORDER else PromptKind.OWN


def languages_of(name: str) -> Sequence[Language]:
    """Give the languages in which a prompt is needed: some words exist in one of them only."""
    if kind_of(name) is not PromptKind.WORDS:
        return tuple(Language)
    return [language for language in Language if name in WORDS[language]]


def is_joined(name: str) -> bool:
    """Whether a prompt follows others without a gap, so that silence around it is cut off."""
    return name in WORD_ORDER


def is_standard(name: str) -> bool:
    """Whether a prompt is part of Hotline."""
    return kind_of(name) is not PromptKind.OWN
