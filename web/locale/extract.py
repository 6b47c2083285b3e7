"""Collects all sentences of Hotline into the catalogue: `python web/locale/extract.py`.

New sentences are added empty to `zh_CN/LC_MESSAGES/messages.po` and then translated by hand;
sentences that are no longer used are removed. English needs no catalogue: the sentences are written
in it. The web reads the `.po` file itself and the client's build takes its part of it, so nothing
is compiled.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CHINESE = HERE / "zh_CN" / "LC_MESSAGES" / "messages.po"
_HEADER_NOISE = re.compile(
    rb'"(POT-Creation-Date|PO-Revision-Date|Generated-By|Report-Msgid-Bugs-To|Last-Translator)'
    rb'[^"]*"\n',
)
# Sentences of raised errors: the first argument of these (crm/kernel/errors.py).
ERRORS = (
    "MissingError",
    "ConflictError",
    "TakenError",
    "RefusedError",
    "InvalidError",
    "AwayError",
    "TooManyError",
    "WrongPasswordError",
    "NoRecordingError",
)
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    **dict.fromkeys(("_", "N_", "gettext", "say", "t", *ERRORS)),
    "ngettext": (1, 2),
}


def extract() -> Catalog:
    """Collect the sentences that are in the sources now."""
    found = _empty()
    for name, sentence in sentences():
        found.add(sentence, None, [(name, 0)])
    return found


def sentences() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """Give every sentence with the file that it is in; one that counts has two forms."""
    with (HERE / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    for name, _line, sentence, _comments, _context in extract_from_dir(
        ROOT,
        methods,
        options,
        KEYWORDS,
        directory_filter=_is_ours,
    ):
        if sentence and _is_sentence(sentence):
            yield name, sentence


def read_chinese() -> Catalog:
    """Read the Chinese catalogues: one for all, and those of features still being built."""
    whole = _empty()
    for path in sorted(CHINESE.parent.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="zh_CN"):
                whole[message.id] = message
    return whole


def update() -> Catalog:
    """Update the Chinese catalogue from the sources; existing translations stay."""
    kept, found = read_chinese(), extract()
    fresh = _empty()
    for message in sorted(found, key=lambda one: str(one.id)):
        if not message.id:
            continue
        old = kept.get(message.id)
        fresh.add(message.id, old.string if old else None, flags=message.flags)
    text = io.BytesIO()
    write_po(text, fresh, no_location=True, width=100)
    # No dates, no tool's name, no places: they would change the file without a changed sentence.
    CHINESE.write_bytes(_HEADER_NOISE.sub(b"", text.getvalue()))
    for path in CHINESE.parent.glob("*.po"):
        if path != CHINESE:
            path.unlink()
    return fresh


def missing() -> list[str]:
    """Give what is not translated yet, without touching a file."""
    kept = read_chinese()
    said = [message.id for message in extract() if message.id]
    return [str(one) for one in said if kept.get(one) is None] + untranslated(kept)


def untranslated(catalogue: Catalog) -> list[str]:
    """Give sentences without a translation, or whose translation lacks a `{place}`."""
    return [
        str(message.id)
        for message in catalogue
        if message.id and not all(_holds(message.id, text) for text in _strings(message.string))
    ]


def _empty() -> Catalog:
    return Catalog(
        locale="zh_CN",
        project="Hotline",
        version="1",
        header_comment="# Hotline in Simplified Chinese; see web/locale/extract.py.",
        last_translator="",
        language_team="zh_CN",
        charset="utf-8",
        fuzzy=False,
    )


def _strings(string: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [string or ""] if isinstance(string, str) or string is None else list(string)


def _holds(sentence: str | tuple[str, ...] | list[str], translation: str) -> bool:
    original = sentence if isinstance(sentence, str) else sentence[-1]
    return bool(translation) and _places(original) == _places(translation)


def _places(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def _is_ours(path: str) -> bool:
    return Path(path).name not in {"node_modules", "dist", "tests", ".git", "var", ".venv", "venv"}


def _is_sentence(sentence: str | tuple[str, ...]) -> bool:
    return bool(sentence if isinstance(sentence, str) else all(sentence))


if __name__ == "__main__":
    left = missing() if "--missing" in sys.argv else untranslated(update())
    for line in left:
        sys.stdout.write(f"untranslated: {line}\n")
    sys.exit(1 if left else 0)
