"""Which addresses are banned: those with too many unauthorized attempts to register or to call.

An address here is a place of `crm.kernel.network`: an IPv4 address, or an IPv6 network of 64 bits.
Times are in seconds on one clock.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network, IPv6Network, ip_network

from crm.kernel.network import network_of

Network = IPv4Network | IPv6Network

MOST_NAMES = 10
"""How many of the names that an address tried are kept."""

MOST_TALLIES = 5000
"""The most addresses counted at a time: the sender of a UDP packet can be forged."""

MOST_BANS = 1000
"""The most addresses banned at a time: what Asterisk takes in one request is limited."""

ALWAYS_EXEMPT = ("127.0.0.1", "127.0.0.2", "::1")
"""This machine, and the front door, through which all browsers come."""


@dataclass(frozen=True, slots=True)
class BanLimits:
    """When an address is banned, and for how long; with no attempts nothing is banned."""

    attempts: int = 10
    within_seconds: float = 300.0
    ban_seconds: float = 3600.0
    exceptions: tuple[Network, ...] = ()


@dataclass(frozen=True, slots=True)
class Ban:
    """A ban of an address, from a time until a time."""

    since: float
    until: float


@dataclass(frozen=True, slots=True)
class SipAttempt:
    """One unauthorized attempt: from where, and with which name."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class BanState:
    """The newest attempts of each address, and the bans."""

    tallies: Mapping[str, tuple[float, ...]] = field(default_factory=dict)  # newest address last
    bans: Mapping[str, Ban] = field(default_factory=dict)


def read_networks(text: str) -> tuple[Network, ...]:
    """Read addresses and networks, separated by commas or spaces; ValueError for anything else."""
    return tuple(ip_network(one, strict=False) for one in text.replace(",", " ").split())


def is_exempt(address: str, exceptions: Iterable[Network]) -> bool:
    """Whether an address is never banned: this machine, or one that touches an exception."""
    try:
        place = ip_network(network_of(address), strict=False)
    except ValueError:
        return True  # this is not an address that Asterisk could refuse
    fixed = (ip_network(one) for one in ALWAYS_EXEMPT)
    return any(_touch(place, one) for one in (*fixed, *exceptions))


def attempted(
    state: BanState,
    attempt: SipAttempt,
    now: float,
    limits: BanLimits,
    trunks: Iterable[Network] = (),
) -> BanState:
    """Count an attempt, and ban its address if it is one too many."""
    place = network_of(attempt.address)
    if is_exempt(attempt.address, (*limits.exceptions, *trunks)) or place in state.bans:
        return state
    kept = state.tallies.get(place, ())
    recent = (*(one for one in kept if one > now - limits.within_seconds), now)
    others = {key: times for key, times in state.tallies.items() if key != place}
    if limits.attempts and len(recent) >= limits.attempts:
        return banned(replace(state, tallies=others), place, Ban(now, now + limits.ban_seconds))
    if len(others) >= MOST_TALLIES:
        del others[next(iter(others))]
    return replace(state, tallies={**others, place: recent})


def banned(state: BanState, place: str, ban: Ban) -> BanState:
    """Ban an address; of too many, the one that would end first is released."""
    bans = {**state.bans, place: ban}
    if len(bans) > MOST_BANS:
        del bans[min(bans, key=lambda one: bans[one].until)]
    return replace(state, bans=bans)


def released(state: BanState, kept: Iterable[str]) -> BanState:
    """End all bans but those of the `kept` addresses; their attempts no longer count."""
    staying = set(kept)
    gone = state.bans.keys() - staying
    return BanState(
        {key: times for key, times in state.tallies.items() if key not in gone},
        {key: ban for key, ban in state.bans.items() if key in staying},
    )


def without_exempt(state: BanState, exceptions: Iterable[Network]) -> BanState:
    """End the bans of addresses that are exempt by now."""
    known = tuple(exceptions)
    return released(state, (one for one in state.bans if not is_exempt(one, known)))


def expired(state: BanState, now: float) -> BanState:
    """End the bans whose time is over."""
    if all(ban.until > now for ban in state.bans.values()):
        return state
    return replace(state, bans={key: ban for key, ban in state.bans.items() if ban.until > now})


def _touch(one: Network, other: Network) -> bool:
    if isinstance(one, IPv4Network):
        return isinstance(other, IPv4Network) and one.overlaps(other)
    return isinstance(other, IPv6Network) and one.overlaps(other)
