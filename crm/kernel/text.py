"""Text as the database can keep it: callers, phones and browsers send what they like."""

import math
from collections.abc import Mapping

LONGEST = 4000  # characters; a note of more is somebody's novel


def clean(text: str, longest: int = LONGEST) -> str:
    """Cut a text and take out what PostgreSQL refuses: NUL and halves of surrogate pairs."""
    kept = text[:longest].replace("\0", "")
    return kept.encode("utf-8", "replace").decode("utf-8")


def clean_detail(
    detail: Mapping[str, str | int | float | bool],
) -> dict[str, str | int | float | bool]:
    """Make a fact's detail fit for JSONB, which knows neither NUL nor infinity nor NaN."""
    return {clean(key, 100): _clean_value(value) for key, value in detail.items()}


def _clean_value(value: str | float) -> str | int | float | bool:
    if isinstance(value, str):
        return clean(value)
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
