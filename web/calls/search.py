"""From what somebody typed into the call list's filter to what the store is asked."""

from datetime import datetime, timedelta

from crm.calls.question import CallFilter, Order
from crm.calls.record import Result
from crm.kernel.errors import InvalidError
from crm.kernel.phone import e164
from web.calls.shapes import CallQuery
from web.calls.words import DIRECTIONS
from web.kit.i18n import Reader

# A number of fewer digits is a part of one: who types 8000 looks for it inside the numbers.
WHOLE_NUMBER_DIGITS = 10


def read_filter(query: CallQuery, reader: Reader) -> CallFilter:
    """Read a filter; InvalidError names the field that cannot be understood."""
    return CallFilter(
        caller=_number(query.caller, reader.region),
        called=_number(query.called, reader.region),
        result=_result(query.result),
        agent=_id(query.agent, "agent"),
        customer=_id(query.customer, "customer"),
        direction=_direction(query.direction),
        queue=query.queue.strip(),
        since=_instant(query.since, "from", reader),
        until=_instant(query.until, "to", reader),
    )


def _number(text: str, region: str) -> str:
    number = e164(text, region)
    digits = "".join(letter for letter in text if letter.isdecimal())
    if number.startswith("+") and len(digits) >= WHOLE_NUMBER_DIGITS:
        return number
    # A text without any digit finds no number, rather than all of them.
    return digits or text.strip()


def _result(text: str) -> Result | None:
    try:
        return Result(text) if text else None
    except ValueError:
        raise InvalidError("“{key}” is not among the choices.", "result", key=text) from None


def read_order(sort: str) -> tuple[Order, bool]:
    """Read an order, newest first if none is said; InvalidError for what is none."""
    word = sort or "-began"
    try:
        return Order(word.removeprefix("-")), word.startswith("-")
    except ValueError:
        raise InvalidError("“{key}” is not among the choices.", "sort", key=sort) from None


def _direction(text: str) -> str:
    if text and text not in DIRECTIONS:
        raise InvalidError("“{key}” is not among the choices.", "direction", key=text)
    return text


def _id(text: str, name: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdecimal()) or int(text) >= 2**63:
        raise InvalidError("“{key}” is not among the choices.", name, key=text)
    return int(text)


def _instant(text: str, name: str, reader: Reader) -> datetime | None:
    text = text.strip()
    if not text:
        return None
    found = reader.instant(text.replace(" ", "+") if text.count(":") > 1 else text)
    if found is None:
        raise InvalidError("“{text}” is not a date or a time.", name, text=text[:40])
    if name == "to" and len(text) == len("2026-11-22"):
        # “to the 22nd” means: with the whole of the 22nd.
        found += timedelta(days=1)
    return found
