"""A voicemail box by telephone: own phone, another box, from outside, and an engine that dies."""

import json

import pytest
from journeys.invariants import check

from acd.agent import AgentState, Phone
from acd.queue import AgentId
from crm.calls.record import CallId, CallResult
from crm.kernel.destination import read_destination
from crm.voicemail.box import BoxId, VoicemailBox
from crm.voicemail.by_phone.access import BoxAnswer, Mark, PlayedMessage
from crm.voicemail.message import MessageId
from cti.core import events as e
from cti.core import requests as r
from cti.core.answer_events import BoxAnswered
from cti.core.commands import MarkMessage, OpenBox
from cti.core.leg import LegId
from cti.core.stage import Stage
from cti.fake import sign_in
from cti.outbound.numbers import NumberClass
from cti.outbound.rule import DialTrunk, OutboundPlan, OutboundRule, RuleId
from cti.routes.rule import RouteId, RoutePlan, RouteRule
from cti.trunks.trunk import TrunkId
from ivr.flow import FlowId, NumberSettings

MINE = VoicemailBox(BoxId(8), "Agent 1", agent=1)
NIGHT = VoicemailBox(BoxId(7), "Night", has_pin=True)
PHONE, CALL = LegId("p1"), CallId("p1")
SENDER = "+8613800138000"
ONE = PlayedMessage(MessageId(1), "voicemail/one", SENDER, 5.0)
TWO = PlayedMessage(MessageId(2), "voicemail/two", "1002", 5.0)
TRUNK = TrunkId(1)


@pytest.fixture
def site(fake):
    boxes = {one.id: one for one in (MINE, NIGHT)}
    night = RouteRule(RouteId(1), "Night", read_destination("voicemail:7"), called="200")
    numbers = {"100": NumberSettings(FlowId(1)), "200": NumberSettings(FlowId(1))}
    fake.hear(e.RoutesChanged(RoutePlan(numbers, (night,), boxes=boxes)))
    rule = OutboundRule(RuleId(1), "Mobile", frozenset({NumberClass.MOBILE}), (TRUNK,))
    ours = "+864008001234"
    plan = OutboundPlan((rule,), {TRUNK: DialTrunk(TRUNK, "T")}, {}, frozenset({ours}), ours)
    fake.hear(e.OutboundChanged(plan))
    sign_in(fake, 1, phone=Phone.SIP)
    return fake


def dials(site, code="*97", extension="1001"):
    site.channels[PHONE], site.born[PHONE] = "up", site.now
    site.hear(e.PhoneDialled(PHONE, extension, Phone.SIP, code))


def asked(site):
    return site.asked[-1]


def answers(site, answer=BoxAnswer.DONE, *messages):
    question = asked(site)
    site.hear(BoxAnswered(question.call, question.id, answer, messages))


def hears(site, leg=PHONE):
    return site.playing[site.hearing[leg]]


def opened(site):
    dials(site)
    answers(site, BoxAnswer.DONE, ONE, TWO)


def test_an_agent_hears_the_own_box_without_a_pin_and_is_free_at_once_after(site):
    dials(site)
    assert asked(site) == OpenBox(CALL, asked(site).id, MINE.id, None)
    answers(site, BoxAnswer.DONE, ONE, TWO)
    count = ("box-you-have", "digit-2", "box-messages")
    assert hears(site) == (*count, "message:voicemail/one")
    assert site.agent(1).state is AgentState.TALKING
    check(site)

    site.press(PHONE, "3")
    assert asked(site) == MarkMessage(CALL, asked(site).id, MINE.id, ONE.id, Mark.DELETED, 1)
    answers(site)
    assert hears(site) == ("box-deleted", "message:voicemail/two")
    site.press(PHONE, "*")
    site.prompts_end(PHONE)

    assert site.channels == {}
    assert site.agent(1).state is AgentState.READY
    record = site.record(CALL)
    assert (record.direction, record.result, record.agent) == ("internal", CallResult.VOICEMAIL, 1)
    assert "box marked" in site.kinds(CALL)
    check(site)


def test_the_browser_phone_is_rung_first(site):
    site.hear(r.SignInAsked(AgentId(1), Phone.BROWSER, reachable=True))
    site.hear(r.CallAsked(CallId("d1"), AgentId(1), "*97"))
    leg = site.agent_leg("d1")
    assert leg
    site.answers(leg)
    assert asked(site).box == MINE.id
    site.hear(r.HangUpAsked(AgentId(1), CallId("d1")))
    assert site.channels == {}


