"""The SIP messages of telephones and callers, as scenarios of SIPp.

They are written out for each run, since they contain times. A scenario is a list of elements; all
except labels are messages, and SIPp counts them: an ACK to a refusal and a CANCEL must have the
branch of the INVITE so many messages before, written `[branch-invite]` here.
"""

_SDP = """Content-Type: application/sdp
Content-Length: [len]

v=0
o=load 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio {port} RTP/AVP 0{events}
a=rtpmap:0 PCMU/8000
a=ptime:20"""
KEY_MS = (700, 1300)
_NOTHING = "Content-Length: 0"
_REFUSALS = (403, 404, 408, 480, 482, 486, 487, 488, 500, 503, 603)
_VIA = "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n"
_OVER = ('<label id="over"/>', '<timewait milliseconds="500"/>')


def register(expires=7200):
    """Register a telephone: [field0] is its name, [field1] its `[authentication …]`."""

    def ask(cseq, more=""):
        return _send(
            f"REGISTER sip:[remote_ip]:[remote_port] SIP/2.0\n{_VIA}"
            "From: <sip:[field0]@[remote_ip]>;tag=[pid]r[call_number]\n"
            "To: <sip:[field0]@[remote_ip]>\n"
            f"Call-ID: [call_id]\nCSeq: {cseq} REGISTER\n"
            f"Contact: <sip:[field0]@[local_ip]:[local_port]>\n{more}"
            f"Max-Forwards: 70\nExpires: {expires}\n{_NOTHING}",
            retrans=500,
        )

    return _scenario(
        "register",
        ask(1),
        '<recv response="401" auth="true"/>',
        ask(2, "[field1]\n"),
        '<recv response="200"/>',
    )


def telephone(ring_ms, talk_ms, sound="", refuse=""):
    """Answer after so long and hang up after so long; or let the far end do so (None).

    `sound` is a file of PCMU that is sent from the answer on; `refuse` a status, for example
    `486 Busy Here`, with which no call is taken.
    """
    us = "[last_Via:]\n[last_From:]\n[last_To:];tag=[pid]a[call_number]\n[last_Call-ID:]\n"
    us_cancelled = us.replace(";tag=[pid]a[call_number]", "")
    contact = "Contact: <sip:[local_ip]:[local_port];transport=[transport]>\n"
    remember = "".join(
        f'<ereg regexp="{what}" search_in="hdr" header="{header}:" assign_to="{names}"/>'
        for what, header, names in (
            ("([0-9]+) INVITE", "CSeq", "whole,cseq"),
            (".*", "From", "them"),
            (".*", "To", "us"),
        )
    )
    begin = f'<recv request="INVITE" rrs="true"><action>{remember}</action></recv>'
    known = '<Reference variables="whole,cseq,them,us"/>'
    if refuse:
        no = _send(f"SIP/2.0 {refuse}\n{us}[last_CSeq:]\n{_NOTHING}", retrans=500)
        return _scenario("telephone", begin, no, '<recv request="ACK"/>', *_OVER, known)
    rings = f"SIP/2.0 180 Ringing\n{us}[last_CSeq:]\n{contact}{_NOTHING}"
    takes = f"SIP/2.0 200 OK\n{us}[last_CSeq:]\n{contact}{_sdp(sound)}"
    bye = (
        f"BYE [next_url] SIP/2.0\n{_VIA}[routes]\nFrom:[$us];tag=[pid]a[call_number]\nTo:[$them]\n"
        f"Call-ID: [call_id]\nCSeq: 1 BYE\nMax-Forwards: 70\n{_NOTHING}"
    )
    gone = f"SIP/2.0 487 Request Terminated\n{us}Call-ID: [call_id]\nCSeq: [$cseq] INVITE\n"
    return _scenario(
        "telephone",
        begin,
        _send(rings),
        # Waiting for a message that should not come is how SIPp waits and still receives it.
        f'<recv request="CANCEL" timeout="{max(1, ring_ms)}" ontimeout="takes" next="cancelled"/>',
        '<label id="takes"/>',
        _send(takes, retrans=500),
        '<recv request="ACK"/>',
        *_sounding(sound),
        *_hearing_bye(talk_ms),
        '<label id="hangup"/>',
        _send(bye, retrans=500),
        '<recv response="200" next="over"/>',
        '<label id="cancelled"/>',
        _send(f"SIP/2.0 200 OK\n{us_cancelled}[last_CSeq:]\n{_NOTHING}"),
        _send(gone.replace("[last_Call-ID:]\n", "") + _NOTHING, retrans=500),
        '<recv request="ACK"/>',
        *_OVER,
        known,
    )


