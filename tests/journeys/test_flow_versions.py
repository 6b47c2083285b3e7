"""A call stays on the version of the flow with which it began; new calls take the newest."""

import copy
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from journeys.site import FLOW, open_site, to_queue

from acd.queue import QueueKey
from crm.calls.record import CallId
from cti.core import events as e
from cti.core.commands import Play
from cti.core.leg import LegId
from cti.core.stage import Stage
from cti.fake import sign_in
from ivr.flow import FlowId, read_flow

CHANGED = copy.deepcopy(FLOW)
CHANGED["nodes"]["menu"] |= {"prompts": ["new-menu"], "choices": {"2": "sales"}}


def publish(fake, version, document=CHANGED):
    fake.hear(e.FlowPublished(read_flow(1, version, "Hotline", document)))


def versions(fake):
    return sorted(version for _, version in fake.state.flows)


def hears(fake, call):
    return fake.playing[fake.hearing[CallId(call)]]


def asked_for(fake, call):
    """Give a call at the menu."""
    fake.dial(call)
    fake.prompts_end(call)


def test_a_caller_stays_on_the_version_with_which_the_call_began_and_it_is_gone_after_it(fake):
    asked_for(fake, "c1")
    publish(fake, 2)
    asked_for(fake, "c2")

    assert (hears(fake, "c1"), hears(fake, "c2")) == (("menu",), ("new-menu",))
    fake.press("c1", "9")
    assert hears(fake, "c1") == ("wrong-key", "menu")
    fake.press("c1", "2")
    fake.press("c2", "2")
    assert (fake.call("c1").queue, fake.call("c2").queue) == ("support", "sales")
    assert versions(fake) == [1, 2]
    fake.caller_hangs_up("c1")
    assert versions(fake) == [2]
    fake.caller_hangs_up("c2")
    assert versions(fake) == [2]


def test_a_version_without_calls_is_replaced_at_once(fake):
    publish(fake, 2)
    publish(fake, 3)

    assert versions(fake) == [3]


def test_each_version_goes_with_the_last_of_its_calls(fake):
    asked_for(fake, "c1")
    asked_for(fake, "c2")
    publish(fake, 2)
    asked_for(fake, "c3")
    publish(fake, 3)

    assert versions(fake) == [1, 2, 3]
    fake.caller_hangs_up("c3")
    fake.caller_hangs_up("c1")
    assert versions(fake) == [1, 3]
    fake.caller_hangs_up("c2")
    assert versions(fake) == [3]


def test_while_an_agent_wraps_the_call_up_the_flow_is_not_needed(fake):
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    publish(fake, 2)
    assert versions(fake) == [1, 2]
    fake.caller_hangs_up("c1")

    assert fake.stage("c1") is Stage.ENDED
    assert versions(fake) == [2]


def test_a_line_that_is_closed_leads_to_another_of_the_version_that_the_call_is_on(fake):
    to_queue(fake, "c1")
    publish(fake, 2, {"start": "bye", "nodes": {"bye": {"type": "hangup"}}})
    fake.hear(e.QueueChanged(QueueKey("support"), None))

    assert fake.call("c1").queue == "operator"


def in_new_engine(fake, call, document, version=2):
    """Let a new engine, which knows only one version of the flow, find the caller's channel."""
    old, seen = fake.call(call), fake.situation(call)
    leg = seen.customer_leg
    new = open_site()
    publish(new, version, document)
    new.channels[leg.id] = "up"
    found = replace(old, plays=old.plays + 1000)
    works = (seen.work,) if seen.work is not None else ()
    new.hear(e.CallFound(found, (replace(leg, placement=None),), works))
    return new


def test_a_new_engine_goes_on_with_the_same_step_of_the_newest_version(fake):
    asked_for(fake, "c1")
    fake.press("c1", "9")
    new = in_new_engine(fake, "c1", CHANGED)

    assert hears(new, "c1") == ("new-menu",)
    assert (new.call("c1").run.at, new.call("c1").run.version) == ("menu", 2)
    new.press("c1", "2")
    assert new.call("c1").queue == "sales"


def test_a_new_engine_whose_version_lacks_the_step_begins_anew(fake):
    asked_for(fake, "c1")
    hello = {"type": "play", "prompts": ["hello"], "then": "line"}
    line = {"type": "queue", "queue": "sales"}
    new = in_new_engine(fake, "c1", {"start": "hello", "nodes": {"hello": hello, "line": line}})

    assert hears(new, "c1") == ("hello",)


def test_a_caller_who_waits_may_be_led_elsewhere_by_a_new_engine(fake):
    to_queue(fake, "c1")
    new = in_new_engine(fake, "c1", CHANGED)
    new.hear(e.QueueChanged(QueueKey("support"), None))

    assert (new.stage("c1"), new.call("c1").queue) == (Stage.WAITING, "operator")


@pytest.mark.parametrize("error", [{}, {"error": "sales"}], ids=["unconnected", "connected"])
def test_prompts_that_cannot_be_played_lead_to_the_error_output_or_are_over(fake, error):
    document = copy.deepcopy(FLOW)
    document["nodes"]["greet"] |= error
    publish(fake, 2, document)
    fake.refuse.add(Play)
    fake.dial("c1")

    assert fake.call("c1").run.at == ("sales" if error else "menu")
    assert fake.hearing[CallId("c1")] == ("music" if error else "silence")


@pytest.mark.parametrize("at", ["c1", "later"])
def test_a_new_engine_goes_on_at_once_where_a_prompt_cannot_be_played_any_more(fake, at):
    fake.dial("c1")
    if at == "later":
        fake.prompts_end("c1")
    fake.refuse.add(Play)
    began = fake.now
    fake.engine_dies()

    assert fake.call("c1").run.at == "menu"
    assert fake.hearing[LegId("c1")] == "silence"  # the menu listens
    assert fake.state.legs[LegId("c1")].placed <= began + 0.5


def test_a_prompt_of_which_nothing_is_known_is_tried_again_a_second_later(fake):
    fake.dial("c1")
    leg = LegId("c1")
    play = Play(leg, fake.hearing[leg], ("greeting",))
    fake.hear(e.AsteriskAway(), e.CommandFailed(play, "no answer"))
    assert fake.call("c1").run.at == "greet"
    fake.hear(e.AsteriskBack())
    fake.wait(1.1)
    assert fake.call("c1").run.at == "menu"


CALLS = ("c1", "c2", "c3")
acts = st.one_of(
    st.tuples(st.just("dial"), st.sampled_from(CALLS)),
    st.tuples(st.just("prompts end"), st.sampled_from(CALLS)),
    st.tuples(st.just("press"), st.sampled_from(CALLS)),
    st.tuples(st.just("gone"), st.sampled_from(CALLS)),
    st.tuples(st.just("back"), st.sampled_from(CALLS)),
    st.tuples(st.just("publish"), st.sampled_from(CALLS)),
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(acts, max_size=40))
def test_the_versions_kept_are_the_newest_and_those_of_calls(story):
    fake, newest = open_site(), 1
    for act, call in story:
        match act:
            case "dial" if not fake.kinds(call):
                fake.dial(call)
            case "prompts end" if fake.hears_prompts(call):
                fake.prompts_end(call)
            case "press" if fake.rings_or_is_up(call):
                fake.press(call, "2")
            case "gone":
                fake.caller_hangs_up(call)
            case "back" if fake.rings_or_is_up(call):
                fake.comes_back(call)
            case "publish":
                newest += 1
                publish(fake, newest)
        held = {key for one in fake.state.calls.values() for key in one.flows}
        assert set(fake.state.flows) == held | {(FlowId(1), newest)}
