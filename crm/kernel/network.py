"""Which addresses count as one place, for limits."""

from ipaddress import IPv6Address, ip_address

SUBSCRIBER_BITS = 64  # of an IPv6 network that one subscriber has at least (RFC 6177)


def network_of(address: str) -> str:
    """Give the place of an address: an IPv6 network of 64 bits, or the address itself.

    A subscriber could use a new IPv6 address of their own network for each attempt.
    """
    found = _ipv6(address)
    if found is None:
        return address
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    host_bits = 128 - SUBSCRIBER_BITS
    return f"{IPv6Address(int(found) >> host_bits << host_bits)}/{SUBSCRIBER_BITS}"


def beginning_of(address: str) -> str:
    """Give how every address of the same place begins when it is written; others may too."""
    found = _ipv6(address)
    if found is None or found.ipv4_mapped is not None:
        return address
    beginning = ""
    for group in found.exploded.split(":")[: SUBSCRIBER_BITS // 16]:
        if not int(group, 16):
            break  # a group of zeros may be left out, as `::`
        beginning += f"{int(group, 16):x}:"
    return beginning


def _ipv6(address: str) -> IPv6Address | None:
    try:
        found = ip_address(address)
    except ValueError:
        return None
    return found if isinstance(found, IPv6Address) else None
