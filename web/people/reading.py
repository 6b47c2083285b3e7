"""How the fields of a user are read: a number, an email address, a time zone."""

from functools import cache
from zoneinfo import available_timezones

from fastapi import Request

from crm.kernel.errors import InvalidError
from crm.kernel.phone import extension_of
from crm.kernel.typed_phone import NO_NUMBER, typed_number
from web.kit.i18n import N_
from web.kit.request import context_of


def read_number(request: Request, typed: str) -> str:
    """Read the number that callers see; "" for none, InvalidError for an extension."""
    if not typed.strip():
        return ""
    number = typed_number(typed, context_of(request).settings.region, "caller_number")
    if extension_of(number):
        raise InvalidError(NO_NUMBER, "caller_number", number=typed[:40])
    return number


def read_email(typed: str) -> str:
    """Read an email address; "" for none."""
    email = typed.strip()
    name, at, host = email.rpartition("@")
    whole = name and at and host and not any(letter.isspace() for letter in email)
    if email and not whole:
        raise InvalidError(N_("Enter a valid email address."), "email")
    return email


def check_zone(zone: str) -> None:
    """Refuse a time zone that there is not."""
    if zone and zone not in _zones():
        raise InvalidError("“{key}” is not one of the options.", "timezone", key=zone[:50])


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
