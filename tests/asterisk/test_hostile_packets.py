"""Garbage and attacks on the SIP port, as every public one gets: calls must not notice."""

import random
import socket

from asterisk.phones import only

URI = "sip:4008001234@127.0.0.1"


def packet(first, *lines, body=b""):
    """A SIP packet with these header lines, valid or not."""
    return "\r\n".join([first, *lines, "", ""]).encode("latin-1") + body


def via(number):
    return f"Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK{number}"


BROKEN = [
    b"",
    b"\r\n\r\n",
    packet("INVITE"),
    packet(f"INVITE {URI} SIP/2.0"),
    packet(f"INVITE {URI} SIP/9.9", "Via: x", "CSeq: 1 INVITE"),
    packet(
        "INVITE sip:%00%00@127.0.0.1 SIP/2.0",
        via(1),
        "From: <sip:a@b>;tag=1",
        "To: <sip:c@d>",
        "Call-ID: broken",
        "CSeq: 99999999999 INVITE",
        "Content-Length: 99999",
    ),
    packet(
        f"INVITE {URI} SIP/2.0",
        via(2),
        f'From: "{"A" * 4000}" <sip:a@b>;tag=1',
        "To: <sip:4008001234@d>",
        "Call-ID: long",
        "CSeq: 1 INVITE",
        "Contact: <sip:a@127.0.0.1:9>",
        "Content-Type: application/sdp",
        "Content-Length: 12",
        body=b"v=nonsense\r\n",
    ),
    packet(
        "REGISTER sip:127.0.0.1 SIP/2.0",
        via(3),
        "From: <sip:1001@b>;tag=1",
        "To: <sip:1001@b>",
        "Call-ID: reg",
        "CSeq: 1 REGISTER",
        "Authorization: Digest username=1001,response=\xff\xfe",
        "Content-Length: 0",
    ),
    packet(
        "BYE sip:nobody@127.0.0.1 SIP/2.0",
        via(4),
        "From: <sip:a@b>;tag=1",
        "To: <sip:c@d>;tag=2",
        "Call-ID: bye",
        "CSeq: 1 BYE",
    ),
    packet("SIP/2.0 200 OK", via(5)),
]


def test_a_flood_of_garbage_leaves_the_telephones_working(trade, li_wei):
    sip = trade.installation.sip
    asterisk, engine = (trade.installation.pid(child) for child in ("asterisk", "engine"))
    chance = random.Random(22)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for number in range(3000):
            broken = BROKEN[number // 2 % len(BROKEN)]
            noise = chance.randbytes(chance.randrange(1, 1400))
            stranger.sendto(broken if number % 2 else noise, (sip["host"], sip["port"]))
    with socket.create_connection((sip["host"], sip["port"])) as stranger:
        stranger.sendall(chance.randbytes(100_000))
    caller = trade.caller().to_queue()
    li_wei.rings()
    li_wei.phone.answer()

    caller.phone.hears(only(600), "the agent")
    li_wei.phone.hears(only(440), "the caller")
    assert trade.installation.pid("asterisk") == asterisk
    assert trade.installation.pid("engine") == engine
    caller.hangs_up()
    trade.becomes_quiet(seconds=40)
