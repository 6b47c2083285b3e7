"""Faulty telephones: silent, refusing, flooding, sending nonsense, pressing keys without end."""

import contextlib
import random
import socket
import struct
import threading
import time

from faults.fault import Fault
from load.kit import Phones, set_state, sign_in
from load.traffic import LOCAL

REFUSALS = ("486 Busy Here", "503 Service Unavailable", "480 Temporarily Unavailable")
KEYS = "0123456789*#ABCD"
FLOOD_A_SECOND = 300
URI = "sip:{user}@127.0.0.1:{port}"


@contextlib.contextmanager
def bad_seats(floor, count, **habits):
    """Give some agents of the easy queue other telephones for a while; they stay in line."""
    seats = floor.bad[:count]
    with Phones(floor.site, seats, floor.new_folder("bad-phones"), **habits):
        sign_in(floor.site, seats)
        try:
            yield seats
        finally:
            set_state(floor.site, seats, ready=False)


def refusing(seconds):
    """Make a fault: three telephones ring and refuse, each in its own way."""

    def strike(floor, at):
        del at
        with contextlib.ExitStack() as stack:
            for number, refusal in enumerate(REFUSALS):
                seats = floor.bad[number : number + 1]
                folder = floor.new_folder("refusing")
                stack.enter_context(Phones(floor.site, seats, folder, refuse=refusal))
                sign_in(floor.site, seats)
                stack.callback(set_state, floor.site, seats, ready=False)
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                time.sleep(1.0)
                # After some misses an agent is paused; here they become ready again.
                set_state(floor.site, floor.bad[: len(REFUSALS)], ready=True)

    return strike


def silent(seconds):
    """Make a fault: three telephones answer and send no sound."""

    def strike(floor, at):
        del at
        with bad_seats(floor, 3, ring=0.3, talk=8.0, sound=False):
            time.sleep(seconds)

    return strike


def flood(method, seconds):
    """Make a fault: a stranger sends so many requests a second."""

    def strike(floor, at):
        port = floor.site.sip_port
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
            wire.bind((LOCAL, 0))
            wire.setblocking(False)
            ours = wire.getsockname()[1]
            began = time.monotonic()
            sent = 0
            while (passed := time.monotonic() - began) < seconds:
                while sent < passed * FLOOD_A_SECOND:
                    sent += 1
                    wire.sendto(_request(method, port, ours, f"{at}-{sent}"), (LOCAL, port))
                with contextlib.suppress(BlockingIOError):
                    while True:
                        wire.recv(4096)
                time.sleep(0.005)

    return strike


def _request(method, port, ours, mark, body=""):
    # The called number has no route: the call is refused, but the engine has to decide that.
    user = "4999999" if method == "INVITE" else "9999"
    uri = URI.format(user=user, port=port)
    return (
        f"{method} {uri} SIP/2.0\r\n"
        f"Via: SIP/2.0/UDP {LOCAL}:{ours};branch=z9hG4bK{mark}\r\n"
        f"From: <sip:135{mark[-8:]}@{LOCAL}>;tag=f{mark}\r\nTo: <{uri}>\r\n"
        f"Call-ID: flood-{method}-{mark}@{LOCAL}\r\nCSeq: 1 {method}\r\n"
        f"Contact: <sip:flood@{LOCAL}:{ours}>\r\nMax-Forwards: 70\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode("latin-1", "replace")


def nonsense(seconds):
    """Make a fault: invalid SIP packets: cut off, overlong, contradictory, plain noise."""
    dice = random.Random(7)

    def strike(floor, at):
        port = floor.site.sip_port
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
            wire.bind((LOCAL, 0))
            ours = wire.getsockname()[1]
            end = time.monotonic() + seconds
            number = 0
            while time.monotonic() < end:
                number += 1
                whole = bytearray(_request("INVITE", port, ours, f"{at}-{number}", body="v=0\r\n"))
                match number % 4:
                    case 0:
                        whole = whole[: dice.randrange(len(whole))]
                    case 1:
                        for _ in range(8):
                            whole[dice.randrange(len(whole))] = dice.randrange(256)
                    case 2:
                        whole = whole.replace(b"Content-Length: 5", b"Content-Length: 99999")
                    case _:
                        whole = bytearray(dice.randbytes(dice.randrange(1, 1400)))
                wire.sendto(bytes(whole), (LOCAL, port))
                time.sleep(0.01)

    return strike


def mad_keys(seconds):
    """Make a fault: callers in talks and in line press keys without end, in RTP and by INFO."""

    def strike(floor, at):
        ends = [threading.Event() for _ in range(4)]
        callers = [
            threading.Thread(target=_press, args=(floor, f"{at}{one}", over, one % 2 == 0))
            for one, over in enumerate(ends)
        ]
        for one in callers:
            one.start()
        time.sleep(seconds)
        for over in ends:
            over.set()
        for one in callers:
            one.join(10)

    return strike


def _press(floor, mark, over, by_rtp):
    """Run one caller: INVITE, ACK, then keys until it is over, then BYE."""
    port = floor.site.sip_port
    number = floor.site.numbers[floor.site.queues[1 if by_rtp else 0]]
    dice = random.Random(mark)
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sip,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as rtp,
    ):
        sip.bind((LOCAL, 0))
        rtp.bind((LOCAL, 0))
        sip.settimeout(2.0)
        ours = sip.getsockname()[1]
        head = Words(number, port, ours, f"{mark}{ours}")
        sip.sendto(head.invite(rtp.getsockname()[1]), (LOCAL, port))
        answer = _answer(sip)
        if answer is None:
            return
        sip.sendto(head.say("ACK", 1, answer), (LOCAL, port))
        sound = int(answer.partition("m=audio ")[2].split(" ")[0])
        count = 1
        sip.setblocking(False)
        while not over.wait(0.02):
            count += 1
            if by_rtp:
                rtp.sendto(_key_packet(dice, count), (LOCAL, sound))
            elif count % 3 == 0:
                sip.sendto(head.info(count, dice, answer), (LOCAL, port))
            with contextlib.suppress(OSError):
                said = sip.recv(4096).decode("latin-1")
                if said.startswith("BYE"):
                    sip.sendto(_agreed(said), (LOCAL, port))
                    return
        sip.sendto(head.say("BYE", count + 1, answer), (LOCAL, port))


