"""Attacks on the real Asterisk: by a web page of this machine, and by one telephone."""

import base64
import itertools
import os
import re
import socket
import struct

LOOPBACK = "127.0.0.1"
_ids = itertools.count(os.getpid())


def sdp():
    lines = ["v=0", f"o=- 1 1 IN IP4 {LOOPBACK}", "s=-", f"c=IN IP4 {LOOPBACK}", "t=0 0"]
    return "\r\n".join([*lines, "m=audio 34998 RTP/AVP 0", ""])


def invite(number, port, transport):
    """An INVITE of a caller from nowhere."""
    id_, body = next(_ids), sdp()
    lines = [
        f"INVITE sip:{number}@{LOOPBACK}:{port} SIP/2.0",
        f"Via: SIP/2.0/{transport} {LOOPBACK}:9;branch=z9hG4bK{id_};rport",
        f"From: <sip:13800138000@{LOOPBACK}>;tag=t{id_}",
        f"To: <sip:{number}@{LOOPBACK}>",
        f"Call-ID: attack-{id_}",
        "CSeq: 1 INVITE",
        f"Contact: <sip:13800138000@{LOOPBACK}:9;transport={transport.lower()}>",
        "Max-Forwards: 70",
        "Content-Type: application/sdp",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*lines, "", body])


class PageSocket:
    """A WebSocket as a page of another site opens it to Asterisk's HTTP port."""

    def __init__(self, port):
        self.line = socket.create_connection((LOOPBACK, port), 5)
        key = base64.b64encode(os.urandom(16)).decode()
        self.line.sendall(
            f"GET /ws HTTP/1.1\r\nHost: {LOOPBACK}:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Protocol: sip\r\nOrigin: http://evil.example\r\n\r\n".encode()
        )
        assert b"101" in self.line.recv(4000).split(b"\r\n")[0]

    def send(self, text):
        data, mask = text.encode(), os.urandom(4)
        head = struct.pack("!BBH", 0x81, 0x80 | 126, len(data)) + mask
        self.line.sendall(head + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

    def final_status(self):
        """Give the first final answer's status."""
        heard = b""
        while True:
            heard += self.line.recv(4000)
            for found in re.finditer(rb"SIP/2\.0 (\d{3})", heard):
                if int(found[1]) >= 200:
                    return int(found[1])


def test_a_web_page_does_not_call_as_the_trunk(trade):
    page = PageSocket(int(trade.installation.environment["HOTLINE_ASTERISK_PORT"]))
    page.send(invite(trade.installation.number, trade.installation.sip["port"], "WS"))

    assert page.final_status() == 403
    # The same caller by SIP's own port is served.
    trade.caller().dial().to_menu()


def test_a_comma_in_the_number_leads_nowhere_else(trade):
    port = trade.installation.sip["port"]
    api = trade.installation.api("admin")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind((LOOPBACK, 0))
        line.settimeout(5)
        number = f"{trade.installation.number}%2C6"
        line.sendto(invite(number, port, "UDP").encode(), (LOOPBACK, port))
        statuses = []
        while not statuses or statuses[-1] < 200:
            statuses.append(int(line.recv(4000).split()[1]))
    # It reached the engine, which knows no such number; it was not hung up by the dialplan.
    calls = api.get("/calls?limit=5")["items"]

    assert statuses[-1] >= 400
    assert calls
    trade.caller().dial().to_menu()


def test_a_telephone_has_one_echo_call(trade):
    phone = trade.telephone("echo", tone=600)
    phone.register(trade.installation.accounts["li.wei"], trade.installation.sip)
    first = phone.call("*43", trade.installation.sip)
    phone.expect("state", state="CONFIRMED", since=first)

    second = phone.call("*43", trade.installation.sip)
    ended = phone.expect("state", state="DISCONNECTED", since=second)

    assert ended.get("code") == 486
