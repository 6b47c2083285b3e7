"""SIP messages of a trunk's test: written, read, and answered with a password."""

from dataclasses import replace

import pytest
from unit.cti.trunks.lines import CARRIER, PROVIDER

from cti.trunks.sip import Marks, authorization, read_answer, request, take_answer

MARKS = Marks("call", "tag", "branch", "0a4f113b")
HERE = ("192.0.2.1", 40000)
OK = b"SIP/2.0 200 OK\r\nCSeq: 1  OPTIONS\r\nContent-Length: 2\r\n\r\nhi"


def challenged(*challenges, status=401):
    name = "Proxy-Authenticate" if status == 407 else "WWW-Authenticate"
    lines = "".join(f"{name}: {one}\r\n" for one in challenges)
    return read_answer(f"SIP/2.0 {status} No\r\n{lines}\r\n".encode())


def test_a_registration_is_only_asked_for_and_never_moved():
    text = request("REGISTER", PROVIDER, HERE, MARKS, 2).decode()

    assert text.startswith("REGISTER sip:sip.provider.example:5060 SIP/2.0\r\n")
    assert "To: <sip:8610555@sip.provider.example>\r\n" in text
    assert "Contact:" not in text
    assert "CSeq: 2 REGISTER\r\n" in text
    assert text.endswith("\r\n\r\n")


def test_options_go_to_the_host_over_the_proxy():
    text = request("OPTIONS", replace(CARRIER, outbound_proxy="10.1.1.1"), HERE, MARKS, 1).decode()

    assert "Via: SIP/2.0/UDP 192.0.2.1:40000;branch=z9hG4bKbranch1;rport\r\n" in text
    assert "Route: <sip:10.1.1.1;lr>\r\n" in text
    assert "Contact: <sip:hotline@192.0.2.1:40000>\r\n" in text


def test_an_answer_is_read_with_its_headers_and_their_short_names():
    answer = read_answer(b"SIP/2.0 486 Busy\x07 Here\r\ni: call\r\nVia: a\r\nvia: b\r\n\r\n")

    assert (answer.status, answer.line) == (486, "SIP/2.0 486 Busy  Here")
    assert answer.one("call-id") == "call"
    assert answer.headers["via"] == ("a", "b")


@pytest.mark.parametrize("message", [b"OPTIONS sip:x SIP/2.0\r\n\r\n", b"\r\n\r\n", b"", b"\xff"])
def test_what_is_no_answer_is_none(message):
    assert read_answer(message) is None


def test_answers_are_cut_out_of_a_stream():
    received = bytearray(b"\r\n\r\n" + OK + OK[:30])

    assert take_answer(received).sequence == "1 OPTIONS"
    assert take_answer(received) is None
    received += OK[30:]
    assert take_answer(received).status == 200
    assert received == b""


def test_a_request_within_a_stream_is_passed_over():
    received = bytearray(b"OPTIONS sip:x SIP/2.0\r\nContent-Length: 0\r\n\r\n" + OK)

    assert take_answer(received).status == 200


@pytest.mark.parametrize("said", [b"HTTP/1.1 400 Bad\r\n\r\n", b"SSH-2.0-x\r\n", b"x" * 70_000])
def test_another_protocol_is_noticed(said):
    with pytest.raises(ValueError, match=r"SIP|end"):
        take_answer(bytearray(said))


def test_a_password_is_sent_as_its_digest_of_the_challenge():
    trunk = replace(PROVIDER, username="Mufasa", password="Circle Of Life")
    said = 'Digest realm="testrealm@host.com", nonce="dcd9", qop="auth,auth-int", opaque="5ccc"'
    name, value = authorization(challenged(said), trunk, "REGISTER", MARKS)

    assert name == "Authorization"
    assert 'username="Mufasa"' in value
    assert 'opaque="5ccc"' in value
    assert 'qop=auth, nc=00000001, cnonce="0a4f113b"' in value
    assert "Circle" not in value
    assert 'response="b63fff99fbafe710856cbe6be76352e0"' in value


def test_the_stronger_of_two_challenges_is_answered():
    said = [f'Digest realm="r", nonce="{n}", algorithm={n}' for n in ("MD5", "SHA-256")]
    _, value = authorization(challenged(*said), PROVIDER, "REGISTER", MARKS)

    assert "algorithm=SHA-256" in value


def test_a_proxy_is_answered_in_its_own_header():
    said = challenged('Digest realm="r", nonce="n"', status=407)

    assert authorization(said, PROVIDER, "REGISTER", MARKS)[0] == "Proxy-Authorization"


@pytest.mark.parametrize(
    "said", ["Basic realm=x", 'Digest realm="r", nonce="n", algorithm=AKAv1-MD5', "Digest", ""]
)
def test_an_unknown_challenge_is_not_answered(said):
    assert authorization(challenged(said), PROVIDER, "REGISTER", MARKS) is None


def test_the_password_goes_to_no_other_realm_than_the_trunk_s():
    trunk = replace(PROVIDER, realm="ours")

    assert (
        authorization(challenged('Digest realm="r", nonce="n"'), trunk, "REGISTER", MARKS) is None
    )


def test_a_challenge_cannot_add_a_header():
    said = challenged('Digest realm="a\\"\x07b", nonce="n"')
    _, value = authorization(said, PROVIDER, "REGISTER", MARKS)

    assert "\r" not in value
    assert "\n" not in value
    assert 'realm="a\\"b"' in value
