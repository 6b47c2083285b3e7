"""Reading times that users type into the filters of a list."""

from datetime import UTC, date, datetime, timedelta

from crm.kernel.errors import InvalidError
from web.kit.i18n import N_, Reader

_NO_TIME = N_("“{text}” is not a date or a time.")


def when(text: str, reader: Reader, name: str) -> datetime | None:
    """Read a day or a time in the reader's zone; InvalidError names the field if it is neither."""
    typed = text.strip()
    if not typed:
        return None
    # A plus sign in an address comes as a space: 2026-11-22T08:00:00 08:00.
    found = reader.instant(typed.replace(" ", "+") if typed.count(":") > 1 else typed)
    if found is None:
        raise InvalidError(_NO_TIME, name, text=typed[:40])
    return found


def until_end(text: str, reader: Reader, name: str) -> datetime | None:
    """Read the end of a period, not included: “to the 22nd” means up to the next local midnight.

    A local day has 23 or 25 hours when the clocks change.
    """
    try:
        day = date.fromisoformat(text.strip()) + timedelta(days=1)
    except ValueError:
        return when(text, reader, name)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)  # the calendar ends with this day
    return when(day.isoformat(), reader, name)
