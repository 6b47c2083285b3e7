"""Names of people and companies: how they are compared, found and sorted.

Everything that looks for a name, or sorts by one, does it with the functions of this module, so
that José and jose, in letters of any width, are one name everywhere.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from itertools import groupby
from typing import cast

from crm.kernel.errors import InvalidError
from crm.kernel.text import clean

SORTED_LETTERS = 32  # of a name; a key must fit into an index and into the cursor of a list

# Letters that Unicode does not take apart into a base letter and a mark.
_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ŧ": "t", "\u0131": "i", "ß": "ss"}
    | {"æ": "ae", "œ": "oe", "þ": "th"}
)
_APOSTROPHES = dict.fromkeys(
    map(ord, "'`\u00b4\u2018\u2019\u201b\u02b9\u02bb\u02bc\u02bf\u2032\u05f3")
)
# Accents, and the vowel signs of Arabic and Hebrew, which most people do not write. The marks of
# Indic and Japanese scripts are as good as letters.
_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670\u0640\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f]"
)
_BETWEEN = re.compile(r"[\s\-\u00b7\u2010-\u2015\u2022\u2027\u30fb_]+")
# Characters that count as letters or symbols and show nothing.
_EMPTY = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_CHINESE = re.compile("[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd]")
_AFTER_LATIN = "\ue000"  # in a sort key: before each Chinese character
_THEN = "\x01"  # before what decides between names that are otherwise equal
LONGEST_PERSON = 4  # Chinese characters of a person's name

# Readings of surnames that differ from the word's usual one.
_SURNAMES = {
    "单": "shan4", "曾": "zeng1", "仇": "qiu2", "解": "xie4", "任": "ren2", "区": "ou1",
    "翟": "zhai2", "朴": "piao2", "乐": "yue4", "查": "zha1", "缪": "miao4", "盖": "ge3",
    "尉迟": "yu4 chi2", "万俟": "mo4 qi2", "长孙": "zhang3 sun1",
}  # fmt: skip


def comparable(text: str) -> str:
    """Make names comparable.

    Without differences of width, case, accents and spacing, without apostrophes and characters that
    show nothing; hyphens are blanks.
    """
    shown = "".join(letter for letter in unicodedata.normalize("NFKC", text) if is_shown(letter))
    folded = unicodedata.normalize("NFKD", shown.casefold())
    bare = _MARKS.sub("", folded).translate(_APOSTROPHES).translate(_LETTERS)
    return _BETWEEN.sub(" ", unicodedata.normalize("NFKC", bare)).strip()


def spellings(name: str) -> tuple[str, ...]:
    """Give the texts under which a name is found, each comparable.

    Its words, the same without blanks, and for Chinese the pinyin and its initials: a search for a
    part of any of them finds the name.
    """
    words = comparable(name)
    found = {words: None, words.replace(" ", ""): None}
    for reading in _readings(words):
        written = "".join(syllable.rstrip("012345") for syllable in reading)
        found[written.replace(" ", "")] = None
        # ü is typed as v or as u.
        found[written.replace(" ", "").replace("lv", "lu").replace("nv", "nu")] = None
        chinese = zip(words, reading, strict=True)
        found["".join(sound[0] for letter, sound in chinese if letter != sound)] = None
    return tuple(one for one in found if one)


@lru_cache(maxsize=20_000)
def sort_key(name: str) -> str:
    """Give a text that sorts names by code points.

    Latin names first, their accents and case only between equal ones; then Chinese by pinyin, tone
    and character.
    """
    shown = unicodedata.normalize("NFKC", clean(name, SORTED_LETTERS))[:SORTED_LETTERS]
    words = comparable(shown)
    reading = next(iter(reversed(_readings(words))), tuple(words))
    key = "".join(
        f"{_AFTER_LATIN}{sound}{letter}" if letter != sound or _CHINESE.match(letter) else letter
        for letter, sound in zip(words, reading, strict=True)
    )
    return f"{key}{_THEN}{shown.casefold()}"


def is_visible(name: str) -> bool:
    """Say whether a name shows anything at all: not only blanks, marks and empty characters."""
    return any(is_shown(letter) and not _is_blank(letter) for letter in name)


def is_shown(letter: str) -> bool:
    """Say whether a character shows or spaces something: no control or format character."""
    if letter in _EMPTY:
        return False
    return unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Cn"} or letter.isspace()


def needed_name(name: str, longest: int, field: str = "name") -> str:
    """Read a name that must be there, cut; InvalidError if it would be invisible."""
    kept = clean(name.strip(), longest).strip()
    if not is_visible(kept):
        raise InvalidError("Enter a name.", field=field)
    return kept


def _is_blank(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter)[0] in "ZM"


@lru_cache(maxsize=20_000)
def _readings(words: str) -> tuple[tuple[str, ...], ...]:
    """Give the readings of a name with Chinese: a sound with its tone for each character of it.

    Other characters are their own sound. The last reading is the likeliest: of a person's name, the
    one with the surname's reading.
    """
    if not _CHINESE.search(words):
        return ()
    sounds: list[str] = []
    for chinese, letters in groupby(words, lambda letter: bool(_CHINESE.match(letter))):
        run = "".join(letters)
        sounds += _pinyin(run) if chinese else run
    usual = tuple(sounds)
    person = len(words) <= LONGEST_PERSON and all(map(_CHINESE.match, words))
    surname = next((s for s in (words[:2], words[:1]) if s in _SURNAMES), "") if person else ""
    if not surname:
        return (usual,)
    return usual, (*_SURNAMES[surname].split(), *usual[len(surname) :])


def _pinyin(run: str) -> list[str]:
    """Give the sounds of Chinese characters, in the context of their words: `chong2 qing4`."""
    # Loading the dictionaries takes 0.4 s and 58 MB: only where a Chinese name is read.
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415

    # A list of single characters for those without a sound; its annotations know only texts.
    one_by_one = cast("Callable[[str], str]", list)
    found = lazy_pinyin(run, style=Style.TONE3, errors=one_by_one, neutral_tone_with_five=True)
    return found if len(found) == len(run) else list(run)
