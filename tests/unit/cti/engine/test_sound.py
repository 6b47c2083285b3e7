"""The engine hears reports on the sound, and tells the core of changes only."""

import asyncio
from dataclasses import replace

import pytest

from acd.agent import Phone
from acd.queue import AgentId
from crm.calls.record import CallId, Kind
from cti.core.leg import AgentParty, Leg, LegId, LegRole, LegState
from cti.engine.sound import SoundWatch

LEG = LegId("c1-a1")
UP = Leg(
    LEG,
    LegRole.AGENT,
    AgentParty(AgentId(1), "1001", Phone.SIP),
    CallId("c1"),
    state=LegState.UP,
)
ENDED = {
    "Event": "UserEvent",
    "UserEvent": "HotlineSound",
    "Uniqueid": LEG,
    "AccountCode": "agent:c1",
    "Sound": (
        "alaw/lp=46;rxcount=546;txcount=600;rlp=0;rtt=0.02/"
        "avgrxjitter=0.001;maxrtt=0.02;avgrtt=0.02"
    ),
}


class Site:
    def __init__(self):
        self.now, self.legs, self.told, self.noted, self.asked = 0.0, {LEG: UP}, [], [], []
        self.watch = SoundWatch(
            self.legs.get,
            self.told.append,
            lambda facts, _: self.noted.extend(facts),
            lambda: self.now,
            self.codec,
        )
        self.lost = 0

    async def codec(self, leg):
        self.asked.append(leg)
        return "alaw"

    def report(self, lost=0, side="RTCPSent", leg=LEG):
        self.lost += lost
        self.watch.on_ami_event(
            {
                "Event": side,
                "Uniqueid": leg,
                "RTT": "0.0100",
                "Report0SourceSSRC": "0x0000002a",
                "Report0CumulativeLost": str(self.lost),
                "Report0HighestSequence": str(int(self.now * 50)),
                "Report0IAJitter": "8",
            }
        )

    def play(self, *losses, side="RTCPSent"):
        for lost in losses:
            self.now += 5
            self.report(lost, side)


@pytest.fixture
def heard():
    """Run a story in a loop, as the watch asks for codecs in tasks."""

    def run(story):
        async def inside():
            site = Site()
            story(site)
            await asyncio.sleep(0)
            return site

        return asyncio.run(inside())

    return run


def test_bad_sound_is_told_when_it_changes_and_when_it_ends(heard):
    site = heard(lambda one: one.play(0, 20, 20, 20, 20, 0, 0, 0, 0))

    # It fades: half of the last ten seconds was good already.
    assert [event.sound.received and event.sound.received.loss for event in site.told] == [
        0.08, 0.04, None,
    ]  # fmt: skip
    assert site.told[0].leg == LEG
    assert site.told[0].sound.sent is None


def test_both_directions_are_told_apart(heard):
    site = heard(lambda one: one.play(0, 20, 20, side="RTCPReceived"))

    assert site.told[0].sound.received is None
    assert site.told[0].sound.sent.loss == 0.08


def test_the_codec_of_a_leg_is_asked_for_once(heard):
    assert heard(lambda one: one.play(0, 0, 0)).asked == [LEG]


def test_a_leg_that_is_not_known_or_still_rings_is_not_watched(heard):
    def story(one):
        one.legs[LEG] = replace(UP, state=LegState.RINGING)
        one.play(0, 20, 20)
        one.report(leg="stranger")

    assert (heard(story).told, heard(story).asked) == ([], [])


def test_a_warning_ends_when_no_reports_come_any_more(heard):
    def story(one):
        one.play(0, 20, 20)
        one.now += 25
        one.watch.look()

    assert heard(story).told[-1].sound.received is None


def test_the_totals_of_a_leg_are_a_fact_with_the_worst_that_was_seen(heard):
    def story(one):
        one.play(0, 40, 40)
        one.legs.clear()
        one.watch.on_ami_event(ENDED)

    [fact] = heard(story).noted
    assert (fact.call, fact.kind, fact.detail["leg"]) == ("c1", Kind.LEG_SOUND, LEG)
    assert (fact.detail["received_packets"], fact.detail["received_lost"]) == (546, 46)
    assert fact.detail["received_worst_mos"] < 3.3


def test_a_report_that_makes_no_sense_is_survived(heard):
    def story(one):
        one.watch.on_ami_event({"Event": "RTCPSent", "Report0SourceSSRC": "0x1", "Uniqueid": LEG})
        one.watch.on_ami_event({"Event": "RTCPSent", "Report0SourceSSRC": "zz"})
        one.watch.on_ami_event({})

    assert heard(story).told == []
