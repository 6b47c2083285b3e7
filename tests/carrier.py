"""A carrier for tests: a SIP provider that answers by the number that is called, with sound.

The last three digits say what becomes of a call: 183 is a tone before the answer, 180 ringing only,
000 silence for ever, 302 another number (`Carrier.moved_to`), and any other status of `REFUSALS` is
that status. Every other number is answered at once. Who is answered hears the own voice again: a
caller who hears the echo has sound both ways. With SRTP the echo is deciphered and ciphered again.
"""

import math
import re
import socket
import struct
import threading
import time
import uuid
from dataclasses import dataclass, field

from sip_provider import Provider, answer, header
from srtp import ForgedError, Stream

REFUSALS = frozenset({400, 403, 404, 408, 410, 480, 484, 486, 488, 500, 503, 600, 603})
EARLY_HERTZ = 1000
EARLY_SECONDS, RING_SECONDS = 2.5, 0.5
FRAME = 160  # samples of 20 ms
OWN_SOURCE = b"\0\0\0\7"


@dataclass
class Leg:
    """One call at the carrier, from or to it."""

    invite: str = ""
    arrived: float = 0.0  # time.monotonic
    statuses: list = field(default_factory=list)
    sound: "Sound | None" = None
    over: bool = False
    place: tuple = ()  # where the other side is, of a call from here
    to: str = ""  # the header of its answer
    target: str = ""  # its contact

    @property
    def status(self):
        """The last status that was sent or came."""
        return self.statuses[-1] if self.statuses else 0

    def header(self, name):
        """Give a header of the INVITE; "" without one."""
        return header(self.invite.partition("\r\n\r\n")[0], name)

    @property
    def number(self):
        """The user part of the request's address."""
        return re.match(r"INVITE sips?:([^@;> ]*)", self.invite)[1]


