"""A SIP provider for tests, over UDP, TCP or TLS: answers OPTIONS, REGISTER with digest, and calls.

`carrier.py` is one that knows more of calls.
"""

import contextlib
import hashlib
import re
import socket
import ssl
import threading
import time
import uuid
from functools import partial

REALM = "provider.example"
NONCE = "5f3a"


class Provider:
    """One provider on a port of this machine; what it answers can be changed at any time."""

    def __init__(self, host="127.0.0.1", *, tcp=False, context=None):
        """Over UDP, else over TCP, or with a `context` of `ssl` over TLS."""
        self.host, self.username, self.password = host, "8610555", "right"
        self.options = 200  # the status of the answer; 0: none
        self.register = 200  # for the right password
        self.without_password = 401
        self.invite = 200
        self.expires = 600
        self.requests = []  # (method, the whole message)
        self.tcp = tcp
        kind = socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM
        self.socket = socket.socket(socket.AF_INET, kind)
        self.socket.bind((host, 0))
        self.port = self.socket.getsockname()[1]
        if tcp:
            self.socket.listen()
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self._accept if tcp else self._receive, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Stop: from now on the port is closed."""
        # Wakes a thread that waits for a connection or a packet: the port is free at once.
        if self.tcp:
            with contextlib.suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wake:
            wake.sendto(b"\r\n", (self.host, self.port))

    def serve_again(self):
        """Serve the present socket, which may be another one than at first."""
        threading.Thread(target=self._accept, daemon=True).start()

    def call(self, contact, number, caller, sip):
        """Call the account at its registered contact; To names the number that was dialed."""
        at = f"{self.host}:{self.port}"
        self._dial = uuid.uuid4().hex
        lines = [
            f"INVITE {contact} SIP/2.0",
            f"Via: SIP/2.0/UDP {at};branch=z9hG4bK{self._dial}",
            "Max-Forwards: 70",
            f"From: <sip:{caller}@{at}>;tag={self._dial[:8]}",
            f"To: <sip:{number}@{REALM}>",
            f"Call-ID: {self._dial}",
            "CSeq: 1 INVITE",
            f"Contact: <sip:x@{at}>",
            "Content-Type: application/sdp",
        ]
        sdp = self._sdp()
        message = "\r\n".join([*lines, f"Content-Length: {len(sdp)}", "", sdp])
        self.socket.sendto(message.encode(), (sip["host"], sip["port"]))

    def asked(self, method):
        """Give the messages with this method so far."""
        return [message for name, message in list(self.requests) if name == method]

    def _receive(self):
        while True:
            try:
                data, sender = self.socket.recvfrom(65535)
            except OSError:
                return
            send = partial(self._send, sender)
            for said in self._answers(data.decode(errors="replace"), send):
                send(said)

    def _send(self, to, message):
        with contextlib.suppress(OSError):
            self.socket.sendto(message.encode(), to)

    def _accept(self):
        while True:
            try:
                link, _ = self.socket.accept()
            except ssl.SSLError:
                continue  # the caller did not like our certificate
            except ConnectionError:
                continue
            except OSError:
                return
            threading.Thread(target=self._serve, args=(link,), daemon=True).start()

    def _serve(self, link):
        send, received = partial(_send_in_parts, link), b""
        with link, contextlib.suppress(OSError):
            while data := link.recv(65535):
                received += data
                while (message := _whole(received)) is not None:
                    received = received[len(message) :]
                    for said in self._answers(message.decode(errors="replace"), send):
                        send(said)

    def _answers(self, text, _send=None):
        head = text.partition("\r\n\r\n")[0]
        method = head.split(" ", 1)[0].strip()
        if not method or method.startswith("SIP/2.0"):
            return
        self.requests.append((method, text))
        match method:
            case "OPTIONS" if self.options:
                yield answer(head, self.options)
            case "REGISTER":
                yield from self._registered(head)
            case "INVITE":
                yield answer(head, 100)
                yield self._called(text)
            case "BYE" | "CANCEL":
                yield answer(head, 200)

    def _registered(self, head):
        if not self._knows(head):
            status = self.without_password if "Authorization:" not in head else 401
            challenge = f'WWW-Authenticate: Digest realm="{REALM}", nonce="{NONCE}", qop="auth"\r\n'
            yield answer(head, status, challenge if status == 401 else "")
            return
        contact = header(head, "Contact") or "<sip:nobody@127.0.0.1>"
        yield answer(head, self.register, f"Contact: {contact};expires={self.expires}\r\n")

    def _called(self, text):
        head = text.partition("\r\n\r\n")[0]
        if self.invite != 200:
            return answer(head, self.invite)
        contact = f"Contact: <sip:x@{self.host}:{self.port}>\r\nContent-Type: application/sdp\r\n"
        return answer(head, 200, contact, self._sdp())

    def _sdp(self):
        return (
            f"v=0\r\no=- 1 1 IN IP4 {self.host}\r\ns=-\r\nc=IN IP4 {self.host}\r\nt=0 0\r\n"
            f"m=audio {self.port} RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n"
        )

    def _knows(self, head):
        said = dict(re.findall(r'(\w+)="?([^",]*)"?', header(head, "Authorization")))
        if not said:
            return False
        secret = _md5(f"{self.username}:{REALM}:{self.password}")
        what = _md5(f"REGISTER:{said['uri']}")
        right = _md5(f"{secret}:{NONCE}:{said['nc']}:{said['cnonce']}:auth:{what}")
        return said["username"] == self.username and said["response"] == right


def _send_in_parts(link, message):
    """A stream has no packets."""
    with contextlib.suppress(OSError):
        for part in (message[:20], message[20:]):
            link.sendall(part.encode())
            time.sleep(0.01)


def _whole(received):
    """Give the first whole message of a stream; None as long as a part is missing."""
    if received.startswith(b"\r\n"):
        return b"\r\n"  # keeps the connection open
    head, end, _ = received.partition(b"\r\n\r\n")
    length = re.search(rb"(?im)^(?:content-length|l)\s*:\s*(\d+)", head)
    size = len(head) + len(end) + (int(length[1]) if length else 0)
    return received[:size] if end and len(received) >= size else None


def answer(head, status, more="", body=""):
    kept = [line for line in head.split("\r\n") if re.match(r"(?i)(via|from|call-id|cseq):", line)]
    to = header(head, "To")
    tag = "" if ";tag=" in to or status == 100 else ";tag=provider"
    lines = [f"SIP/2.0 {status} {PHRASES.get(status, 'Whatever')}", *kept, f"To: {to}{tag}"]
    return "\r\n".join([*lines, f"{more}Content-Length: {len(body)}", "", body])


PHRASES = {
    100: "Trying",
    180: "Ringing",
    200: "OK",
    401: "Unauthorized",
    403: "Forbidden",
    503: "Unavailable",
}


def header(head, name):
    found = re.search(rf"(?im)^{name}:\s*(.*)$", head)
    return found[1].strip() if found else ""


def _md5(text):
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
