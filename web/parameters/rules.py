"""Checks of parameters that only the web can make: keys, addresses and links.

A secret is sealed here before it is stored, and never shown again.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from crm.kernel.errors import InvalidError
from crm.mail.mail import checked_address
from crm.parameters.parameter import PARAMETERS, Value
from cti.bans.rule import read_networks
from web.kit.i18n import N_
from web.kit.settings import Settings
from web.kit.zones import zones
from web.mail.server import seal_password
from web.ops import age
from web.parameters.speech_rules import check_speech
from web.prompts.service import HEADERS, seal_headers

LONGEST_SECRET = 200
SHOWN = "••••••••"  # in a secret's place
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[?[0-9A-Fa-f:]+\]?")


def checked(settings: Settings, wishes: Mapping[str, Value | None]) -> dict[str, Value | None]:
    """Give the wishes in their stored form; InvalidError names a wrong one.

    A secret that was left empty, or comes back as it was shown, stays as it is.
    """
    found: dict[str, Value | None] = {}
    for key, value in wishes.items():
        one = PARAMETERS.get(key)
        if one is not None and one.secret and value is not None:
            if value not in {"", SHOWN}:
                found[key] = _sealed(settings, key, str(value))
            continue
        if isinstance(value, str) and value.strip():
            _check(key, value.strip())
        found[key] = value
    return found


def shown(key: str, value: Value) -> Value:
    """Give a value for display: of a secret only whether one is set."""
    if PARAMETERS[key].secret:
        return SHOWN if value else ""
    return value


def _check(key: str, value: str) -> None:  # noqa: C901 - a case for each
    match key:
        case "backup_key":
            try:
                age.read_public_key(value)
            except ValueError:
                raise InvalidError("Enter a public key (age1…).", field=key) from None
        case "ban_exceptions":
            _check_networks(key, value)
        case "timezone":
            if value not in zones():
                raise InvalidError("“{key}” is not among the choices.", field=key, key=value[:50])
        case "mail_from":
            checked_address(value, key)
        case "mail_server":
            if _HOST.fullmatch(value) is None:
                raise InvalidError("Enter a valid host name.", field=key)
        case "mail_links":
            _check_links(key, value)
        case "speech_url" | "speech_body":
            check_speech(key, value)
        case _:
            pass


def _check_networks(key: str, value: str) -> None:
    try:
        read_networks(value)
    except ValueError:
        sentence = N_("Enter addresses and networks, such as 198.51.100.0/24.")
        raise InvalidError(sentence, field=key) from None


def _check_links(key: str, value: str) -> None:
    try:
        parts = urlsplit(value)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname)
        bare = parts.path in {"", "/"} and not parts.query and not parts.fragment
        bare = bare and parts.username is None and parts.port != 0
    except ValueError:
        good = bare = False
    if not (good and bare) or not value.isascii() or not value.isprintable():
        raise InvalidError("Enter a URL such as https://calls.example.com.", field=key)


def _sealed(settings: Settings, key: str, secret: str) -> str:
    if key == HEADERS:
        return seal_headers(settings, secret)
    if len(secret) > LONGEST_SECRET:
        raise InvalidError("This is too long.", field=key)
    return seal_password(settings, secret)
