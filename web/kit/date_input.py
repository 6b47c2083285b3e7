"""Reading times that users type into the filters of a list."""

from datetime import UTC, datetime, timedelta

from crm.kernel.errors import InvalidError
from web.kit.i18n import Reader

DAY_LETTERS = len("2026-11-22")


def when(text: str, reader: Reader, name: str) -> datetime | None:
    """Read a day or a time in the reader's zone; InvalidError names the field if it is neither."""
    typed = text.strip()
    if not typed:
        return None
    # A plus sign in an address comes as a space: 2026-11-22T08:00:00 08:00.
    found = reader.instant(typed.replace(" ", "+") if typed.count(":") > 1 else typed)
    if found is None:
        raise InvalidError("“{text}” is not a date or a time.", name, text=typed[:40])
    return found


def until_end(text: str, reader: Reader, name: str) -> datetime | None:
    """Read the end of a period: “to the 22nd” includes the whole of the 22nd."""
    found = when(text, reader, name)
    if found is not None and len(text.strip()) == DAY_LETTERS:
        try:
            found += timedelta(days=1)
        except OverflowError:
            return datetime.max.replace(tzinfo=UTC)  # the calendar ends with this day
    return found