def test_a_phone_at_which_nobody_is_signed_in_needs_the_pin(site):
    site.hear(r.SignOutAsked(AgentId(1)))
    dials(site)
    assert hears(site) == ("box-pin",)
    assert not site.agent(1).tasks
    for digit in "2580#":
        site.press(PHONE, digit)
    assert asked(site).pin == "2580"
    assert "digit" not in site.kinds(CALL)
    answers(site, BoxAnswer.WRONG_PIN)
    assert hears(site) == ("box-wrong", "box-pin")
    assert "box refused" in site.kinds(CALL)
    check(site)
    site.ends(PHONE)
    assert site.channels == {}


@pytest.mark.parametrize(("code", "keys"), [("*987", ""), ("*98", "7#")])
def test_another_box_needs_its_pin(site, code, keys):
    dials(site, code)
    for digit in keys + "2580#":
        site.press(PHONE, digit)
    assert asked(site) == OpenBox(CALL, asked(site).id, NIGHT.id, "2580")
    answers(site, BoxAnswer.DONE, ONE)
    site.press(PHONE, "4")  # not from another box
    assert hears(site) == ("box-no-call", "box-menu-other")


def test_a_caller_from_outside_presses_star_in_the_greeting(site):
    site.dial("c1", called="200")
    site.press("c1", "*")
    assert hears(site, "c1") == ("box-pin",)
    for digit in "2580#":
        site.press("c1", digit)
    answers(site, BoxAnswer.DONE, ONE)
    assert "message:voicemail/one" in hears(site, "c1")
    assert site.stage("c1") is Stage.VOICEMAIL
    check(site)
    site.engine_dies()
    assert asked(site).pin is None  # it was right
    answers(site, BoxAnswer.DONE, ONE)
    assert hears(site, "c1") == ("message:voicemail/one",)
    site.caller_hangs_up("c1")
    assert site.channels == {}


def test_a_new_engine_plays_the_message_again_that_was_playing(site):
    opened(site)
    site.press(PHONE, "5")
    site.wait(2)
    site.engine_dies()
    check(site)
    answers(site, BoxAnswer.DONE, ONE, TWO)
    assert hears(site) == ("message:voicemail/two",)
    assert site.agent(1).state is AgentState.TALKING
    site.ends(PHONE)
    assert site.agent(1).state is AgentState.READY
    check(site)


def test_an_engine_that_dies_while_a_pin_is_typed_asks_for_it_again(site):
    dials(site, "*987")
    for digit in "25":
        site.press(PHONE, digit)
    site.engine_dies()
    assert hears(site) == ("box-pin",)
    assert json.loads(site.saved[PHONE])["c"]["vi"] == [NIGHT.id, 0, 0, 0, 0]
    check(site)


@pytest.mark.parametrize("late", [True, False])
def test_a_database_that_is_away_is_told(site, late):
    dials(site)
    if late:
        site.wait(7)
    else:
        answers(site, BoxAnswer.UNAVAILABLE)
    assert hears(site) == ("box-unavailable", "goodbye")
    site.prompts_end(PHONE)
    assert site.channels == {}


def test_the_sender_is_called_back_on_the_same_leg(site):
    opened(site)
    site.press(PHONE, "4")
    (customer,) = [leg for leg in site.channels if leg != PHONE]
    assert site.dialled[customer][1]
    site.answers(customer)
    assert site.together(PHONE, customer)
    (new,) = site.state.calls
    assert site.record(CALL).result is CallResult.VOICEMAIL
    check(site)
    site.engine_dies()
    assert site.together(PHONE, customer)
    assert set(site.state.calls) == {new}
    check(site)
    site.ends(customer)
    assert site.channels == {}
    assert site.record(new).direction == "out"


def test_a_colleague_who_left_a_message_is_rung(site):
    sign_in(site, 2, phone=Phone.SIP)
    opened(site)
    site.press(PHONE, "5")
    site.press(PHONE, "4")
    (other,) = [leg for leg in site.channels if leg != PHONE]
    site.answers(other)
    assert site.together(PHONE, other)
    check(site)


def test_a_sender_who_may_not_be_dialled_is_told_of(site):
    site.hear(e.OutboundChanged())
    opened(site)
    site.press(PHONE, "4")
    assert hears(site) == ("box-no-call", "box-menu")
    assert site.agent(1).state is AgentState.TALKING
    check(site)
