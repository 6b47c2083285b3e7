"""STUN and TURN with small servers of our own; the bytes of RFC 5769."""

import asyncio
import functools
import hashlib
import hmac
import socket
import struct
from contextlib import asynccontextmanager

import pytest

from web.kit.network_settings import IceServer
from web.ops.stun import (
    ALLOCATE,
    BINDING,
    COOKIE,
    ERROR,
    INTEGRITY,
    NONCE,
    REALM,
    RELAYED,
    SUCCESS,
    USERNAME,
    XOR_MAPPED,
    StunError,
    StunMessage,
    address_in,
    read_message,
    relayed_address,
    seen_address,
    write_message,
)

# RFC 5769, 2.2: a sample IPv4 response, for 192.0.2.1 port 32853.
SAMPLE = bytes.fromhex(
    "0101003c2112a442b7e7a701bc34d686fa87dfae"
    "8022000b7465737420766563746f7220"
    "002000080001a147e112a643"
    "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7"
    "80280004c07d4c96"
)


class Responder(asyncio.DatagramProtocol):
    """Answers by a rule, and drops the first `deaf` requests."""

    def __init__(self, rule, deaf=0):
        self.rule, self.deaf = rule, deaf

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        if self.deaf:
            self.deaf -= 1
            return
        answer = self.rule(data, address)
        if answer:
            self.transport.sendto(answer, address)


def in_a_loop(test):
    """Run a test against a server of ours."""

    @functools.wraps(test)
    def run(**fixtures):
        asyncio.run(test(**fixtures))

    return run


@asynccontextmanager
async def responder(rule, deaf=0):
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: Responder(rule, deaf), local_addr=("127.0.0.1", 0)
    )
    try:
        yield IceServer("127.0.0.1", transport.get_extra_info("sockname")[1])
    finally:
        transport.close()


def mapped(address, port):
    packed = struct.unpack("!I", socket.inet_aton(address))[0] ^ COOKIE
    return struct.pack("!BBHI", 0, 1, port ^ (COOKIE >> 16), packed)


def tells_address(data, _):
    question = read_message(data)
    found = {XOR_MAPPED: mapped("203.0.113.7", 4000)}
    return write_message(StunMessage(BINDING | SUCCESS, question.transaction, found))


def relay(secret):
    """Make a TURN server that knows one user by long-term credentials."""
    key = hashlib.md5(f"u:site:{secret}".encode()).digest()  # noqa: S324 - RFC 5389

    def answers(data, _):
        question = read_message(data)
        kind, said = question.kind, question.attributes
        if USERNAME not in said:
            refusal = {ERROR: b"\0\0\4\1Unauthorized", REALM: b"site", NONCE: b"n1"}
            return write_message(StunMessage(kind | 0x110, question.transaction, refusal))
        signed = hmac.new(key, data[:-24], hashlib.sha1).digest()
        if said[INTEGRITY] != signed:
            refusal = {ERROR: b"\0\0\4\1Unauthorized", REALM: b"site", NONCE: b"n1"}
            return write_message(StunMessage(kind | 0x110, question.transaction, refusal))
        lent = {RELAYED: mapped("198.51.100.9", 50000)} if kind == ALLOCATE else {}
        return write_message(StunMessage(kind | SUCCESS, question.transaction, lent))

    return answers


def test_the_sample_answer_of_the_standard_is_read():
    message = read_message(SAMPLE)

    assert message.kind == BINDING | SUCCESS
    assert address_in(message) == "192.0.2.1"


@pytest.mark.parametrize("raw", [b"", b"x" * 19, b"x" * 40, SAMPLE[:30]])
def test_bytes_that_are_no_stun_are_no_message(raw):
    assert read_message(raw) is None


@in_a_loop
async def test_a_server_tells_how_the_world_sees_us():
    async with responder(tells_address) as server:
        assert await seen_address(server) == "203.0.113.7"


@in_a_loop
async def test_a_lost_question_is_asked_again(monkeypatch):
    monkeypatch.setattr("web.ops.stun.PATIENCE_SECONDS", 0.05)
    async with responder(tells_address, deaf=2) as server:
        assert await seen_address(server) == "203.0.113.7"


@in_a_loop
async def test_silence_is_said_in_a_sentence(monkeypatch):
    monkeypatch.setattr("web.ops.stun.PATIENCE_SECONDS", 0.02)
    async with responder(lambda *_: None) as server:
        with pytest.raises(StunError, match="does not answer"):
            await seen_address(server)


@in_a_loop
async def test_an_answer_to_another_question_is_none(monkeypatch):
    monkeypatch.setattr("web.ops.stun.PATIENCE_SECONDS", 0.02)
    async with responder(lambda *_: SAMPLE) as server:
        with pytest.raises(StunError, match="does not answer"):
            await seen_address(server)


@in_a_loop
async def test_a_relay_gives_an_address_for_the_right_secret():
    async with responder(relay("right")) as server:
        assert await relayed_address(server, "u", "right") == "198.51.100.9"
        with pytest.raises(StunError, match="refuses us: 401 Unauthorized"):
            await relayed_address(server, "u", "wrong")


@in_a_loop
async def test_a_stun_server_that_lends_nothing_is_no_relay():
    async with responder(tells_address) as server:
        with pytest.raises(StunError, match="no TURN server"):
            await relayed_address(server, "u", "p")
