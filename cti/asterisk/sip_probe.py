"""Tests a trunk from this machine: name, ping, connection, OPTIONS, and REGISTER with its password.

It is a SIP client of our own, so that an answer is shown with its status line, which Asterisk does
not tell. Everything blocks and has a limit: call it in a thread.
"""

import secrets
import socket
import ssl
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from cti.trunks import probe
from cti.trunks.probe import ProbeResult, ProbeStep, ProbeVerdict, StepResult
from cti.trunks.sip import (
    PROXY_UNAUTHORIZED,
    UNAUTHORIZED,
    Marks,
    SIPAnswer,
    authorization,
    read_answer,
    request,
    take_answer,
)
from cti.trunks.trunk import Transport, Trunk, host_and_port

ANSWER_SECONDS = 4.0
CONNECT_SECONDS = 4.0
PING_SECONDS = 1.0
SHORTEST_SECONDS = 0.01
RESEND_SECONDS = (0.5, 1.0, 2.0)  # RFC 3261, 17.1.2.2: an UDP packet may be lost
_ECHO, _ECHO6 = 8, 128  # RFC 792, RFC 4443

Address = tuple[str, int]


def probe_trunk(trunk: Trunk, answer_seconds: float = ANSWER_SECONDS) -> ProbeResult:
    """Test a trunk; never raises for what the network or the other side does."""
    host, port = _first_hop(trunk)
    steps: list[StepResult] = []
    try:
        found = socket.getaddrinfo(host, port, type=_kind(trunk))
        family, address = found[0][0], found[0][4]
    except OSError as error:
        why = error.strerror or str(error)
        return ProbeResult((StepResult(ProbeStep.NAME, ProbeVerdict.BAD, probe.NO_NAME, why),))
    place = (str(address[0]), int(address[1]))
    if host != place[0]:
        steps.append(StepResult(ProbeStep.NAME, ProbeVerdict.GOOD, probe.RESOLVED, place[0]))
    steps.append(ping(place[0]))
    began = time.monotonic()
    try:
        with _connected(trunk, family, host, place) as link:
            if trunk.transport is not Transport.UDP:
                spent = _milliseconds(began)
                steps.append(
                    StepResult(
                        ProbeStep.CONNECT, ProbeVerdict.GOOD, probe.CONNECTED, milliseconds=spent
                    )
                )
            steps += _ask(trunk, _Link(link, trunk, answer_seconds))
    except ssl.SSLCertVerificationError as error:
        steps.append(_unconnected(probe.TLS_REFUSED, error.verify_message))
    except ssl.SSLError as error:
        steps.append(_unconnected(probe.TLS_FAILED, error.reason or str(error)))
    except ValueError:
        steps.append(StepResult(ProbeStep.OPTIONS, ProbeVerdict.BAD, probe.NO_SIP))
    except OSError as error:
        steps.append(_unconnected(probe.NOT_CONNECTED, error.strerror or "timed out"))
    return ProbeResult(tuple(steps))


def ping(address: str) -> StepResult:
    """Send one ICMP echo, as far as the system allows it to programs without privileges."""
    six = ":" in address
    began = time.monotonic()
    family, protocol = (
        (socket.AF_INET6, socket.IPPROTO_ICMPV6) if six else (socket.AF_INET, socket.IPPROTO_ICMP)
    )
    try:
        with socket.socket(family, socket.SOCK_DGRAM, protocol) as icmp:
            icmp.settimeout(PING_SECONDS)
            icmp.sendto(_echo(_ECHO6 if six else _ECHO), (address, 0))
            icmp.recv(1024)  # the system gives such a socket only the answers to its own echo
    except TimeoutError:
        return StepResult(ProbeStep.PING, ProbeVerdict.DOUBTFUL, probe.NOT_PINGED)
    except OSError as error:
        return StepResult(ProbeStep.PING, ProbeVerdict.SKIPPED, probe.NO_PING, error.strerror or "")
    spent = _milliseconds(began)
    return StepResult(ProbeStep.PING, ProbeVerdict.GOOD, probe.PINGED, milliseconds=spent)


