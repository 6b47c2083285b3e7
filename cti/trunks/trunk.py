"""A trunk: the SIP line to a carrier, a provider or another PBX; its settings, checked."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from ipaddress import ip_address, ip_network
from typing import NewType

from crm.kernel.errors import InvalidError
from crm.kernel.names import needed_name
from crm.kernel.text import N_

TrunkId = NewType("TrunkId", int)

PREFIX = "trunk-"
LONGEST_NAME, LONGEST_TEXT, LONGEST_HOST, LONGEST_PASSWORD = 100, 100, 253, 100
MOST_ADDRESSES = 20
SESSION_SECONDS = (90, 7200)  # RFC 4028 allows no shorter session
QUALIFY_SECONDS = (10, 600)
MOST_CHANNELS = 10_000


class Transport(StrEnum):
    """How SIP messages travel; certificates are checked with `TLS` only."""

    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"
    TLS_UNVERIFIED = "tls-unverified"

    @property
    def secure(self) -> bool:
        """Whether messages are encrypted."""
        return self in {Transport.TLS, Transport.TLS_UNVERIFIED}

    @property
    def usual_port(self) -> int:
        """The port of SIP over this transport (RFC 3261)."""
        return 5061 if self.secure else 5060


class CallerIdForm(StrEnum):
    """The header that shows the caller's number to the other side."""

    PAI = "pai"  # P-Asserted-Identity, RFC 3325
    RPID = "rpid"  # Remote-Party-ID, older
    FROM = "from"


class NumberSource(StrEnum):
    """Where an arriving call names the number that was dialled."""

    REQUEST = "request"
    TO = "to"  # where calls come to a registration, the request names the account


class CallerSource(StrEnum):
    """Where an arriving call names the caller's number."""

    FROM = "from"
    PAI = "pai"
    RPID = "rpid"


class DTMFMode(StrEnum):
    """How keys are sent during a call."""

    RFC4733 = "rfc4733"
    INFO = "info"
    INBAND = "inband"
    AUTO = "auto"


class Codec(StrEnum):
    """A codec that a trunk may offer."""

    ALAW = "alaw"
    ULAW = "ulaw"
    G722 = "g722"
    OPUS = "opus"


class Preset(StrEnum):
    """The usual kinds of trunk; each fills the form with what such a trunk needs."""

    CARRIER = "carrier"
    PROVIDER = "provider"
    PBX = "pbx"


@dataclass(frozen=True, slots=True)
class Trunk:
    """A trunk's settings. `checked` says whether they can be used."""

    id: TrunkId
    name: str
    host: str  # a name or an address
    port: int = 5060
    transport: Transport = Transport.UDP
    enabled: bool = True
    registers: bool = False
    username: str = ""  # "": calls need no password
    password: str = field(default="", repr=False)
    auth_username: str = ""  # "": the username
    realm: str = ""  # "": any realm that the other side asks for
    inbound: bool = True  # takes calls from the other side
    addresses: tuple[str, ...] = ()  # calls come from these too, beside `host`
    from_user: str = ""
    from_domain: str = ""
    outbound_proxy: str = ""  # "host" or "host:port"
    caller_id_form: CallerIdForm = CallerIdForm.PAI
    hide_allowed: bool = True  # a call may withhold its number
    number_source: NumberSource = NumberSource.REQUEST
    caller_source: CallerSource = CallerSource.PAI
    dtmf_mode: DTMFMode = DTMFMode.RFC4733
    codecs: tuple[Codec, ...] = (Codec.ALAW, Codec.ULAW)  # the preferred one first
    srtp: bool = False
    qualify_seconds: int = 60  # between two questions whether it is there; 0: never
    session_seconds: int = 1800
    max_channels: int = 0  # our own count; 0: no limit
    forbidden_is_next: bool = False  # after 403 the next trunk is tried


def endpoint_name(trunk: TrunkId) -> str:
    """Give the name of a trunk's endpoint in Asterisk."""
    return f"{PREFIX}{trunk}"


def trunk_of_endpoint(name: str) -> TrunkId | None:
    """Give the trunk of an endpoint; None for a phone's, or one of the configuration files."""
    number = name.removeprefix(PREFIX)
    plain = name.startswith(PREFIX) and number.isascii() and number.isdigit()
    return TrunkId(int(number)) if plain and number[0] != "0" else None


_NEW = Trunk(TrunkId(0), "", "")

PRESETS: Mapping[Preset, Trunk] = {
    # A carrier knows the line by its address, and names the dialled number in the request.
    Preset.CARRIER: replace(_NEW, qualify_seconds=30),
    # A provider's calls come to the registration; many accept no caller's number in From.
    Preset.PROVIDER: replace(
        _NEW,
        registers=True,
        number_source=NumberSource.TO,
        caller_source=CallerSource.FROM,
    ),
    Preset.PBX: replace(
        _NEW,
        caller_id_form=CallerIdForm.FROM,
        codecs=(Codec.ALAW, Codec.ULAW, Codec.G722),
        session_seconds=600,
    ),
}
"""What the form of a new trunk begins with. Name and host are empty."""

