"""Surveys after the talk, the agent's number before it, messages in flows, needs of one call."""

import pytest
from journeys.published import asked, publish, visits
from journeys.site import open_site
from journeys.surveyed import THE_CALL, facts_of, open_surveyed, talk

from acd.agent import TaskState
from acd.queue import AgentId
from acd.skills import Need, SkillKey
from crm.calls.record import CallId, CallResult, Kind
from crm.kernel.destination import to_agent
from crm.voicemail.box import BoxId, VoicemailBox
from cti.core import events as e
from cti.core.answer_events import FlowAnswered
from cti.core.commands import Play
from cti.core.leg import LeavingMessage, OnHold, Prompted
from cti.core.requests import ConsultAsked, HangUpAsked, HoldAsked
from cti.core.stage import Stage
from cti.fake import sign_in
from cti.routes.rule import RoutePlan
from ivr.flow import FlowId, NumberSettings


@pytest.fixture
def fake():
    return open_surveyed()


def leg_of(fake):
    return fake.state.legs["c1"]


def test_the_caller_hears_the_agents_number_before_the_talk(fake):
    fake.dial("c1")
    leg = fake.agent_leg("c1")
    fake.answers(leg)
    said = leg_of(fake).placement
    assert isinstance(said, Prompted)
    digits = ("digit-1", "digit-0", "digit-0", "digit-1")
    assert said.prompts == ("agent-number", *digits, "agent-number-after")
    assert fake.stage("c1") is Stage.TALKING
    assert not fake.talking("c1")
    fake.prompts_end("c1")
    assert fake.talking("c1")


def prompts(fake, leg):
    return fake.playing[fake.hearing[leg]]


@pytest.mark.parametrize("first", ["caller", "agent"])
def test_the_agent_hears_it_too_and_speaks_when_the_caller_has_heard_it(fake, first):
    fake.dial("c1")
    leg = fake.agent_leg("c1")
    fake.answers(leg)
    assert prompts(fake, leg) == prompts(fake, "c1")
    if first == "agent":
        fake.prompts_end(leg)
        assert not fake.talking("c1")
        assert fake.hears_prompts("c1")
    fake.prompts_end("c1")
    assert fake.together("c1", leg)
    assert not fake.hears_prompts(leg)


def test_an_agent_to_whom_it_cannot_be_played_waits_in_the_talk(fake):
    fake.dial("c1")
    leg = fake.agent_leg("c1")
    fake.answers(leg)
    play = Play(leg, fake.hearing[leg], prompts(fake, leg))
    fake.hear(e.CommandFailed(play, "no such sound"))
    assert fake.state.legs[leg].bridge is not None
    assert fake.hears_prompts("c1")
    fake.prompts_end("c1")
    assert fake.talking("c1")


def test_an_agent_who_consults_while_it_is_said_hears_the_colleague(fake):
    sign_in(fake, 2)
    fake.dial("c1")
    leg = fake.agent_leg("c1")
    fake.answers(leg)
    fake.hear(ConsultAsked(AgentId(1), THE_CALL, to_agent(AgentId(2))))
    fake.answers(fake.recipient_leg("c1"))
    assert fake.together(leg, fake.recipient_leg("c1"))
    assert not fake.hears_prompts(leg)


@pytest.mark.parametrize("dies", [False, True])
def test_an_agents_phone_that_dies_while_it_is_said_comes_back_into_the_talk(fake, dies):
    fake.dial("c1")
    fake.answers(fake.agent_leg("c1"))
    fake.leg_ends("c1", 41)
    assert isinstance(leg_of(fake).placement, OnHold)
    if dies:
        fake.engine_dies()
    fake.pick_up("c1")
    assert fake.talking("c1")


@pytest.mark.parametrize("how", ["engine dies", "end unheard", "held"])
def test_the_talk_begins_though_the_end_of_the_agents_number_is_not_heard(fake, how):
    fake.dial("c1")
    fake.answers(fake.agent_leg("c1"))
    match how:
        case "engine dies":
            fake.engine_dies()
        case "end unheard":
            fake.wait(130)
        case "held":
            fake.hear(HoldAsked(AgentId(1), THE_CALL, hold=True))
            assert isinstance(leg_of(fake).placement, OnHold)
            fake.hear(HoldAsked(AgentId(1), THE_CALL, hold=False))
    assert fake.talking("c1")


def test_a_caller_who_hangs_up_while_the_number_is_said_is_wrapped_up(fake):
    fake.dial("c1")
    fake.answers(fake.agent_leg("c1"))
    fake.caller_hangs_up("c1")
    assert fake.record("c1").result is CallResult.ANSWERED


