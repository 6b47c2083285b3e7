"""A stranger who sends sound to the port of another talk, from another address."""

import re
import socket
import struct
import threading
import time
from pathlib import Path

import pytest
from asterisk.phones import wait_until
from asterisk.test_attacks import LOOPBACK, invite

FRAME_SECONDS = 0.02
STRANGER = "127.0.0.9"


class Sound:
    """Sends PCMU frames from an address in time, and counts what comes back."""

    def __init__(self, address, port=0):
        self.line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.line.bind((address, port))
        self.port = self.line.getsockname()[1]
        self.line.settimeout(0.2)
        self.heard = 0
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self._hear, daemon=True)]
        self.threads[0].start()

    def sends(self, port, first=1000, ssrc=1, frames=10**6, pause=FRAME_SECONDS):
        def send():
            for number in range(frames):
                if self.over.is_set():
                    return
                head = struct.pack("!BBHII", 0x80, 0, (first + number) & 0xFFFF, number * 160, ssrc)
                self.line.sendto(head + b"\x7f" * 160, (LOOPBACK, port))
                time.sleep(pause)

        self.threads.append(threading.Thread(target=send, daemon=True))
        self.threads[-1].start()

    def _hear(self):
        while not self.over.is_set():
            try:
                self.line.recv(2000)
                self.heard += 1
            except TimeoutError:
                pass

    def close(self):
        self.over.set()
        for one in self.threads:
            one.join()
        self.line.close()


def called(line, number, port, sound_port):
    """Call by SIP's own port; give Asterisk's port for the sound, and what ends the call."""
    asked = invite(number, port, "UDP").replace("34998", str(sound_port))
    line.sendto(asked.encode(), (LOOPBACK, port))
    answer = ""
    while not answer.startswith("SIP/2.0 200"):
        answer = line.recv(6000).decode()
    to = re.search(r"^To: (.+)$", answer, re.MULTILINE)[1].strip()
    contact = re.search(r"^Contact: <([^>]+)>", answer, re.MULTILINE)[1]
    keep = [one for one in asked.split("\r\n") if one.startswith(("Via", "From", "Call-ID"))]

    def ask(method, number):
        line.sendto(_request(method, contact, keep, to, number), (LOOPBACK, port))

    ask("ACK", 1)
    return int(re.search(r"^m=audio (\d+)", answer, re.MULTILINE)[1]), lambda: ask("BYE", 2)


def _request(method, uri, keep, to, number):
    lines = [f"{method} {uri} SIP/2.0", *keep, f"To: {to}", f"CSeq: {number} {method}"]
    lines += ["Max-Forwards: 70", "Content-Length: 0", "", ""]
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize("pause", [0.0, FRAME_SECONDS], ids=["a burst", "frames in time"])
def test_a_stranger_does_not_take_over_the_sound_of_a_talk(trade, pause):
    port = trade.installation.sip["port"]
    owner, stranger = Sound(LOOPBACK), Sound(STRANGER)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind((LOOPBACK, 0))
        line.settimeout(10)
        theirs, end = called(line, trade.installation.number, port, owner.port)
        try:
            # Without an external address the sound arrives on loopback only.
            assert f" 0100007F:{theirs:04X} " in Path("/proc/net/udp").read_text()
            owner.sends(theirs, ssrc=1)
            wait_until(lambda: owner.heard > 5, 5, "the owner hears the greeting")
            stranger.sends(theirs, first=7, ssrc=2, frames=30, pause=pause)
            stranger.threads[-1].join()
            before = owner.heard
            wait_until(lambda: owner.heard > before + 25, 3, "the owner still hears the greeting")

            assert stranger.heard == 0
        finally:
            end()
            owner.close()
            stranger.close()