class Carrier(Provider):
    """One carrier on a port of this machine, over UDP, TCP or TLS (`context`)."""

    def __init__(self, host, *, tcp=False, context=None, srtp=False):
        self.context, self.srtp = context, srtp
        self.moved_to = "13900139000"
        self.dead = False  # as if its machine were gone: nothing is answered
        self.status = 0  # that every call is refused with, whatever its number; 0: by the number
        self.legs = {}  # by Call-ID, in their order
        super().__init__(host, tcp=tcp or context is not None, context=context)

    def close(self):
        for leg in list(self.legs.values()):
            self._end(leg)
        super().close()

    def of(self, number):
        """Give the calls that came for a number that ends so, in their order."""
        return [one for one in list(self.legs.values()) if one.number.endswith(number)]

    # ---- calls that come

    def _answers(self, text, send=None):
        head = text.partition("\r\n\r\n")[0]
        method = head.split(" ", 1)[0]
        if self.dead:
            self.requests.append((method, text))
            if method == "INVITE":
                self.legs.setdefault(header(head, "Call-ID"), Leg(text, time.monotonic()))
            return
        if method.startswith("SIP/2.0"):
            self._take_answer(text)
            return
        leg = self.legs.get(header(head, "Call-ID"))
        if method == "INVITE" and ";tag=" not in header(head, "To"):
            self.requests.append((method, text))
            if leg is None:
                leg = Leg(text, time.monotonic())
                self.legs[header(head, "Call-ID")] = leg
                threading.Thread(target=self._call, args=(leg, text, send), daemon=True).start()
            return
        if method == "INVITE":  # asked again within a talk, such as for session timers
            self.requests.append((method, text))
            yield self._with_sound(head, 200, leg)
            return
        if method == "CANCEL" and leg is not None:
            yield answer(head, 200)
            self._say(leg, leg.invite, 487, send)
            self._end(leg)
            return
        if method == "BYE" and leg is not None:
            self._end(leg)
        yield from super()._answers(text)

    def _call(self, leg, text, send):
        """Live through one call that came."""
        ending = str(self.status or leg.number[-3:])
        self._say(leg, text, 100, send)
        if ending == "000":
            return
        if ending == "302":
            more = f"Contact: <sip:{self.moved_to}@somewhere.invalid>\r\n"
            leg.statuses.append(302)
            send(answer(text.partition("\r\n\r\n")[0], 302, more))
            return
        if ending.isdecimal() and int(ending) in REFUSALS:
            self._say(leg, text, int(ending), send)
            return
        leg.sound = Sound(self.host, text, srtp=self.srtp)
        if ending == "183":
            self._say_sound(leg, text, 183, send)
            leg.sound.play(EARLY_HERTZ)
            self._wait(leg, EARLY_SECONDS)
        elif ending == "180":
            self._say(leg, text, 180, send)
            self._wait(leg, RING_SECONDS)
        if not leg.over:
            leg.sound.echo()
            self._say_sound(leg, text, 200, send)

    def _wait(self, leg, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end and not leg.over:
            time.sleep(0.02)

    def _say(self, leg, text, status, send):
        leg.statuses.append(status)
        send(answer(text.partition("\r\n\r\n")[0], status))

    def _say_sound(self, leg, text, status, send):
        leg.statuses.append(status)
        send(self._with_sound(text.partition("\r\n\r\n")[0], status, leg))

    def _with_sound(self, head, status, leg):
        by = ";transport=tls" if self.context else ";transport=tcp" if self.tcp else ""
        more = f"Contact: <sip:carrier@{self.host}:{self.port}{by}>\r\n"
        more += "Content-Type: application/sdp\r\n"
        return answer(head, status, more, leg.sound.sdp() if leg and leg.sound else self._sdp())

    def _end(self, leg):
        leg.over = True
        if leg.sound is not None:
            leg.sound.close()

    # ---- calls that it makes, over UDP

    def dial(self, number, sip, *, sender="<sip:13900139000@carrier.example>", to="", more=()):
        """Call a number of the installation; give the leg, which knows the statuses that came.

        `sender` is what From says, `to` what To says, `more` are more headers.
        """
        at, word = f"{self.host}:{self.port}", uuid.uuid4().hex
        leg = Leg()
        leg.sound = Sound(self.host, "")
        body = leg.sound.sdp()
        request = f"sip:{number}@{sip['host']}:{sip['port']}"
        lines = [
            f"INVITE {request} SIP/2.0",
            f"Via: SIP/2.0/UDP {at};branch=z9hG4bK{word}",
            "Max-Forwards: 70",
            f"From: {sender};tag={word[:8]}",
            f"To: {to or f'<{request}>'}",
            f"Call-ID: {word}",
            "CSeq: 1 INVITE",
            f"Contact: <sip:carrier@{at}>",
            *more,
            "Content-Type: application/sdp",
            f"Content-Length: {len(body)}",
        ]
        leg.invite = "\r\n".join([*lines, "", body])
        leg.arrived = time.monotonic()
        leg.place = (sip["host"], sip["port"])
        self.legs[word] = leg
        self.socket.sendto(leg.invite.encode(), leg.place)
        return leg

    def hang_up(self, leg):
        """End a call that it made and that was answered."""
        self._send_within(leg, "BYE", 2)
        self._end(leg)

    def _take_answer(self, text):
        head = text.partition("\r\n\r\n")[0]
        leg = self.legs.get(header(head, "Call-ID"))
        if leg is None or "INVITE" not in header(head, "CSeq"):
            return
        status = int(head.split(" ", 2)[1])
        if status >= 200:
            leg.to = header(head, "To")
            contact = re.search(r"(?im)^Contact:.*<([^>]+)>", head)
            leg.target = contact[1] if contact else leg.invite.split(" ")[1]
            self._send_within(leg, "ACK", 1)
        if status == 200 and 200 not in leg.statuses:
            leg.sound.send_to(text)
        leg.statuses.append(status)

    def _send_within(self, leg, method, number):
        at = f"{self.host}:{self.port}"
        good = method == "BYE" or leg.target != leg.invite.split(" ")[1]
        branch = uuid.uuid4().hex if good else leg.header("Via").partition("z9hG4bK")[2]
        lines = [
            f"{method} {leg.target} SIP/2.0",
            f"Via: SIP/2.0/UDP {at};branch=z9hG4bK{branch}",
            "Max-Forwards: 70",
            f"From: {leg.header('From')}",
            f"To: {leg.to}",
            f"Call-ID: {leg.header('Call-ID')}",
            f"CSeq: {number} {method}",
            "Content-Length: 0",
        ]
        self.socket.sendto("\r\n".join([*lines, "", ""]).encode(), leg.place)


class Sound:
    """The sound of one call: RTP with A-law from a port of its own."""

    def __init__(self, host, offer, *, srtp=False):
        self.host = host
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((host, 0))
        self.socket.settimeout(0.2)
        self.port = self.socket.getsockname()[1]
        self.heard = self.forged = 0  # packets
        self._theirs = Stream.of_offer(offer) if srtp else None
        self._ours = Stream() if srtp else None
        self._closed = threading.Event()
        self._echoes = threading.Event()
        self._other = None
        if offer:
            self.send_to(offer)

    def send_to(self, sdp):
        """Learn where the other side wants its sound."""
        address = re.search(r"c=IN IP4 (\S+)", sdp)
        port = re.search(r"m=audio (\d+)", sdp)
        if address and port:
            self._other = (address[1], int(port[1]))

    def sdp(self):
        profile = "RTP/SAVP" if self._ours else "RTP/AVP"
        lines = [
            "v=0",
            f"o=- 1 1 IN IP4 {self.host}",
            "s=-",
            f"c=IN IP4 {self.host}",
            "t=0 0",
            f"m=audio {self.port} {profile} 8",
            "a=rtpmap:8 PCMA/8000",
            "a=ptime:20",
        ]
        if self._ours:
            lines.append(self._ours.line(self._theirs.tag if self._theirs else "1"))
        return "\r\n".join([*lines, ""])

    def play(self, hertz):
        """Send a tone until the echo begins."""
        threading.Thread(target=self._play, args=(hertz,), daemon=True).start()

    def echo(self):
        """Send back what comes, from now on."""
        self._echoes.set()
        threading.Thread(target=self._echo, daemon=True).start()

    def close(self):
        self._closed.set()

    def _play(self, hertz):
        frames = [_alaw_tone(hertz, at) for at in range(0, 8000, FRAME)]
        began, number = time.monotonic(), 0
        while not (self._echoes.is_set() or self._closed.is_set()):
            head = struct.pack("!BBHI", 0x80, 8, number & 0xFFFF, number * FRAME) + OWN_SOURCE
            self._send(head + frames[number % len(frames)], self._other)
            number += 1
            time.sleep(max(0.0, began + number * 0.02 - time.monotonic()))

    def _echo(self):
        while not self._closed.is_set():
            try:
                packet, sender = self.socket.recvfrom(2048)
            except TimeoutError:
                continue
            except OSError:
                return
            if len(packet) < 12 or packet[1] & 0x7F != 8:
                continue
            try:
                plain = self._theirs.unprotect(packet) if self._theirs else packet
            except ForgedError:
                self.forged += 1
                continue
            self.heard += 1
            # Another source: SRTP refuses packets that seem to come from oneself (RFC 3711, 9.1).
            self._send(plain[:8] + OWN_SOURCE + plain[12:], sender)
        self.socket.close()

    def _send(self, plain, to):
        try:
            self.socket.sendto(self._ours.protect(plain) if self._ours else plain, to)
        except OSError:
            self._closed.set()


def _alaw_tone(hertz, start):
    samples = (12000 * math.sin(2 * math.pi * hertz * (start + n) / 8000) for n in range(FRAME))
    return bytes(_alaw(int(one)) for one in samples)


def _alaw(sample):
    """ITU-T G.711: a 16-bit sample as one byte."""
    size = min(abs(sample), 32635) >> 3
    segment = max(0, size.bit_length() - 5)
    coded = (segment << 4) | ((size >> max(1, segment)) & 0x0F)
    return (coded | (0x80 if sample >= 0 else 0)) ^ 0x55
