"""Allowed addresses of other systems: in our own network only if an administrator allows it."""

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from crm.kernel.errors import InvalidError
from crm.outgoing.answer import FAILURES, Failure

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
MOST_ADDRESSES = 4  # of one name


class UnreachableError(Exception):
    """There is no allowed address of this name."""

    def __init__(self, failure: Failure, text: str) -> None:
        """`text` is the system's error, shown with the attempt."""
        super().__init__(text)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Target:
    """A receiver's address, split into its parts."""

    scheme: str
    host: str  # as written: for the Host header and the certificate
    port: int
    path: str  # with its query

    @property
    def authority(self) -> str:
        """Give the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = self.port == (443 if self.scheme == "https" else 80)
        return host if usual else f"{host}:{self.port}"


def read_target(url: str, *, inside: bool) -> Target:
    """Split an address into its parts; InvalidError if it can never be allowed.

    Without TLS a request is sent only inside our own network.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise InvalidError("Enter a valid URL.", field="url") from None
    if parts.scheme not in {"https", "http"} or not parts.hostname or not url.strip().isprintable():
        raise InvalidError("A URL begins with https:// and a host name.", field="url")
    if parts.username is not None or parts.password is not None:
        raise InvalidError("A URL must not contain a password.", field="url")
    if parts.scheme == "http" and not inside:
        raise InvalidError("Only https:// is allowed for public addresses.", field="url")
    try:
        host = parts.hostname.encode("idna").decode() if not _literal(parts.hostname) else None
    except UnicodeError:
        raise InvalidError("Enter a valid URL.", field="url") from None
    host = host or parts.hostname
    if (literal := _literal(host)) and not is_allowed(literal, parts.scheme, inside=inside):
        raise InvalidError(FAILURES[Failure.ADDRESS], field="url")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port or (443 if parts.scheme == "https" else 80), path)


def is_allowed(address: IPAddress, scheme: str, *, inside: bool) -> bool:
    """Whether a request may be sent to an address.

    Link-local addresses, where clouds keep their metadata, are never allowed, and addresses inside
    our network only if an administrator allows it. Without TLS nothing leaves that network.
    """
    real = _embedded(address)
    if real.is_link_local or real.is_multicast or real.is_unspecified:
        return False
    if real.is_global:
        return scheme == "https"
    return inside and (real.is_private or real.is_loopback) and not _is_reserved(real)


async def resolve(target: Target, *, inside: bool) -> list[str]:
    """Give the addresses of a receiver, the first to try first; UnreachableError if none.

    Resolved once: the checked address is the one connected to, even if the name changes a moment
    later. One forbidden address among them refuses all, since that is an attack.
    """
    if literal := _literal(target.host):
        found: list[IPAddress] = [literal]
    else:
        loop = asyncio.get_running_loop()
        try:
            answers = await loop.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise UnreachableError(Failure.NAME, str(error)) from None
        names = dict.fromkeys(str(answer[4][0]).partition("%")[0] for answer in answers)
        found = [ipaddress.ip_address(name) for name in names]
    if not found:
        raise UnreachableError(Failure.NAME, target.host)
    for one in found:
        if not is_allowed(one, target.scheme, inside=inside):
            raise UnreachableError(Failure.ADDRESS, str(one))
    return [str(one) for one in found[:MOST_ADDRESSES]]


def _literal(host: str) -> IPAddress | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _embedded(address: IPAddress) -> IPAddress:
    """Give the IPv4 address that an IPv6 address embeds."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(address.packed[-4:])
    if address.teredo is not None:
        return address.teredo[1]
    return address.ipv4_mapped or address.sixtofour or address


def _is_reserved(address: IPAddress) -> bool:
    return address.is_reserved and not address.is_loopback
