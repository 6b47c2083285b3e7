"""Reads spoken words back: as text, and as a number."""

from decimal import Decimal

from web.ops.setup.spoken_words import WORDS

ENGLISH_UNITS = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9}
CHINESE_UNITS = {"10": 10, "100": 100, "1000": 1000, "10000": 10**4, "100000000": 10**8}


def text(language, words):
    """What the caller hears, as it is written."""
    said = [WORDS[language][word].rstrip(".,。，") for word in words]
    return "".join(said) if language == "zh_CN" else " ".join(said).lower()


def english_number(words):
    """The number that English words say."""
    sign, whole, behind = _parts(words)
    total = group = 0
    for word in whole:
        kind, _, name = word.partition("-")
        if word == "number-and":
            continue
        if kind == "digit" or name.isdigit():
            group += int(name)
            continue
        article, unit = name.startswith("a-"), ENGLISH_UNITS[name.removeprefix("a-")]
        group = 1 if article else group
        if unit == 100:
            group *= 100
        else:
            total, group = total + group * unit, 0
    return _signed(sign, total + group, behind)


def chinese_number(words):
    """The number that Chinese words say."""
    sign, whole, behind = _parts(words)
    total = group = digit = 0
    for word in whole:
        _, _, name = word.partition("-")
        if word == "number-two":
            digit = 2
        elif word.startswith("digit-"):
            digit = int(name)
        elif (unit := CHINESE_UNITS[name]) < 10**4:
            group, digit = group + (digit or 1) * unit, 0
        else:
            total, group, digit = total + (group + digit) * unit, 0, 0
    return _signed(sign, total + group + digit, behind)


def _parts(words):
    words = list(words)
    sign = -1 if words[0] == "number-minus" else 1
    words = words[1:] if sign < 0 else words
    at = words.index("number-point") if "number-point" in words else len(words)
    return sign, words[:at], words[at + 1 :]


def _signed(sign, whole, behind):
    digits = "".join(word.removeprefix("digit-") for word in behind)
    return sign * Decimal(f"{whole}.{digits or 0}")