@pytest.mark.parametrize("how", ["desk", "phone", "desk after a death", "while held"])
def test_a_survey_begins_when_the_agent_hangs_up_and_the_agent_wraps_up(fake, how):
    talk(fake)
    if how == "desk after a death":
        fake.engine_dies()
    if how == "while held":
        fake.hear(HoldAsked(AgentId(1), THE_CALL, hold=True))
    if how == "phone":
        fake.leg_ends("c1")
    else:
        fake.hear(HangUpAsked(AgentId(1), THE_CALL))
    assert fake.stage("c1") is Stage.IVR
    assert fake.agent(1).task("c1").state is TaskState.WRAP_UP
    fake.prompts_end("c1")
    fake.press("c1", "4")
    fake.prompts_end("c1")
    assert isinstance(leg_of(fake).placement, Prompted)  # goodbye
    fake.prompts_end("c1")
    (scored,) = facts_of(fake, Kind.SCORED)
    assert scored.detail == {"node": "ask", "flow": 7, "question": "service", "score": 4}
    record = fake.record("c1")
    assert (record.result, record.agent) == (CallResult.ANSWERED, 1)
    assert visits(fake) == ["survey", "number", "sales", "7/ask", "7/thanks"]


def test_the_talk_ends_where_the_survey_begins(fake):
    talk(fake)
    fake.wait(60)
    fake.hear(HangUpAsked(AgentId(1), THE_CALL))
    fake.wait(5)
    fake.caller_hangs_up("c1")
    record = fake.record("c1")
    assert record.talk_seconds == pytest.approx(60, abs=1)
    assert record.ivr_seconds == pytest.approx(5, abs=1)


def test_no_survey_follows_when_the_caller_hangs_up_first_or_its_flow_is_gone(fake):
    talk(fake)
    fake.caller_hangs_up("c1")
    assert not facts_of(fake, Kind.SURVEY_BEGAN)
    other = open_site()
    publish(other, "survey", survey={"type": "survey", "flow": 7, "then": "sales"})
    sign_in(other, 1)
    other.dial("c1")
    other.answers(other.agent_leg("c1"))
    other.hear(HangUpAsked(AgentId(1), THE_CALL))
    assert other.kinds("c1")[-1] == "ended"


@pytest.mark.parametrize(("keys", "score"), [(["9", "3"], 3), (["9", "9"], None), ([], None)])
def test_a_score_is_asked_again_after_a_wrong_key_or_none(fake, keys, score):
    talk(fake)
    fake.hear(HangUpAsked(AgentId(1), THE_CALL))
    for key in keys:
        fake.press("c1", key)
    if not keys:
        for _ in range(2):
            fake.prompts_end("c1")
            fake.wait(7)
    scores = [one.detail["score"] for one in facts_of(fake, Kind.SCORED)]
    assert scores == ([] if score is None else [score])
    way = ["survey", "number", "sales", "7/ask"]
    assert visits(fake) == (way if score is not None else [*way, "7/thanks"])


def test_a_score_stays_given_though_the_engine_dies_in_the_thanks(fake):
    talk(fake)
    fake.hear(HangUpAsked(AgentId(1), THE_CALL))
    fake.press("c1", "5")
    fake.engine_dies()
    assert [one.detail["score"] for one in facts_of(fake, Kind.SCORED)] == [5]
    assert visits(fake) == ["survey", "number", "sales", "7/ask", "7/thanks"]


# ---- recording a message


@pytest.fixture
def recorder():
    site = open_site()
    box = VoicemailBox(BoxId(4), "Complaints", most_seconds=60)
    plan = RoutePlan({"100": NumberSettings(FlowId(1))}, boxes={box.id: box})
    site.hear(e.RoutesChanged(plan))
    return site


def record_flow(site, box=4, **more):
    publish(
        site,
        "set",
        set={"type": "set", "variable": "why", "value": "complaint", "then": "record"},
        record={"type": "record", "box": box, "most_seconds": 30, "then": "by", **more},
        by={
            "type": "condition",
            "branches": [{"when": 'why == "complaint"', "then": "sales"}],
            "otherwise": "operator",
        },
    )


def begin_message(site):
    site.dial("c1")
    site.prompts_end("c1")
    placed = leg_of(site).placement
    assert isinstance(placed, LeavingMessage)
    return placed


