"""How the beginnings of rates are written: digits, or a word for a kind of numbers."""

from collections.abc import Mapping

from crm.charges.rate import CLASSES

CLASS_WORDS: Mapping[str, str] = {
    **{word: word for word in CLASSES},
    "市话": "local",
    "本地": "local",
    "国内": "national",
    "国内长途": "national",
    "长途": "national",
    "手机": "mobile",
    "移动": "mobile",
    "国际": "international",
    "国际长途": "international",
    "声讯": "premium",
    "紧急": "emergency",
}


def read_begins(text: str) -> str:
    """Read a beginning as people write it: 0044 is +44, and a kind may be named in Chinese."""
    plain = text.strip().replace(" ", "").lower()
    if plain.startswith("00"):
        plain = "+" + plain[2:]
    return CLASS_WORDS.get(plain, plain)
