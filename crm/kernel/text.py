"""Text that the database can store: callers, phones and browsers send anything."""

import math
import unicodedata
from collections.abc import Mapping

LONGEST = 4000  # characters
_BREAKS = frozenset({"Cc", "Zl", "Zp"})  # controls, separators of lines and paragraphs


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for "translate this later"
    """Mark a sentence for the catalogues; it is translated where it is shown."""
    return sentence


def clean(text: str, longest: int = LONGEST) -> str:
    """Cut a text and remove what PostgreSQL refuses: NUL and lone surrogates."""
    kept = text[:longest].replace("\0", "")
    return kept.encode("utf-8", "replace").decode("utf-8")


def one_line(text: str, longest: int = LONGEST) -> str:
    """Clean a text and make it one line without control characters, and no spaces around it."""
    spaced = "".join(" " if unicodedata.category(ch) in _BREAKS else ch for ch in text)
    return clean(spaced).strip()[:longest].rstrip()


def clean_detail(
    detail: Mapping[str, str | int | float | bool],
) -> dict[str, str | int | float | bool]:
    """Make a fact's detail fit for JSONB, which has no NUL, infinity or NaN."""
    return {clean(key, 100): _clean_value(value) for key, value in detail.items()}


def _clean_value(value: str | float) -> str | int | float | bool:
    if isinstance(value, str):
        return clean(value)
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
