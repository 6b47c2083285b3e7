"""A SIP telephone that sends no sound at all, and can fall dead: plain SIP over UDP.

pjsua2 always sends RTCP, which Asterisk counts as a sign of life. This telephone sends neither RTP
nor RTCP, but answers what it is asked, as a muted phone with silence suppression does.
"""

import hashlib
import itertools
import re
import socket
import struct
import threading

from asterisk.phones import wait_until

BRANCH = "z9hG4bK"
_counts = itertools.count(1)


class BarePhone:
    """One telephone with at most one call."""

    def __init__(self, sip, user="13800138000"):
        self.switch = (sip["host"], sip["port"])
        self.user = user
        self.socket = _udp()
        self.sound = _udp()  # receives, so that the machine refuses no packet
        self.port = self.socket.getsockname()[1]
        self.tag = f"bare{next(_counts)}x{self.port}"
        self.requests = []  # the methods that the switch sent
        self.notified = []  # the bodies of NOTIFY requests
        self.answers = []  # (status, method) of the answers to ours
        self.dead = False
        self._auth = None  # secret of the registration
        self._dialog = None
        self._closed = False
        threading.Thread(target=self._listen, daemon=True).start()

    # ---- what it does

    def register(self, account):
        """Register with the account's secret, and wait until that is accepted."""
        self.user, self._auth = account["sip_user"], account["sip_secret"]
        self._send_register("")
        self._expect(200, "REGISTER")

    def call(self, number):
        """Call a number, and wait until it is answered."""
        self._dialog = {"id": f"{self.tag}c", "remote": f"sip:{number}@{self._at()}"}
        self._send(self._request("INVITE", self._dialog["remote"], self._sdp(), cseq=1))
        self._expect(200, "INVITE", seconds=20)

    def press(self, digit):
        """Send a key as three packets of RFC 4733, the only ones it ever sends."""
        port = self.sound_port()
        for place in range(3):
            end = struct.pack("!BBH", int(digit), 0x80 | 10, 800)
            head = struct.pack("!BBHII", 0x80, 0xE5 if not place else 0x65, place, 4000, 77)
            self.sound.sendto(head + end, (self.switch[0], port))

    def sound_port(self):
        """Give the port to which the switch wants the sound."""
        return int(re.search(r"m=audio (\d+)", self._dialog["sdp"])[1])

    def hang_up(self):
        """End the call."""
        self._send(self._request("BYE", self._dialog["target"], cseq=50))

    def die(self):
        """From now on nothing is answered, as after a power cut; nothing is sent either."""
        self.dead = True

    def close(self):
        """Free the ports."""
        self._closed = True
        self.socket.close()
        self.sound.close()

    def rang(self, seconds=15.0):
        """Wait for a call of the switch, which is answered at once."""
        wait_until(lambda: "INVITE" in self.requests, seconds, f"{self.user} rings")

    # ---- SIP

    def _listen(self):
        while not self._closed:
            try:
                raw, _ = self.socket.recvfrom(65535)
            except OSError:
                return
            if not self.dead and raw.strip():
                self._hear(raw.decode(errors="replace"))

    def _hear(self, text):
        head, _, body = text.partition("\r\n\r\n")
        first = head.split("\r\n", 1)[0]
        if first.startswith("SIP/2.0"):
            self._hear_answer(int(first.split()[1]), head, body)
        else:
            self._hear_request(first.split()[0], head, body)

    def _hear_answer(self, status, head, body):
        method = _header(head, "CSeq").split()[1]
        self.answers.append((status, method))
        if status == 401 and method == "REGISTER":
            self._send_register(head)
        if method == "INVITE" and status == 200:
            self._dialog |= {
                "to": _header(head, "To"),
                "target": re.search(r"<([^>]+)>", _header(head, "Contact"))[1],
                "sdp": body,
            }
            self._send(self._request("ACK", self._dialog["target"], cseq=1))

    def _hear_request(self, method, head, body):
        self.requests.append(method)
        if method == "ACK":
            return
        if method == "NOTIFY":
            self.notified.append(body)
        tag = "" if ";tag=" in _header(head, "To") else f";tag={self.tag}"
        if method == "INVITE" and self._dialog is None:
            self._dialog = {"id": _header(head, "Call-ID"), "sdp": body}
        sdp = self._sdp() if method == "INVITE" else ""
        same = [line for line in head.split("\r\n") if line.lower().startswith(("via:", "record-"))]
        lines = [
            "SIP/2.0 200 OK",
            *same,
            f"From: {_header(head, 'From')}",
            f"To: {_header(head, 'To')}{tag}",
            f"Call-ID: {_header(head, 'Call-ID')}",
            f"CSeq: {_header(head, 'CSeq')}",
            f"Contact: <sip:{self.user}@127.0.0.1:{self.port}>",
        ]
        self._send(_message(lines, sdp))

    def _send_register(self, challenge):
        lines = self._request("REGISTER", f"sip:{self._at()}", cseq=2 if challenge else 1, raw=True)
        if challenge:
            asked = _header(challenge, "WWW-Authenticate")
            realm, nonce = (
                re.search(rf'{name}="([^"]*)"', asked)[1] for name in ("realm", "nonce")
            )
            uri, count, own = f"sip:{self._at()}", "00000001", "0a4f113b"
            parts = (nonce, count, own, "auth", _md5("REGISTER", uri))
            answer = _md5(_md5(self.user, realm, self._auth), *parts)
            lines.append(
                f'Authorization: Digest username="{self.user}",realm="{realm}",nonce="{nonce}",'
                f'uri="{uri}",response="{answer}",qop=auth,nc={count},cnonce="{own}",algorithm=MD5'
            )
        self._send(_message(lines, ""))

    def _request(self, method, uri, sdp="", *, cseq, raw=False):
        dialog = self._dialog or {"id": f"{self.tag}r"}
        to = self._own() if method == "REGISTER" else uri
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch={BRANCH}{self.tag}{method}{cseq};rport",
            f"From: <sip:{self.user}@127.0.0.1>;tag={self.tag}",
            f"To: {dialog.get('to') or f'<{to}>'}",
            f"Call-ID: {dialog['id']}",
            f"CSeq: {cseq} {method}",
            f"Contact: <{self._own()}>",
            "Max-Forwards: 70",
        ]
        return lines if raw else _message(lines, sdp)

    def _own(self):
        return f"sip:{self.user}@127.0.0.1:{self.port}"

    def _at(self):
        return f"{self.switch[0]}:{self.switch[1]}"

    def _sdp(self):
        port = self.sound.getsockname()[1]
        return (
            "v=0\r\no=bare 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {port} RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\n"
            "a=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n"
        )

    def _send(self, message):
        self.socket.sendto(message, self.switch)

    def _expect(self, status, method, seconds=10.0):
        wait_until(
            lambda: (status, method) in self.answers,
            seconds,
            lambda: f"{self.user}: no {status} to its {method} in {self.answers}",
        )


def _udp():
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind(("127.0.0.1", 0))
    return made


def _header(head, name):
    found = re.search(rf"^{name}\s*:\s*(.*?)\s*$", head, re.IGNORECASE | re.MULTILINE)
    return found[1] if found else ""


def _md5(*parts):
    return hashlib.md5(":".join(parts).encode()).hexdigest()  # noqa: S324 - RFC 2617


def _message(lines, body):
    if body:
        lines = [*lines, "Content-Type: application/sdp"]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body]).encode()
