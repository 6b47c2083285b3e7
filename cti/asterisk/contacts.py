"""The phones that are registered with Asterisk, as its registrar keeps them in astdb.

Source: `res_pjsip_registrar`, version 20 to 22, read by the manager's `DBGetTree`. Its own list,
`PJSIPShowContacts`, asks for a permission by which programs could be run.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

FAMILY = "registrar/contact"


@dataclass(frozen=True, slots=True)
class RegisteredContact:
    """A registered phone: its endpoint, its address on the network, and what it is."""

    endpoint: str
    uri: str
    address: str  # "192.0.2.7:5060"
    user_agent: str


def read_contacts(messages: Iterable[Mapping[str, str]], now: float) -> list[RegisteredContact]:
    """Read the answer to `DBGetTree`; registrations that are over are left out."""
    found: list[RegisteredContact] = []
    for message in messages:
        if message.get("Event") != "DBGetTreeResponse":
            continue
        try:
            fields = json.loads(message.get("Val", ""))
            ends = float(fields.get("expiration_time") or 0)
        except (ValueError, TypeError, AttributeError):
            continue
        if ends == 0 or ends > now:
            found.append(_read(message.get("Key", ""), fields))
    return found


def _read(key: str, fields: Mapping[str, Any]) -> RegisteredContact:
    # /registrar/contact/1001;@6c5b…
    aor = key.rpartition("/")[2].partition(";@")[0]
    uri = str(fields.get("uri", "")).replace("^3B", ";")
    endpoint = str(fields.get("endpoint") or aor)
    user_agent = str(fields.get("user_agent", "")).replace("^3B", ";")[:200]
    return RegisteredContact(endpoint, uri, address_in(uri), user_agent)


def address_in(uri: str) -> str:
    """Give host and port of a contact's address; `x-ast-orig-host` and the like are left out."""
    plain = uri.partition(":")[2].partition(";")[0].partition("?")[0]
    return plain.rpartition("@")[2]
