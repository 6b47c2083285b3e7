"""The addresses of this machine, found without the network."""

import fcntl
import ipaddress
import socket
import struct
from pathlib import Path

SIOCGIFADDR = 0x8915  # netdevice(7): an interface's IPv4 address
_INET6 = Path("/proc/net/if_inet6")  # one line an address: 32 hex digits first
_DOCUMENTED = ("192.0.2.1", 9)  # RFC 5737: for documentation; connecting a UDP socket sends nothing


def own_addresses() -> tuple[str, ...]:
    """Give this machine's addresses other than loopback: the one of the default route first."""
    found = [_towards_the_world(), *_ipv4(), *_ipv6()]
    useful = [one for one in found if one and not _is_local(one)]
    return tuple(dict.fromkeys(useful))


def host_names() -> tuple[str, ...]:
    """Give this machine's own names, in small letters."""
    name = socket.gethostname().lower().rstrip(".")
    short = name.partition(".")[0]
    return tuple(dict.fromkeys(filter(None, (name, short, f"{short}.local" if short else ""))))


def _towards_the_world() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trial:
        try:
            trial.connect(_DOCUMENTED)
        except OSError:
            return ""
        return str(trial.getsockname()[0])


def _ipv4() -> list[str]:
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for _, name in socket.if_nameindex():
            request = struct.pack("256s", name.encode()[:15])
            try:
                answer = fcntl.ioctl(asking.fileno(), SIOCGIFADDR, request)
            except OSError:
                continue  # an interface without an IPv4 address
            found.append(socket.inet_ntoa(answer[20:24]))
    return found


def _ipv6() -> list[str]:
    try:
        lines = _INET6.read_text().splitlines()
    except OSError:
        return []
    return [str(ipaddress.IPv6Address(bytes.fromhex(line.split()[0]))) for line in lines]


def _is_local(address: str) -> bool:
    it = ipaddress.ip_address(address)
    return it.is_loopback or it.is_link_local or it.is_unspecified
