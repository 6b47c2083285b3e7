"""What Asterisk tells of sound; the texts are those of a real Asterisk 22.10.1."""

import pytest

from cti.asterisk.rtcp import read_report, read_totals, totals_of
from cti.core.quality import SoundSide

REPORT = {
    "Event": "RTCPReceived",
    "Uniqueid": "c1-a1",
    "AccountCode": "agent:c1",
    "RTT": "0.0420",
    "PT": "201(RR)",
    "Report0SourceSSRC": "0x4560c3aa",
    "Report0FractionLost": "18",
    "Report0CumulativeLost": "32",
    "Report0HighestSequence": "65235",
    "Report0SequenceNumberCycles": "1",
    "Report0IAJitter": "16",
}
TOTALS = (
    "ulaw/ssrc=1163969450;themssrc=1715879794;lp=46;rxjitter=0.000000;rxcount=546;"
    "txjitter=0.000375;txcount=600;rlp=40;rtt=0.000396;rxmes=58.210124;txmes=48.311331/"
    "minrxjitter=000.000000;maxrxjitter=000.000875;avgrxjitter=000.000305;"
    "stdevrxjitter=000.000104;mintxjitter=000.000000;maxtxjitter=000.002000;"
    "avgtxjitter=000.001000;stdevtxjitter=000.000000;/  minrxlost=023.000000;"
    "  maxrxlost=023.000000;  avgrxlost=023.000000;  stdevrxlost=000.000000;/"
    "     minrtt=000.000122;     maxrtt=000.060000;     avgrtt=000.040000;"
)


def test_what_a_phone_reports_is_the_sound_that_was_sent_to_it():
    leg, side, report = read_report(REPORT, 5.0)

    assert (leg, side) == ("c1-a1", SoundSide.SENT)
    assert (report.packets, report.lost, report.jitter) == (65536 + 65235, 32, 16)
    assert (report.at, report.source, report.round_trip) == (5.0, "0x4560c3aa", 0.042)


def test_what_asterisk_reports_is_the_sound_that_it_received():
    _, side, report = read_report({**REPORT, "Event": "RTCPSent", "RTT": "0"}, 5.0)

    assert (side, report.round_trip) == (SoundSide.RECEIVED, None)


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"Event": "Newchannel"},
        {"Event": "RTCPSent"},
        {**REPORT, "Report0SourceSSRC": "0x00000000"},
    ],
)
def test_other_events_and_reports_before_any_sound_say_nothing(event):
    assert read_report(event, 5.0) is None


def test_the_totals_of_a_leg():
    event = {"Event": "UserEvent", "UserEvent": "HotlineSound", "Uniqueid": "c1-a1"}
    leg, call, totals = read_totals({**event, "AccountCode": "agent:c1", "Sound": TOTALS})

    assert (leg, call, totals.codec) == ("c1-a1", "c1", "ulaw")
    assert (totals.received.packets, totals.received.lost) == (546, 46)
    assert totals.received.jitter_ms == pytest.approx(0.305)
    assert (totals.sent.packets, totals.sent.lost, totals.sent.jitter_ms) == (560, 40, 1.0)
    assert totals.round_trip_ms == pytest.approx(40.0)


def test_a_callers_leg_has_the_id_of_its_call():
    event = {"Event": "UserEvent", "UserEvent": "HotlineSound", "Uniqueid": "c1"}

    assert read_totals({**event, "AccountCode": "customer", "Sound": TOTALS})[1] == "c1"
    assert read_totals({**event, "AccountCode": "demo", "Sound": TOTALS}) is None


def test_a_phone_that_reports_nothing_does_not_pass_for_good_sound():
    silent = "alaw/lp=0;rxcount=900;txcount=900;rlp=0;rtt=0.0/avgrxjitter=0.001;maxrtt=000.000000;"

    assert totals_of(silent).sent is None
    assert totals_of(silent).received.packets == 900


@pytest.mark.parametrize(
    "text", ["", "ulaw", "ulaw/", "ulaw/rxcount=12;lp=0;txcount=3", "///x=y;="]
)
def test_a_leg_without_sound_has_no_totals(text):
    assert totals_of(text) is None
