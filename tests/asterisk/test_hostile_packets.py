"""Strangers knock at every SIP port of the world: the house must not notice."""

import random
import socket

from asterisk.phones import only

BROKEN = [
    b"",
    b"\r\n\r\n",
    b"INVITE\r\n\r\n",
    b"INVITE sip:4008001234@127.0.0.1 SIP/2.0\r\n\r\n",
    b"INVITE sip:4008001234@127.0.0.1 SIP/9.9\r\nVia: x\r\nCSeq: 1 INVITE\r\n\r\n",
    b"INVITE sip:%00%00@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK1\r\n"
    b"From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: broken\r\nCSeq: 99999999999 INVITE\r\n"
    b"Content-Length: 99999\r\n\r\n",
    b"INVITE sip:4008001234@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK2\r\n"
    b'From: "' + b"A" * 4000 + b'" <sip:a@b>;tag=1\r\nTo: <sip:4008001234@d>\r\nCall-ID: long\r\n'
    b"CSeq: 1 INVITE\r\nContact: <sip:a@127.0.0.1:9>\r\nContent-Type: application/sdp\r\n"
    b"Content-Length: 12\r\n\r\nv=nonsense\r\n",
    b"REGISTER sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK3\r\n"
    b"From: <sip:1001@b>;tag=1\r\nTo: <sip:1001@b>\r\nCall-ID: reg\r\nCSeq: 1 REGISTER\r\n"
    b"Authorization: Digest username=1001,response=\xff\xfe\r\nContent-Length: 0\r\n\r\n",
    b"BYE sip:nobody@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK4\r\n"
    b"From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: bye\r\nCSeq: 1 BYE\r\n\r\n",
    b"SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK5\r\n\r\n",
]


def test_a_flood_of_garbage_leaves_the_telephones_working(trade, li_wei):
    sip = trade.installation.sip
    asterisk, engine = (trade.installation.pid(child) for child in ("asterisk", "engine"))
    chance = random.Random(22)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for number in range(3000):
            broken = BROKEN[number % len(BROKEN)]
            packet = broken if number % 2 else chance.randbytes(chance.randrange(1, 1400))
            stranger.sendto(packet, (sip["host"], sip["port"]))
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
