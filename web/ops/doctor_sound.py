"""`hotline doctor` for the network: TLS, proxies, and the path of the sound."""

import asyncio
import ctypes
import ipaddress
import secrets
import select
import socket
import ssl
import time
from collections.abc import Iterable
from datetime import timedelta
from enum import Enum, auto

from web.kit.clock import now
from web.kit.ice import turn_pass
from web.kit.network_settings import PRIVATE_NETWORKS
from web.kit.settings import Settings
from web.ops.finding import Finding
from web.ops.setup.addresses import own_addresses
from web.ops.setup.certificate import Certificate, have_certificate
from web.ops.setup.steps import SetupError
from web.ops.stun import StunError, relayed_address, seen_address

DAY = timedelta(days=1)
FEW_DAYS = 14
TIME_ERROR = 5  # adjtimex(2): the clock is not synchronized
# A machine that is not there is reported after three questions a second apart (arp(7)).
PACKET_SECONDS, PACKET_PAUSE_SECONDS = 4.0, 0.25
IP_RECVERR, IPV6_RECVERR = 11, 25  # linux/in.h, linux/in6.h
PROVE = "Open /sound-check from outside, or dial *43 there"
PORTS_OF_A_TALK = 4  # RTP and RTCP, to the caller and to the agent
BROADEST = 8  # a proxy network with a shorter prefix names half the world


async def certificate(settings: Settings) -> Finding:
    """Check whether browsers accept the front door's certificate, and for how long."""
    if not settings.outside.tls:
        before = "a TLS proxy stands before it" if settings.outside.proxies else "this machine only"
        return Finding("TLS", well=True, seen=f"plain HTTP, {before}")
    try:
        found = have_certificate(settings, now())
    except SetupError as error:
        return Finding("TLS", well=False, seen=str(error).rstrip("."), advice="Renew it.")
    if found is None or not found.given:
        days = (found.expires_at - now()) // DAY if found else 0
        seen = f"a certificate of our own, {days} days left; browsers warn of it once"
        return Finding("TLS", well=True, seen=seen)
    return await asyncio.to_thread(_judge_given, settings, found)


async def proxies(settings: Settings) -> Finding:
    """Check that only a few proxies are trusted."""
    named = settings.outside.proxies
    if not named:
        return Finding("Proxies", well=True, seen="none; what senders say of themselves is ignored")
    broad = [one for one in named if ipaddress.ip_network(one).prefixlen < BROADEST]
    seen = f"believed: {', '.join(named)}"
    advice = "Name only the proxies themselves in HOTLINE_PROXIES; anybody else could lie."
    return Finding("Proxies", not broad, seen, advice)


async def sound_ports(settings: Settings) -> Finding:
    """Check that the sound's ports can be opened; those of present talks are our own."""
    numbers = range(settings.rtp_first, settings.rtp_last + 1)
    free = await asyncio.to_thread(lambda: sum(map(_can_have, numbers)))
    ports = f"UDP {settings.rtp_first}-{settings.rtp_last}, {free} of {len(numbers)} free"
    seen = f"{ports}; talks at once: {free // PORTS_OF_A_TALK}"
    advice = "Another program has them: set HOTLINE_RTP_PORTS to others."
    return Finding("Sound's ports", free * 2 >= len(numbers), seen, advice)


async def external_address(settings: Settings) -> Finding:
    """Check that the address to which far ends send their sound leads here."""
    named, part = settings.external_address, "External address"
    own = own_addresses()
    if not named:
        where = f"browsers send sound to {', '.join(own) or 'loopback'}"
        seen = where if settings.reached_from_outside else "none; sound stays on this machine"
        return Finding(part, well=True, seen=f"not set; {seen}" if seen == where else seen)
    if named in own:
        return Finding(part, well=True, seen=f"{named}, this machine's own")
    seen = f"{named}, which a router must lead here (UDP {settings.rtp_first}-{settings.rtp_last})"
    for server in settings.outside.stun:
        try:
            really = await seen_address(server)
        except StunError:
            continue
        if really not in {named, *own}:
            advice = "Set HOTLINE_EXTERNAL_ADDRESS to that, unless there are two ways out."
            return Finding(
                part, well=False, seen=f"{named}, but the world sees {really}", advice=advice
            )
        return Finding(part, well=True, seen=f"{seen}; the world sees us there")
    came = await packet_to(named, range(settings.rtp_first, settings.rtp_last + 1))
    return _judge_packet(named, came, seen)


def _judge_packet(named: str, came: "PacketFate", seen: str) -> Finding:
    part = "External address"
    match came:
        case PacketFate.BACK:
            return Finding(part, well=True, seen=f"{seen}; a packet sent there came back here")
        case PacketFate.REFUSED if _is_inside(named):
            why = f"{named}, but the machine that has it does not lead sound here"
            advice = "Set HOTLINE_EXTERNAL_ADDRESS to the address that the world has for this site."
            return Finding(part, well=False, seen=why, advice=advice)
        case PacketFate.REFUSED:
            # The site's own router may answer so to what comes from within.
            why = f"{seen}; a packet sent there was refused: is it this site's router? {PROVE}"
            return Finding(part, well=True, seen=why)
        case PacketFate.NO_WAY:
            why = f"{named}, to which no way leads from here"
            advice = "Set HOTLINE_EXTERNAL_ADDRESS to the address that the world has for this site."
            return Finding(part, well=False, seen=why, advice=advice)
        case PacketFate.NOWHERE:
            # Most routers do not turn round what comes from within, so this proves nothing.
            why = f"{seen}; not proved from here. {PROVE}"
            return Finding(part, well=True, seen=why)


