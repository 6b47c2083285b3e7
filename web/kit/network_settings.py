"""Settings for browsers and telephones on other machines: names, TLS, the way of the sound.

The text comes from web/kit/settings.py, which alone reads the environment.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from web.kit.setting_values import (
    BadSettingError,
    is_loopback,
    read_list,
    read_networks,
    read_path,
    read_port,
    read_yes,
)

# RFC 1918, and this machine itself: to them Asterisk gives its own address, not the external one.
PRIVATE_NETWORKS = ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
STUN_PORT = 3478  # RFC 5389, 9; the same for TURN (RFC 5766, 4)
_NAME = re.compile(r"^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,62})(\.[a-z0-9]([a-z0-9-]{0,62}))*$")
_SERVER = re.compile(r"^(?P<host>\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+)(:(?P<port>\d{1,5}))?$")


@dataclass(frozen=True, slots=True)
class IceServer:
    """A STUN or TURN server."""

    host: str
    port: int = STUN_PORT
    transport: str = "udp"

    @property
    def place(self) -> str:
        """Give host and port as an address has them."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class ExternalAccess:
    """How browsers and telephones reach this installation from other machines."""

    names: tuple[str, ...] = ()  # its host names; links use the first
    tls: bool = False
    certificate: Path | None = None  # None with TLS: one is made here
    key: Path | None = None
    https_port: int = 0  # 0: the one port speaks TLS
    proxies: tuple[str, ...] = ()  # in front of ours; their X-Forwarded-* are trusted
    local_networks: tuple[str, ...] = PRIVATE_NETWORKS
    stun: tuple[IceServer, ...] = ()
    turn: IceServer | None = None
    turn_user: str = "hotline"
    turn_secret: str = ""

    @property
    def name(self) -> str:
        """The host name in links; empty if there is none."""
        return self.names[0] if self.names else ""


def read_outside(given: Mapping[str, str], host: str) -> ExternalAccess:
    """Read the settings; `host` is the listening address.

    For other machines there is no plain HTTP: a browser gives its microphone only to https, and a
    password would be sent in the clear. The exception is a TLS proxy in front of ours that is
    named.
    """
    proxies = read_networks(given, "HOTLINE_PROXIES")
    certificate = read_path(given, "HOTLINE_TLS_CERTIFICATE")
    key = read_path(given, "HOTLINE_TLS_KEY")
    if (certificate is None) is not (key is None):
        raise BadSettingError("HOTLINE_TLS_CERTIFICATE and HOTLINE_TLS_KEY go together: set both.")
    beyond = not is_loopback(host)
    default = certificate is not None or (beyond and not proxies)
    tls = read_yes(given, "HOTLINE_TLS", default=default)
    if beyond and not tls and not proxies:
        raise BadSettingError(
            f"HOTLINE_TLS=0 with HOTLINE_HOST={host} would send passwords in the clear: leave it"
            " out, or name the TLS proxy before Hotline in HOTLINE_PROXIES."
        )
    has_port = tls and bool(given.get("HOTLINE_HTTPS_PORT"))
    turn = _turn(given.get("HOTLINE_TURN", "").strip())
    secret = given.get("HOTLINE_TURN_SECRET", "")
    if turn is not None and not secret:
        raise BadSettingError(
            "HOTLINE_TURN needs HOTLINE_TURN_SECRET: the TURN server's shared secret"
            " (static-auth-secret in coturn)."
        )
    return ExternalAccess(
        names=_names(given),
        tls=tls,
        certificate=certificate if tls else None,
        key=key if tls else None,
        https_port=read_port(given, "HOTLINE_HTTPS_PORT", 0) if has_port else 0,
        proxies=proxies,
        local_networks=read_networks(given, "HOTLINE_LOCAL_NETWORKS", PRIVATE_NETWORKS),
        stun=tuple(_server("HOTLINE_STUN", one) for one in read_list(given, "HOTLINE_STUN")),
        turn=turn,
        turn_user=given.get("HOTLINE_TURN_USER", "").strip() or "hotline",
        turn_secret=secret,
    )


def spell_outside(outside: ExternalAccess) -> dict[str, str]:
    """Give the environment from which the same settings would be read."""
    turn = outside.turn
    return {
        "HOTLINE_NAME": ",".join(outside.names),
        "HOTLINE_TLS": "1" if outside.tls else "0",
        "HOTLINE_TLS_CERTIFICATE": str(outside.certificate or ""),
        "HOTLINE_TLS_KEY": str(outside.key or ""),
        "HOTLINE_HTTPS_PORT": str(outside.https_port or ""),
        "HOTLINE_PROXIES": ",".join(outside.proxies),
        "HOTLINE_LOCAL_NETWORKS": ",".join(outside.local_networks),
        "HOTLINE_STUN": ",".join(one.place for one in outside.stun),
        "HOTLINE_TURN": f"turn:{turn.place}?transport={turn.transport}" if turn else "",
        "HOTLINE_TURN_USER": outside.turn_user,
        "HOTLINE_TURN_SECRET": outside.turn_secret,
    }


def _names(given: Mapping[str, str]) -> tuple[str, ...]:
    names = tuple(one.lower() for one in read_list(given, "HOTLINE_NAME"))
    for name in names:
        if not _NAME.match(name):
            message = "HOTLINE_NAME must be a host name, for example calls.example.com"
            raise BadSettingError(f"{message}, not {name!r}.")
    return names


def _server(setting: str, text: str, transport: str = "udp") -> IceServer:
    found = _SERVER.match(text.removeprefix("stun:").removeprefix("turn:"))
    port = int(found["port"] or STUN_PORT) if found else 0
    if found is None or not 1 <= port <= 65535:  # noqa: PLR2004 - TCP's and UDP's
        message = f"{setting} must look like stun.example.com:3478, not {text!r}."
        raise BadSettingError(message)
    return IceServer(found["host"], port, transport)


def _turn(text: str) -> IceServer | None:
    if not text:
        return None
    place, _, query = text.partition("?")
    transport = query.removeprefix("transport=") or "udp"
    if transport not in {"udp", "tcp"}:
        message = "HOTLINE_TURN must look like turn:turn.example.com:3478?transport=udp"
        raise BadSettingError(f"{message}, not {text!r}.")
    return _server("HOTLINE_TURN", place, transport)
