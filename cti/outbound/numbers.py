"""Which class a dialled number has: emergency, local, national, mobile, international, premium.

Source: libphonenumber's metadata, by the `phonenumbers` package.
"""

from enum import StrEnum
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType, shortnumberinfo

from crm.kernel.phone import is_internal


class NumberClass(StrEnum):
    """What a number costs and reaches, as permissions to dial are given by it."""

    INTERNAL = "internal"
    LOCAL = "local"
    NATIONAL = "national"
    MOBILE = "mobile"
    INTERNATIONAL = "international"
    PREMIUM = "premium"
    EMERGENCY = "emergency"


FRAUD_CLASSES = frozenset({NumberClass.INTERNATIONAL, NumberClass.PREMIUM})
"""The classes that toll fraud dials."""

SATELLITE_CODES = frozenset({870, 878, 881, 882, 883, 888, 979})
"""Country codes of satellites, international networks and shared premium numbers."""

_PREMIUM = frozenset({PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST})
_MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.PAGER})
_FREE = frozenset({PhoneNumberType.TOLL_FREE})
_MORE_EMERGENCY = {"CN": frozenset({"110", "112", "119", "120", "122", "999"})}


@lru_cache(maxsize=20_000)
def class_of(number: str, region: str, home: str = "") -> NumberClass:
    """The class of a number, E.164 or a short code, as dialled in a region.

    `home` is a number of the site's own: fixed lines with its area code are local. What cannot be
    read, and what a satellite carries, counts as premium: it must be allowed expressly.
    """
    if is_emergency(number, region):
        return NumberClass.EMERGENCY
    if is_internal(number):
        return _short(number, region)
    try:
        return _by_plan(phonenumbers.parse(number, region), region, home)
    except phonenumbers.NumberParseException:
        return NumberClass.PREMIUM


def _by_plan(number: PhoneNumber, region: str, home: str) -> NumberClass:
    kind = phonenumbers.number_type(number)
    if number.country_code in SATELLITE_CODES or kind in _PREMIUM:
        return NumberClass.PREMIUM
    if number.country_code != phonenumbers.country_code_for_region(region):
        return NumberClass.INTERNATIONAL
    if kind in _MOBILE:
        return NumberClass.MOBILE
    area = _area(number)
    near = kind in _FREE or (area != "" and area == _area_of(home, region))
    return NumberClass.LOCAL if near else NumberClass.NATIONAL


def is_emergency(number: str, region: str) -> bool:
    """Whether a number calls the police, the fire brigade or an ambulance."""
    digits = number.removeprefix("+")
    return digits in _MORE_EMERGENCY.get(region, frozenset()) or (
        is_internal(digits) and shortnumberinfo.is_emergency_number(digits, region)
    )


def _short(number: str, region: str) -> NumberClass:
    try:
        cost = shortnumberinfo.expected_cost_for_region(phonenumbers.parse(number, region), region)
    except phonenumbers.NumberParseException:
        return NumberClass.PREMIUM
    premium = cost == phonenumbers.ShortNumberCost.PREMIUM_RATE
    return NumberClass.PREMIUM if premium else NumberClass.LOCAL


def _area(number: PhoneNumber) -> str:
    length = phonenumbers.length_of_geographical_area_code(number)
    return phonenumbers.national_significant_number(number)[:length]


@lru_cache(maxsize=100)
def _area_of(home: str, region: str) -> str:
    try:
        return _area(phonenumbers.parse(home, region)) if home else ""
    except phonenumbers.NumberParseException:
        return ""
