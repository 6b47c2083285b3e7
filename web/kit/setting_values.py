"""Reading a setting's text as a value, with a plain sentence for one that cannot be used."""

import ipaddress
from collections.abc import Mapping
from pathlib import Path


class BadSettingError(Exception):
    """A setting cannot be used; the message is a sentence for an administrator."""


def read_port(given: Mapping[str, str], name: str, default: int) -> int:
    """Read a port number."""
    text = given.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:  # noqa: PLR2004
        raise BadSettingError(f"{name} must be a port number from 1 to 65535, not {text!r}.")
    return int(text)


def read_port_range(given: Mapping[str, str], name: str, default: str) -> tuple[int, int]:
    """Read the first and the last port of a range."""
    text = given.get(name) or default
    first, dash, last = text.partition("-")
    if not dash:
        raise BadSettingError(f"{name} must look like {default}, not {text!r}.")
    low, high = (read_port({name: one.strip()}, name, 0) for one in (first, last))
    # A call takes two ports for each of its legs (RTP and RTCP).
    if high - low < 9:  # noqa: PLR2004
        raise BadSettingError(f"{name} must name at least ten ports, the lower first.")
    return low, high


def read_yes(given: Mapping[str, str], name: str, *, default: bool) -> bool:
    """Read a yes or a no."""
    text = given.get(name, "").strip().lower()
    if not text:
        return default
    if text not in {"0", "1", "yes", "no", "on", "off", "true", "false"}:
        raise BadSettingError(f"{name} must be 1 or 0, not {text!r}.")
    return text in {"1", "yes", "on", "true"}


def read_address(given: Mapping[str, str], name: str, default: str) -> str:
    """Read an IP address, or ""."""
    text = (given.get(name) or default).strip()
    if not text:
        return ""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        if text == "localhost":
            return "127.0.0.1"
        message = f"{name} must be an IP address, for example 127.0.0.1, not {text!r}."
        raise BadSettingError(message) from None


def read_networks(
    given: Mapping[str, str], name: str, default: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """Read addresses and networks, separated by commas."""
    found = []
    for text in read_list(given, name):
        try:
            found.append(str(ipaddress.ip_network(text, strict=False)))
        except ValueError:
            message = f"{name} must be addresses or networks by comma, for example 10.0.0.0/8"
            raise BadSettingError(f"{message}, not {text!r}.") from None
    return tuple(found) or default


def read_list(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Read words separated by commas."""
    return tuple(word for one in given.get(name, "").split(",") if (word := one.strip()))


def read_path(given: Mapping[str, str], name: str) -> Path | None:
    """Read a path, or None."""
    text = given.get(name, "").strip()
    return Path(text).expanduser().absolute() if text else None


def is_loopback(address: str) -> bool:
    """Whether only this machine can reach an address."""
    return ipaddress.ip_address(address).is_loopback