NO_HOST = N_("Enter a host name or an IP address.")
NO_ADDRESS = N_("“{address}” is not an IP address, a network or a host name.")
BAD_SIGN = N_("This field cannot contain quotes, commas, semicolons or line breaks.")
BAD_USER = N_("A username can contain letters, digits and + * . _ - only.")
NO_USER = N_("A trunk that registers needs a username.")
NO_PASSWORD = N_("Enter the password for this username.")
NO_CODEC = N_("Choose at least one codec.")
SHOWN_NOWHERE = N_(
    "With a From user the caller's number is not sent in From. Choose another header for it."
)
BETWEEN = N_("Enter a number from {least} to {most}.")
QUALIFY_RANGE = N_("Enter 0, or a number from {least} to {most}.")

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST_NAME = re.compile(rf"(?=.*[A-Za-z]){_LABEL}(?:\.{_LABEL})*\.?")
# A user in a SIP address, without what needs escaping (RFC 3261, 25.1).
_USER = re.compile(r"[A-Za-z0-9+*._~!&=/-]*")
_FORBIDDEN = frozenset("\"'`,;<>\\")


def checked(trunk: Trunk) -> Trunk:
    """Give the trunk with its texts in order; InvalidError names the field that is wrong."""
    made = replace(
        trunk,
        name=needed_name(trunk.name, LONGEST_NAME),
        host=_host(trunk.host, "host"),
        username=_user(trunk.username, "username"),
        auth_username=_plain(trunk.auth_username, "auth_username"),
        password=_password(trunk.password),
        realm=_plain(trunk.realm, "realm"),
        from_user=_user(trunk.from_user, "from_user"),
        from_domain=_host(trunk.from_domain, "from_domain") if trunk.from_domain.strip() else "",
        outbound_proxy=_proxy(trunk.outbound_proxy),
        addresses=tuple(dict.fromkeys(_addresses(trunk.addresses))),
        codecs=tuple(dict.fromkeys(trunk.codecs)),
    )
    _check_numbers(made)
    if not made.codecs:
        raise InvalidError(NO_CODEC, "codecs")
    if made.registers and not made.username:
        raise InvalidError(NO_USER, "username")
    if made.username and not made.password:
        raise InvalidError(NO_PASSWORD, "password")
    if made.from_user and made.caller_id_form is CallerIdForm.FROM:
        raise InvalidError(SHOWN_NOWHERE, "caller_id_form")
    return made


def host_and_port(place: str) -> tuple[str, int | None]:
    """Split `host`, `host:port`, `[IPv6]:port`; InvalidError if it is none of them."""
    text = place.strip()
    bracketed = re.fullmatch(r"\[([^\]]*)\](?::(\d{1,5}))?", text)
    plain = re.fullmatch(r"([^:]*)(?::(\d{1,5}))?", text)
    found = bracketed or plain
    host, port = (found[1], found[2]) if found else (text, None)
    if port is not None and not 1 <= int(port) <= 65535:  # noqa: PLR2004 - ports of RFC 793
        raise InvalidError(BETWEEN, "", least=1, most=65535)
    return _host(host, ""), int(port) if port is not None else None


def is_address(host: str) -> bool:
    """Whether a host is written as an IP address."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def in_uri(host: str) -> str:
    """Write a host for a URI: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host else host


def _check_numbers(trunk: Trunk) -> None:
    for name, value, bounds in (
        ("port", trunk.port, (1, 65535)),
        ("session_seconds", trunk.session_seconds, SESSION_SECONDS),
        ("max_channels", trunk.max_channels, (0, MOST_CHANNELS)),
    ):
        least, most = bounds
        if not least <= value <= most:
            raise InvalidError(BETWEEN, name, least=least, most=most)
    least, most = QUALIFY_SECONDS
    if trunk.qualify_seconds and not least <= trunk.qualify_seconds <= most:
        raise InvalidError(QUALIFY_RANGE, "qualify_seconds", least=least, most=most)


def _host(typed: str, field_name: str) -> str:
    host = typed.strip().strip("[]").lower()
    if len(host) <= LONGEST_HOST and (is_address(host) or _HOST_NAME.fullmatch(host)):
        return host
    raise InvalidError(NO_HOST, field_name)


def _addresses(typed: tuple[str, ...]) -> Iterator[str]:
    for one in typed[:MOST_ADDRESSES]:
        address = one.strip().lower()
        try:
            yield str(ip_network(address)) if "/" in address else _host(address, "addresses")
        except (ValueError, InvalidError):
            raise InvalidError(NO_ADDRESS, "addresses", address=address[:60]) from None


def _proxy(typed: str) -> str:
    if not typed.strip():
        return ""
    try:
        host, port = host_and_port(typed)
    except InvalidError as error:
        raise InvalidError(error.sentence, "outbound_proxy", **error.values) from None
    return in_uri(host) + (f":{port}" if port is not None else "")


def _plain(typed: str, field_name: str) -> str:
    text = typed.strip()
    if len(text) > LONGEST_TEXT or _unsafe(text):
        raise InvalidError(BAD_SIGN, field_name)
    return text


def _user(typed: str, field_name: str) -> str:
    text = _plain(typed, field_name)
    # A username may be an address, as IMS wants it: +861012345678@ims.example.com.
    user, _, domain = text.partition("@")
    if not _USER.fullmatch(user) or (domain and not _HOST_NAME.fullmatch(domain)):
        raise InvalidError(BAD_USER, field_name)
    return text


def _password(typed: str) -> str:
    if len(typed) > LONGEST_PASSWORD or _unsafe(typed):
        raise InvalidError(BAD_SIGN, "password")
    return typed


def _unsafe(text: str) -> bool:
    return any(sign in _FORBIDDEN or not sign.isprintable() for sign in text)
