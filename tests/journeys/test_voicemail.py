"""A caller leaves a message: greeting, tone, message, thanks; and an engine that dies meanwhile."""

import pytest
from journeys.invariants import check

from crm.calls.record import CallResult
from crm.kernel.destination import read_destination
from crm.voicemail.box import BoxId, VoicemailBox
from cti.core import events as e
from cti.core.leg import LegId
from cti.core.stage import Stage
from cti.fake import sign_in
from cti.routes.rule import RouteId, RoutePlan, RouteRule
from ivr.flow import FlowId, NumberSettings

BOX = VoicemailBox(BoxId(7), "Night", most_seconds=60)
MINE = VoicemailBox(BoxId(8), "Agent 2", agent=2)


def plan(destination):
    rule = RouteRule(RouteId(1), "Night", read_destination(destination))
    numbers = {"100": NumberSettings(FlowId(1))}
    return RoutePlan(numbers, (rule,), boxes={BOX.id: BOX, MINE.id: MINE})


@pytest.fixture
def leaving(fake):
    fake.hear(e.RoutesChanged(plan("voicemail:7")))
    fake.dial("c1")
    return fake


def speaks(fake):
    fake.prompts_end("c1")
    assert fake.hearing[LegId("c1")].startswith("message voicemail/c1")
    return fake.hearing[LegId("c1")].removeprefix("message ")


def message(fake):
    return next((line.detail for line in fake.timeline("c1") if line.kind == "message"), None)


def test_a_caller_hears_the_greeting_speaks_and_is_thanked(leaving):
    assert leaving.stage("c1") is Stage.VOICEMAIL
    assert leaving.playing[leaving.hearing[LegId("c1")]] == ("voicemail",)
    file = speaks(leaving)
    leaving.wait(12)
    leaving.hear(e.MessageEnded(LegId("c1"), file))
    assert leaving.hears_prompts("c1")
    leaving.prompts_end("c1")

    assert leaving.channels == {}
    assert leaving.record("c1").result is CallResult.VOICEMAIL
    assert message(leaving) == {"box": 7, "file": file, "seconds": 12.0}
    check(leaving)


@pytest.mark.parametrize(("seconds", "kept"), [(9, True), (0.4, False)])
def test_who_hangs_up_while_speaking_has_left_a_message_unless_it_was_a_moment(
    leaving, seconds, kept
):
    speaks(leaving)
    leaving.wait(seconds)
    leaving.caller_hangs_up("c1")
    assert (message(leaving) is not None) is kept
    wanted = CallResult.VOICEMAIL if kept else CallResult.LEFT
    assert leaving.record("c1").result is wanted


def test_a_message_whose_end_is_never_told_ends_by_the_clock(leaving):
    speaks(leaving)
    leaving.wait(200)
    assert leaving.channels == {}
    assert message(leaving)


def test_an_engine_that_dies_costs_the_caller_nothing(leaving):
    speaks(leaving)
    leaving.wait(5)
    leaving.engine_dies()
    assert leaving.stage("c1") is Stage.VOICEMAIL
    leaving.wait(10)
    leaving.caller_hangs_up("c1")
    assert message(leaving)["seconds"] > 14


def test_an_engine_that_dies_in_the_greeting_begins_it_again(leaving):
    leaving.engine_dies()
    assert leaving.hears_prompts("c1")
    speaks(leaving)


def test_a_box_that_is_gone_ends_the_call_and_says_so(fake):
    fake.hear(e.RoutesChanged(plan("voicemail:9")))
    fake.dial("c1")
    assert fake.record("c1").result is CallResult.FAILED
    assert fake.channels == {}


@pytest.mark.parametrize("there", [False, True])
def test_an_agent_who_does_not_answer_has_a_box_of_their_own(fake, there):
    if there:
        sign_in(fake, 2)
    fake.hear(e.RoutesChanged(plan("agent:2")))
    fake.dial("c1")
    if there:
        fake.leg_ends("c1", 19)
    assert fake.stage("c1") is Stage.VOICEMAIL
    speaks(fake)
    check(fake)
