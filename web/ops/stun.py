"""A small STUN and TURN client, to check whether a server answers.

RFC 5389 (binding, long-term credentials) and RFC 5766 (allocation).
"""

import asyncio
import contextlib
import hashlib
import hmac
import ipaddress
import secrets
import socket
import struct
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from web.kit.network_settings import IceServer

COOKIE = 0x2112A442
BINDING, ALLOCATE, REFRESH = 0x0001, 0x0003, 0x0004
SUCCESS = 0x0100
MAPPED, USERNAME, INTEGRITY, ERROR = 0x0001, 0x0006, 0x0008, 0x0009
LIFETIME, REALM, NONCE, RELAYED = 0x000D, 0x0014, 0x0015, 0x0016
REQUESTED_TRANSPORT, XOR_MAPPED = 0x0019, 0x0020
UDP = 17  # the transport that is relayed: IP's protocol number
TRIES, PATIENCE_SECONDS = 3, 1.0
HEADER = 20
IPV4, IPV6 = 1, 2


class StunError(Exception):
    """The server does not answer, or not as expected; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class StunMessage:
    """A STUN message: its kind, its transaction, its attributes (the first of each)."""

    kind: int
    transaction: bytes
    attributes: Mapping[int, bytes]


def write_message(message: StunMessage, key: bytes = b"") -> bytes:
    """Give a message's bytes; with a key it is signed (MESSAGE-INTEGRITY)."""
    body = b"".join(_attribute(kind, value) for kind, value in message.attributes.items())
    if key:
        # The length counts the signature too, although it is added later (RFC 5389, 15.4).
        signed = _header(message, len(body) + 24) + body
        body += _attribute(INTEGRITY, hmac.new(key, signed, hashlib.sha1).digest())
    return _header(message, len(body)) + body


def read_message(raw: bytes) -> StunMessage | None:
    """Read a message; None for other bytes."""
    if len(raw) < HEADER:
        return None
    kind, length, cookie = struct.unpack("!HHI", raw[:8])
    if cookie != COOKIE or len(raw) < HEADER + length:
        return None
    attributes: dict[int, bytes] = {}
    rest = raw[HEADER : HEADER + length]
    while len(rest) >= 4:  # noqa: PLR2004 - an attribute's type and length
        what, size = struct.unpack("!HH", rest[:4])
        attributes.setdefault(what, rest[4 : 4 + size])
        rest = rest[4 + size + (-size % 4) :]
    return StunMessage(kind, raw[8:HEADER], attributes)


def address_in(message: StunMessage, kind: int = XOR_MAPPED) -> str:
    """Read the IP address of an attribute; empty if there is none."""
    value = message.attributes.get(kind, b"")
    if kind == XOR_MAPPED and not value:
        return address_in(message, MAPPED)
    if len(value) < 8:  # noqa: PLR2004 - family, port and an IPv4 address
        return ""
    packed = value[4:8] if value[1] == IPV4 else value[4:20]
    if kind != MAPPED:
        mask = struct.pack("!I", COOKIE) + message.transaction
        packed = bytes(a ^ b for a, b in zip(packed, mask, strict=False))
    return str(ipaddress.ip_address(packed))


async def seen_address(server: IceServer) -> str:
    """Ask a STUN server for our external address; StunError if it does not answer."""
    async with _line(server) as ask:
        answer = await ask(_request(BINDING, {}))
    if not (answer.kind & SUCCESS) or not address_in(answer):
        raise StunError(f"{server.place} answered, but not with our address")
    return address_in(answer)


async def relayed_address(server: IceServer, user: str, password: str) -> str:
    """Allocate an address at a TURN server, release it, and give it."""
    wish = {REQUESTED_TRANSPORT: struct.pack("!BBBB", UDP, 0, 0, 0)}
    async with _line(server) as ask:
        # The first request is refused, with realm and nonce (RFC 5389, 10.2).
        refusal = await ask(_request(ALLOCATE, wish))
        realm = refusal.attributes.get(REALM, b"")
        nonce = refusal.attributes.get(NONCE, b"")
        if not realm or not nonce:
            raise StunError(f"{server.place} is no TURN server: it asks for no credentials")
        key = hashlib.md5(  # noqa: S324 - RFC 5389, 15.4 has no other
            f"{user}:{realm.decode()}:{password}".encode()
        ).digest()
        pass_ = {USERNAME: user.encode(), REALM: realm, NONCE: nonce}
        answer = await ask(_request(ALLOCATE, {**wish, **pass_}), key)
        if answer.kind != ALLOCATE | SUCCESS:
            raise StunError(f"{server.place} refuses us: {_reason(answer)}")
        with contextlib.suppress(StunError):
            await ask(_request(REFRESH, {LIFETIME: struct.pack("!I", 0), **pass_}), key)
        return address_in(answer, RELAYED)


class _Line:
    """Requests and answers over UDP, with repetitions, or over TCP."""

    def __init__(self, server: IceServer, line: socket.socket) -> None:
        self._server = server
        self._line = line
        line.setblocking(False)

    async def __call__(self, question: StunMessage, key: bytes = b"") -> StunMessage:
        loop = asyncio.get_running_loop()
        raw = write_message(question, key)
        for _ in range(TRIES):
            try:
                await loop.sock_sendall(self._line, raw)
                answer = await asyncio.wait_for(loop.sock_recv(self._line, 2048), PATIENCE_SECONDS)
            except TimeoutError:
                continue
            except OSError as error:
                raise StunError(f"{self._server.place} cannot be reached: {error}") from None
            read = read_message(answer)
            if read is not None and read.transaction == question.transaction:
                return read
        raise StunError(f"{self._server.place} does not answer")


@contextlib.asynccontextmanager
async def _line(server: IceServer) -> AsyncIterator[_Line]:
    kind = socket.SOCK_STREAM if server.transport == "tcp" else socket.SOCK_DGRAM
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(server.host.strip("[]"), server.port, type=kind)
    except OSError:
        raise StunError(f"{server.host} is not known") from None
    family, _, _, _, address = found[0]
    with socket.socket(family, kind) as line:
        line.setblocking(False)
        try:
            await asyncio.wait_for(loop.sock_connect(line, address), PATIENCE_SECONDS * TRIES)
        except (OSError, TimeoutError):
            raise StunError(f"{server.place} cannot be reached") from None
        yield _Line(server, line)


def _request(kind: int, attributes: Mapping[int, bytes]) -> StunMessage:
    return StunMessage(kind, secrets.token_bytes(12), attributes)


def _header(message: StunMessage, length: int) -> bytes:
    return struct.pack("!HHI", message.kind, length, COOKIE) + message.transaction


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value)) + value + b"\0" * (-len(value) % 4)


def _reason(answer: StunMessage) -> str:
    error = answer.attributes.get(ERROR, b"")
    if len(error) < 4:  # noqa: PLR2004 - class and number before the phrase
        return "no reason given"
    return f"{error[2] * 100 + error[3]} {error[4:].decode(errors='replace')}".strip()