def caller(number, talk_ms, patience_ms, sound="", keys=()):
    """Call a number as [field0], and hang up after so long, or let the far end do so (None).

    Each of the `keys`, a file of packets, is sent some time after the answer or the key before.

    `talk_ms` counts from the answer; for a pair each call gets another length in between. A caller
    who is not answered within `patience_ms` cancels.
    """
    us = "From: <sip:[field0]@[local_ip]:[local_port]>;tag=[pid]c[call_number]\n"
    contact = "Contact: <sip:[field0]@[local_ip]:[local_port]>\nMax-Forwards: 70\n"

    def first(method, tag="", via=_VIA):
        return (
            f"{method} sip:{number}@[remote_ip]:[remote_port] SIP/2.0\n{via}{us}"
            f"To: <sip:{number}@[remote_ip]:[remote_port]>{tag}\n"
            f"Call-ID: [call_id]\nCSeq: 1 {method}\n{contact}"
        )

    def later(method, cseq):
        return (
            f"{method} [next_url] SIP/2.0\n{_VIA}[routes]\n{us}"
            f"To: <sip:{number}@[remote_ip]:[remote_port]>[peer_tag_param]\n"
            f"Call-ID: [call_id]\nCSeq: {cseq} {method}\n{contact}{_NOTHING}"
        )

    same = _VIA.replace("[branch]", "[branch-invite]")
    hangs_up = _send(later("BYE", 2), retrans=500)
    if isinstance(talk_ms, tuple):
        least, most = talk_ms
        talk = [f'<pause distribution="uniform" min="{least}" max="{most}"/>']
    else:
        talk = _hearing_bye(talk_ms)
    return _scenario(
        "caller",
        _send(first("INVITE") + _sdp(sound, keys), retrans=500),
        *(f'<recv response="{code}" optional="true"/>' for code in (100, 180, 183, 180, 183)),
        *(f'<recv response="{code}" optional="true" next="refused"/>' for code in _REFUSALS),
        f'<recv response="200" rrs="true" timeout="{patience_ms}" ontimeout="cancel"/>',
        _send(later("ACK", 1)),
        *_sounding(sound),
        *_pressing(keys),
        *talk,
        '<label id="hangup"/>',
        hangs_up,
        '<recv response="200" next="over"/>',
        '<label id="cancel"/>',
        _send(first("CANCEL", via=same) + _NOTHING, retrans=500),
        '<recv response="200"/>',
        '<recv response="487"/>',
        '<label id="refused"/>',
        _send(first("ACK", "[peer_tag_param]", same) + _NOTHING),
        *_OVER,
    )


def _hearing_bye(wait_ms):
    timeout = f' timeout="{wait_ms}" ontimeout="hangup"' if wait_ms is not None else ""
    goodbye = "SIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n"
    return [
        f'<recv request="BYE"{timeout}/>',
        _send(f"{goodbye}[last_CSeq:]\n{_NOTHING}", more=' next="over"'),
    ]


def _sounding(sound):
    if not sound:
        return []
    return [f'<nop><action><exec rtp_stream="{sound},-1,0,PCMU/8000"/></action></nop>']


def _pressing(keys):
    least, most = KEY_MS
    for file in keys:
        yield f'<pause distribution="uniform" min="{least}" max="{most}"/>'
        yield f'<nop><action><exec play_pcap_audio="{file}"/></action></nop>'


def _sdp(sound, keys=()):
    events = "\na=rtpmap:96 telephone-event/8000\na=fmtp:96 0-16" if keys else ""
    port = "[rtpstream_audio_port]" if sound else "[media_port]"
    return _SDP.format(port=port, events=" 96" if keys else "") + events


def _send(text, retrans=0, more=""):
    again = f' retrans="{retrans}"' if retrans else ""
    return f"<send{again}{more}><![CDATA[\n{text}\n\n]]></send>"


def _scenario(name, *elements):
    lines, messages = [], 0
    for element in elements:
        lines.append(element.replace("[branch-invite]", f"[branch-{messages}]"))
        messages += not element.startswith(("<label", "<Reference"))
    body = "\n".join(lines)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE scenario SYSTEM "sipp.dtd">\n'
        f'<scenario name="{name}">\n{body}\n</scenario>\n'
    )