class Words:
    """The SIP messages of such a caller."""

    def __init__(self, number, port, ours, mark):
        self.uri = URI.format(user=number, port=port)
        self.ours, self.mark, self.port = ours, mark, port

    def invite(self, sound):
        body = (
            f"v=0\r\no=- 1 1 IN IP4 {LOCAL}\r\ns=-\r\nc=IN IP4 {LOCAL}\r\nt=0 0\r\n"
            f"m=audio {sound} RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"
        )
        return self.say("INVITE", 1, "", body, "application/sdp")

    def info(self, cseq, dice, answer):
        """Give a key by INFO: some valid, most not."""
        body = dice.choice(
            (
                f"Signal={dice.choice(KEYS)}\r\nDuration=160\r\n",
                "Signal=99999999\r\nDuration=-1\r\n",
                "Signal=\r\n",
                "\x00\xff" * 50,
                "Duration=160\r\n" * 100,
            )
        )
        return self.say("INFO", cseq, answer, body, "application/dtmf-relay")

    def say(self, method, cseq, answer, body="", kind=""):
        to = _header(answer, "To") or f"<{self.uri}>"
        target = _header(answer, "Contact").strip("<>") or self.uri
        content = f"Content-Type: {kind}\r\n" if kind else ""
        return (
            f"{method} {target} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {LOCAL}:{self.ours};branch=z9hG4bK{self.mark}{method}{cseq}\r\n"
            f"From: <sip:1350000{self.mark[-4:]}@{LOCAL}>;tag={self.mark}\r\nTo: {to}\r\n"
            f"Call-ID: keys-{self.mark}@{LOCAL}\r\nCSeq: {cseq} {method}\r\n"
            f"Contact: <sip:keys@{LOCAL}:{self.ours}>\r\nMax-Forwards: 70\r\n{content}"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode("latin-1")


def _key_packet(dice, count):
    """Give a key by RFC 4733: event, flags, duration; also unknown events, and cut-off packets."""
    event = dice.choice([*range(16), 16, 200, 255])
    last = 0x80 if count % 3 == 0 else 0
    head = struct.pack(">BBHII", 0x80, 101, count & 0xFFFF, count * 160, 0x5A5A)
    whole = head + struct.pack(">BBH", event, last | 10, dice.randrange(65536))
    return whole if count % 10 else whole[: dice.randrange(len(whole))]


def _answer(wire):
    with contextlib.suppress(OSError):
        for _ in range(10):
            said = wire.recv(4096).decode("latin-1")
            if said.startswith("SIP/2.0 200"):
                return said
            if said[8:9] in "3456":
                return None
    return None


def _header(said, name):
    for line in said.split("\r\n"):
        if line.lower().startswith(f"{name.lower()}:"):
            return line.partition(":")[2].strip()
    return ""


def _agreed(said):
    lines = said.split("\r\n")
    wanted = ("via:", "from:", "to:", "call-id:", "cseq:")
    kept = [line for line in lines if line.lower().startswith(wanted)]
    return ("SIP/2.0 200 OK\r\n" + "\r\n".join(kept) + "\r\nContent-Length: 0\r\n\r\n").encode(
        "latin-1"
    )


FAULTS = (
    Fault("phone-refuses", "phones that answer 486, 503, 480", refusing(15), 2, 6),
    Fault("phone-silent", "phones that send no sound", silent(20), 2, 6),
    Fault("flood-register", "REGISTER, 300 a second, 15 s", flood("REGISTER", 15), 2, 6),
    Fault("flood-options", "OPTIONS, 300 a second, 15 s", flood("OPTIONS", 15), 2, 6),
    Fault("flood-invite", "INVITE, 300 a second, 15 s", flood("INVITE", 15), 2, 10),
    Fault("nonsense", "malformed SIP, 100 a second, 15 s", nonsense(15), 2, 6),
    Fault("mad-keys", "keys without end, RFC 4733 and INFO", mad_keys(15), 2, 6),
)