@pytest.mark.parametrize("dies", ["", "in the prompts", "in the message", "at its end"])
def test_a_message_is_recorded_and_the_flow_goes_on_with_its_variables(recorder, dies):
    record_flow(recorder)
    if dies == "in the prompts":
        recorder.dial("c1")
        recorder.engine_dies()
    placed = begin_message(recorder) if dies != "in the prompts" else None
    if placed is None:
        recorder.prompts_end("c1")
        placed = leg_of(recorder).placement
    recorder.wait(8)
    if dies == "in the message":
        recorder.engine_dies()
        assert leg_of(recorder).placement == placed
    recorder.hear(e.MessageEnded("c1", placed.file))
    if dies == "at its end":
        recorder.engine_dies()
    again = ["record"] if dies == "in the prompts" else []
    assert visits(recorder) == ["set", "record", *again, "by", "sales"]
    (message,) = facts_of(recorder, Kind.MESSAGE)
    assert (message.detail["box"], message.detail["file"]) == (4, placed.file)
    assert recorder.state.calls[THE_CALL].queue == "sales"
    assert recorder.stage("c1") is Stage.WAITING


def test_a_message_whose_end_is_never_told_does_not_hold_the_caller(recorder):
    record_flow(recorder)
    begin_message(recorder)
    recorder.wait(60)
    assert recorder.state.calls[THE_CALL].queue == "sales"


def test_a_caller_who_hangs_up_in_a_message_has_left_it(recorder):
    record_flow(recorder)
    begin_message(recorder)
    recorder.wait(9)
    recorder.caller_hangs_up("c1")
    assert [one.detail["box"] for one in facts_of(recorder, Kind.MESSAGE)] == [4]


def test_a_box_that_is_gone_leads_to_the_error_output(recorder):
    record_flow(recorder, box=9, error="operator")
    recorder.dial("c1")
    recorder.prompts_end("c1")
    assert recorder.state.calls[THE_CALL].queue == "operator"


# ---- lists, needs, menus


@pytest.mark.parametrize(("why", "queue"), [("", "sales"), ("not answered", "operator")])
def test_a_caller_is_put_on_a_list_or_the_error_output_is_taken(why, queue):
    site = open_site()
    put = {"type": "put_on_list", "number_list": 3, "then": "sales", "error": "operator"}
    publish(site, "put", put=put)
    site.dial("c1")
    question = asked(site)
    assert (question.question, question.detail["list"]) == ("list", "3")
    site.hear(FlowAnswered(THE_CALL, question.id, "+8613800138000", why))
    assert site.state.calls[THE_CALL].queue == queue
    assert visits(site) == ["put", queue]
    (told,) = facts_of(site, Kind.FLOW_ANSWERED)
    assert (told.detail["node"], told.detail["why"]) == ("put", why)


def test_the_needs_of_a_queue_step_hold_for_this_call_and_end_in_time():
    site = open_site()
    able = {SkillKey("german"): 6}
    site.hear(e.AgentKnown(AgentId(2), "Agent 2", "1002", skills=able))
    publish(
        site,
        "line",
        line={
            "type": "queue",
            "queue": "sales",
            "needs": {"german": 5},
            "needs_seconds": 30,
        },
    )
    sign_in(site, 1)
    site.dial("c1")
    assert site.stage("c1") is Stage.WAITING
    (work,) = site.state.works.values()
    assert work.needs == (Need(SkillKey("german"), 5),)
    site.engine_dies()
    assert site.stage("c1") is Stage.WAITING
    site.wait(31)
    assert site.stage("c1") is Stage.OFFERED


@pytest.mark.parametrize(("option", "queue"), [({}, "sales"), ({"type_ahead": False}, None)])
def test_a_menu_takes_keys_pressed_ahead_only_if_it_may(option, queue):
    site = open_site()
    menu = {"type": "menu", "prompts": ["menu"], "choices": {"1": "sales"}, "otherwise": "support"}
    greet = {"type": "play", "prompts": ["greeting"], "then": "menu"}
    publish(site, "greet", greet=greet, menu={**menu, **option})
    site.dial("c1")
    site.press("c1", "1")
    assert site.state.calls[THE_CALL].queue == queue


def test_a_menu_whose_prompts_must_be_heard_takes_keys_after_them():
    site = open_site()
    menu = {"type": "menu", "prompts": ["menu"], "choices": {"1": "sales"}, "otherwise": "support"}
    publish(site, "menu", menu={**menu, "barge_in": False})
    site.dial("c1")
    site.press("c1", "1")
    assert site.state.calls[THE_CALL].queue is None
    site.prompts_end("c1")
    site.press("c1", "1")
    assert site.state.calls[THE_CALL].queue == "sales"


def test_a_call_goes_on_with_its_old_version_after_the_engines_death():
    site = open_site()
    site.dial("c1")
    publish(site, "bye", bye={"type": "hangup"})
    site.engine_dies()
    assert site.state.calls[THE_CALL].run.version == 1
    site.prompts_end("c1")
    site.press("c1", "2")
    assert site.state.calls[THE_CALL].queue == "support"
    site.dial("c2")
    assert CallId("c2") not in site.state.calls
