"""Commands of the engine as requests to Asterisk."""

import json

import pytest

from acd.agent import Phone
from acd.queue import AgentId
from crm.calls.record import CallId
from cti.asterisk.orders import BRIDGE_TYPE, record, requests
from cti.core import commands as c
from cti.core.leg import CustomerParty, Dial, Leg, LegId, LegRole
from cti.core.saved import read_context
from cti.core.seen import Dialect
from cti.core.state import SwitchState
from cti.outbound.rule import RuleId, Way
from cti.trunks.trunk import TrunkId

CALL = CallId("hotline-1-1763775000.12")
CALLER = LegId(CALL)
LEG = LegId(f"{CALL}-a1")
TALK = f"{CALL}-talk1"
DIALECT = Dialect(
    number=lambda n: f"+{n}",
    dialled=lambda n: f"+{n}",
    sound=lambda p, language: f"hotline/{language}/{p}",
)


def asked(command, state=None):
    found = requests(command, state or SwitchState(), DIALECT)
    return [(r.method, r.path, dict(r.body)) for r in found]


def test_prompts_are_played_one_after_the_other_under_an_id_of_ours():
    [(method, path, body)] = asked(c.Play(CALLER, f"{CALL}-p1", ("greeting", "menu")))

    assert (method, path) == ("POST", f"/channels/{CALL}/play/{CALL}-p1")
    assert body["media"] == ["sound:hotline/en/greeting", "sound:hotline/en/menu"]


def ring(phone, number="+8613800138000", **fields):
    return c.CreateLeg(LEG, CALL, AgentId(7), "1001", phone, number, CALLER, **fields)


def test_an_agents_leg_is_made_to_the_kind_of_phone_in_use_and_told_the_call():
    for phone, endpoint in ((Phone.SIP, "PJSIP/1001"), (Phone.BROWSER, "PJSIP/w1001")):
        [(_, path, body)] = asked(ring(phone))
        variables = body["variables"]
        assert (path, body["channelId"]) == ("/channels/create", LEG)
        assert (body["endpoint"], body["originator"]) == (endpoint, CALL)
        assert variables["CONNECTEDLINE(num,i)"] == "+8613800138000"
        assert variables["CHANNEL(accountcode)"] == f"agent:{CALL}"
        assert variables["PJSIP_HEADER(add,X-Hotline-Call)"] == CALL
        assert variables["PJSIP_TRANSFER_HANDLING()"] == "ari-only"
        assert "PJSIP_HEADER(add,X-Hotline-Answer)" not in variables
        assert read_context(LEG, json.loads(variables["HOTLINE"])).agent == 7
    assert asked(c.DialLeg(LEG))[0][:2] == ("POST", f"/channels/{LEG}/dial")


def test_a_leg_over_a_trunk_says_that_it_was_dialled():
    dial = Dial(RuleId(1), "mobile", (Way(TrunkId(3), "013800138000", "+864008001234"),))
    leg = Leg(LEG, LegRole.CUSTOMER, CustomerParty("+8613800138000"), CALL, dial=dial)
    state = SwitchState()
    state.legs.write(LEG, leg)
    [(_, dialled, _), (_, _, said)] = asked(c.DialLeg(LEG), state)
    assert dialled == f"/channels/{LEG}/dial"
    assert said == {"variable": "HOTLINE_NUMBER", "value": "013800138000"}


def test_a_reloaded_page_answers_automatically():
    [(_, _, body)] = asked(ring(Phone.BROWSER, "", auto=True))

    assert body["variables"]["PJSIP_HEADER(add,X-Hotline-Answer)"] == "auto"
    assert body["variables"]["CONNECTEDLINE(num,i)"] == "anonymous"


def test_a_bridge_is_made_as_a_softmix_before_legs_join_it():
    made, filled = asked(c.Join(TALK, (CALLER, LEG)))

    assert made[1:] == (f"/bridges/{TALK}", {"type": BRIDGE_TYPE})
    assert filled[1:] == (f"/bridges/{TALK}/addChannel", {"channel": [CALL, LEG]})


@pytest.mark.parametrize(("reason", "code"), [("unallocated", "1"), ("normal", "16"),
                                              ("no_answer", "19"), ("rejected", "21"),
                                              ("answered_elsewhere", "26")])  # fmt: skip
def test_a_hangup_says_why(reason, code):
    assert asked(c.HangUp(LEG, reason)) == [("DELETE", f"/channels/{LEG}", {"reason_code": code})]


def test_a_phones_own_transfer_is_declined_by_the_word_that_ends_it():
    [(method, path, body)] = asked(c.RefuseRefer(LEG))

    assert (method, path) == ("POST", f"/channels/{LEG}/transfer_progress")
    assert body == {"states": "channel_declined"}


@pytest.mark.parametrize("command", [
    c.HangUp(LEG), c.StopPlay(CALLER, "p"), c.StopMusic(CALLER), c.StopSilence(CALLER),
    c.Leave(CALLER, TALK), c.DropBridge(TALK), c.Mute(CALLER, muted=False), c.RefuseRefer(LEG),
])  # fmt: skip
def test_requests_that_end_something_accept_that_it_is_gone(command):
    assert all(r.missing_is_fine for r in requests(command, SwitchState(), DIALECT))


def test_nothing_is_saved_on_a_leg_that_has_gone():
    assert asked(c.SaveContext(CALLER)) == []


def test_a_recording_is_named_before_the_leg_is_sent_to_the_recorder():
    named, sent = record(CALLER, "2026/11/22/x")

    assert named.body == {"variable": "HOTLINE_RECORD", "value": "2026/11/22/x"}
    assert sent.body["context"] == "hotline-record"