def _is_inside(address: str) -> bool:
    """Whether it can only be an address inside a site (RFC 1918)."""
    it = ipaddress.ip_address(address)
    return any(it in ipaddress.ip_network(one) for one in PRIVATE_NETWORKS)


class PacketFate(Enum):
    """What happened to a packet that was sent to our own external address."""

    BACK = auto()
    REFUSED = auto()
    NO_WAY = auto()
    NOWHERE = auto()


async def packet_to(address: str, ports: Iterable[int]) -> PacketFate:
    """Send a packet to one of our own ports through an address, and give what happened to it."""
    return await asyncio.to_thread(_packet_to, address, ports)


def _packet_to(address: str, ports: Iterable[int]) -> PacketFate:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with (
        socket.socket(family, socket.SOCK_DGRAM) as ear,
        socket.socket(family, socket.SOCK_DGRAM) as mouth,
    ):
        port = next((one for one in ports if _bound(ear, one)), None)
        if port is None:
            return PacketFate.NOWHERE
        word = secrets.token_bytes(16)
        # Unreachable machines and networks are reported only on request (ip(7)).
        if family == socket.AF_INET:
            mouth.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
        else:
            mouth.setsockopt(socket.IPPROTO_IPV6, IPV6_RECVERR, 1)
        until = time.monotonic() + PACKET_SECONDS
        try:
            mouth.connect((address, port))
            while time.monotonic() < until:
                # An error of one packet is reported with the next one.
                mouth.send(word)
                heard, _, _ = select.select([ear], [], [], PACKET_PAUSE_SECONDS)
                if heard and ear.recv(100) == word:
                    return PacketFate.BACK
        except ConnectionRefusedError:
            return PacketFate.REFUSED
        except OSError:
            return PacketFate.NO_WAY
    return PacketFate.NOWHERE


def _bound(ear: socket.socket, port: int) -> bool:
    try:
        ear.bind(("", port))
    except OSError:
        return False
    return True


async def stun(settings: Settings) -> Finding:
    """Check that the STUN servers answer from here."""
    servers = settings.outside.stun
    if not servers:
        return Finding("STUN", well=True, seen="none set; browsers in one network need none")
    told = []
    for server in servers:
        try:
            told.append(f"{server.place} sees us as {await seen_address(server)}")
        except StunError as error:
            advice = "Check HOTLINE_STUN, and whether UDP may leave this machine."
            return Finding("STUN", well=False, seen=str(error), advice=advice)
    return Finding("STUN", well=True, seen=", ".join(told))


async def turn(settings: Settings) -> Finding:
    """Check that the relay gives an address for our secret."""
    out = settings.outside
    if out.turn is None:
        return Finding("TURN", well=True, seen="none set")
    user, password = turn_pass(out.turn_user, out.turn_secret, now() + timedelta(minutes=5))
    try:
        lent = await relayed_address(out.turn, user, password)
    except StunError as error:
        advice = "Check HOTLINE_TURN, HOTLINE_TURN_SECRET and both machines' clocks."
        return Finding("TURN", well=False, seen=str(error), advice=advice)
    return Finding("TURN", well=True, seen=f"{out.turn.place} lent us {lent or 'an address'}")


async def clock(_settings: Settings) -> Finding:
    """Note whether the clock is synchronized; never an error, since the network may be closed."""
    kept = _clock_is_kept()
    note = "kept by a time service" if kept else "no time service keeps it (install chrony)"
    return Finding("Clock", well=True, seen=f"{now():%Y-%m-%d %H:%M:%S} UTC, {note}")


def _judge_given(settings: Settings, found: Certificate) -> Finding:
    days = (found.expires_at - now()) // DAY
    name = settings.outside.name
    if name and not found.is_for(name):
        seen = f"the certificate is for {', '.join(found.names) or 'nobody'}, not for {name}"
        return Finding("TLS", well=False, seen=seen, advice="Have one issued for that name.")
    if days < FEW_DAYS:
        return Finding("TLS", well=False, seen=f"{days} days left", advice="Renew it.")
    why = _untrusted(settings, found)
    seen = f"{days} days left" + (f", but this machine does not trust it: {why}" if why else "")
    advice = "Put the whole chain into HOTLINE_TLS_CERTIFICATE, its own certificate first."
    return Finding("TLS", not why, seen, advice)


def _untrusted(settings: Settings, found: Certificate) -> str:
    """Give why a browser with this machine's root certificates would refuse it; "" if not."""
    context = ssl.create_default_context()
    host = settings.outside.name or next(iter(found.names), "")
    there = "127.0.0.1" if ipaddress.ip_address(settings.host).is_unspecified else settings.host
    try:
        with (
            socket.create_connection((there, settings.front_port), 3.0) as line,
            context.wrap_socket(line, server_hostname=host),
        ):
            return ""
    except ssl.SSLCertVerificationError as error:
        return error.verify_message
    except OSError:
        return ""  # the front door's own line says that it does not answer


def _can_have(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trial:
        try:
            trial.bind(("0.0.0.0", port))  # noqa: S104 - where sound is taken
        except OSError:
            return False
    return True


def _clock_is_kept() -> bool:
    # struct timex is 208 bytes where a long has 8; all zero only reads (adjtimex(2)).
    buffer = ctypes.create_string_buffer(256)
    try:
        return int(ctypes.CDLL(None).adjtimex(buffer)) not in {TIME_ERROR, -1}
    except (AttributeError, OSError):
        return False


CHECKS = (certificate, proxies, external_address, sound_ports, stun, turn, clock)
