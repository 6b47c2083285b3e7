"""Encrypted trunks: TLS with a certificate that is checked or not, sound by SRTP."""

import re

import pytest
from asterisk.lines import line, number, record, rule
from asterisk.phones import only, wait_until
from authority import Authority
from carrier import Carrier

LI = 600
KNOWN, STRANGE = "127.0.0.8", "127.0.0.9"


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    """An authority that the installation does not trust."""
    return Authority(tmp_path_factory.mktemp("stranger"), "Stranger")


@pytest.mark.parametrize("checked", [True, False])
def test_a_call_over_tls_and_srtp_has_sound_both_ways(
    trade, installation, authority, stranger, checked
):
    host, signer = (KNOWN, authority) if checked else (STRANGE, stranger)
    carrier = Carrier(host, context=signer.server_context(host), srtp=True)
    transport = "tls" if checked else "tls-unverified"
    with (
        line(installation, host, carrier=carrier, transport=transport, srtp=True) as made,
        rule(installation, made),
    ):
        made.becomes("available")
        assert made.test()["connect"]["verdict"] == "good"
        li = trade.agent("li.wei", tone=LI, auto=True).ready()
        call = li.api.post("/desk/calls", {"to": number(5)})["call"]
        li.phone.hears(only(LI), "the echo: the carrier could decipher, and so could Asterisk")
        (leg,) = carrier.of("005")
        assert re.search(r"m=audio \d+ RTP/SAVP ", leg.invite)
        assert "SIP/2.0/TLS" in leg.header("Via")
        assert leg.sound.heard > 50
        assert leg.sound.forged == 0
        li.do("hangup", call)
        wait_until(lambda: leg.over, 5, "the carrier is told of the end")
        assert record(installation, call)["result"] == "answered"


def test_a_certificate_of_a_stranger_is_refused_and_the_test_says_so(trade, installation, stranger):
    carrier = Carrier(STRANGE, context=stranger.server_context(STRANGE), srtp=True)
    with (
        line(installation, STRANGE, carrier=carrier, transport="tls", srtp=True) as made,
        rule(installation, made),
    ):
        found = made.test()
        assert found["connect"]["verdict"] == "bad"
        assert found["connect"]["sentence"] == (
            "The certificate of the other side is not accepted."
        )
        made.becomes("unreachable")
        li = trade.agent("li.wei", tone=LI, auto=True).ready()
        call = li.api.post("/desk/calls", {"to": number(5)})["call"]
        told = record(installation, call)
        assert told["result"] == "unanswered"
        assert not carrier.legs
        trade.becomes_quiet()


def test_a_certificate_for_another_address_is_refused(installation, authority):
    carrier = Carrier(STRANGE, context=authority.server_context(KNOWN))
    with line(installation, STRANGE, carrier=carrier, transport="tls") as made:
        assert made.test()["connect"]["sentence"].startswith("The certificate of the other side")
        made.becomes("unreachable")