def _echo(kind: int) -> bytes:
    """Write an echo request; of such a socket the system sets the id, for IPv6 the checksum too."""
    body = struct.pack("!BBHHH", kind, 0, 0, 0, 1) + b"hotline."
    total = sum(struct.unpack(f"!{len(body) // 2}H", body))
    total = (total & 0xFFFF) + (total >> 16)
    checksum = ~(total + (total >> 16)) & 0xFFFF
    return body[:2] + struct.pack("!H", checksum) + body[4:]


def _first_hop(trunk: Trunk) -> Address:
    if not trunk.outbound_proxy:
        return trunk.host, trunk.port
    host, port = host_and_port(trunk.outbound_proxy)
    return host, port or trunk.transport.usual_port


def _kind(trunk: Trunk) -> socket.SocketKind:
    return socket.SOCK_DGRAM if trunk.transport is Transport.UDP else socket.SOCK_STREAM


@contextmanager
def _connected(
    trunk: Trunk, family: socket.AddressFamily, host: str, place: Address
) -> Iterator[socket.socket]:
    with socket.socket(family, _kind(trunk)) as plain:
        plain.settimeout(CONNECT_SECONDS)
        plain.connect(place)
        if not trunk.transport.secure:
            yield plain
            return
        context = ssl.create_default_context()
        if trunk.transport is Transport.TLS_UNVERIFIED:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        with context.wrap_socket(plain, server_hostname=host) as secure:
            yield secure


def _ask(trunk: Trunk, link: "_Link") -> Iterator[StepResult]:
    answer, spent = link.ask("OPTIONS")
    yield probe.options_result(answer, spent)
    if not trunk.registers or answer is None:
        return
    answer, spent = link.ask("REGISTER")
    if answer is not None and answer.status in {UNAUTHORIZED, PROXY_UNAUTHORIZED}:
        header = authorization(answer, trunk, "REGISTER", link.marks)
        if header is None:
            yield probe.unanswerable(answer, trunk, spent)
            return
        answer, spent = link.ask("REGISTER", header)
    yield probe.register_result(answer, spent)


class _Link:
    """One connection, and the requests on it."""

    def __init__(self, link: socket.socket, trunk: Trunk, seconds: float) -> None:
        self._link = link
        self._trunk = trunk
        self._seconds = seconds
        self._number = 0
        self._received = bytearray()
        words = (secrets.token_hex(8) for _ in range(4))
        self.marks = Marks(*words)

    def ask(
        self, method: str, header: tuple[str, str] | None = None
    ) -> tuple[SIPAnswer | None, int]:
        """Send a request; give its final answer, None without one, and how many ms it took."""
        self._number += 1
        local = self._link.getsockname()[:2]
        message = request(method, self._trunk, local, self.marks, self._number, header)
        began = time.monotonic()
        datagrams = self._trunk.transport is Transport.UDP
        again = [began + seconds for seconds in RESEND_SECONDS] if datagrams else []
        self._link.sendall(message)
        while (left := began + self._seconds - time.monotonic()) > 0:
            if again and time.monotonic() >= again[0]:
                again.pop(0)
                self._link.sendall(message)
            soon = [max(at - time.monotonic(), SHORTEST_SECONDS) for at in again[:1]]
            answer = self._next(min([left, *soon]))
            wanted = f"{self._number} {method}"
            if answer is not None and answer.is_final and answer.sequence == wanted:
                return answer, _milliseconds(began)
        return None, _milliseconds(began)

    def _next(self, seconds: float) -> SIPAnswer | None:
        """Give the next answer within some seconds, if one comes."""
        if (answer := take_answer(self._received)) is not None:
            return answer
        self._link.settimeout(seconds)
        with suppress(TimeoutError):
            data = self._link.recv(65_535)
            if self._trunk.transport is Transport.UDP:
                return read_answer(data)
            if not data:
                raise ConnectionResetError(0, "the connection was closed")
            self._received += data
            return take_answer(self._received)
        return None


def _unconnected(sentence: str, why: str) -> StepResult:
    return StepResult(ProbeStep.CONNECT, ProbeVerdict.BAD, sentence, why)


def _milliseconds(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
