"""Voicemail by phone and forwarded internal calls in any order, with engines that die."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from journeys import acts
from journeys.invariants import check
from journeys.site import open_site

from acd.forwards import Forwards
from acd.queue import AgentId
from crm.kernel.destination import read_destination
from crm.kernel.errors import HotlineError, ImpossibleError
from crm.voicemail.box import BoxId, VoicemailBox
from crm.voicemail.by_phone.access import BoxAnswer, PlayedMessage
from crm.voicemail.message import MessageId
from cti.core import events as e
from cti.core import requests as r
from cti.core.answer_events import BoxAnswered
from cti.core.commands import MarkMessage, OpenBox

MESSAGES = tuple(
    PlayedMessage(MessageId(one), f"voicemail/{one}", caller, 5.0)
    for one, caller in enumerate(("+8613800138000", "1002", ""), 1)
)
codes = st.sampled_from(("*97", "*98", "*987"))
extra = st.one_of(
    st.tuples(st.just("hear"), st.builds(r.CallAsked, acts.dialled, acts.agents, codes)),
    st.tuples(st.just("key"), acts.dialled, st.sampled_from("12345#*")),
    st.tuples(st.just("prompts end"), acts.legs),
    st.tuples(st.just("answered"), st.sampled_from(list(BoxAnswer))),
    st.tuples(st.just("dies")),
)


def play(fake, act):
    match act:
        case "key", call, digit:
            for leg in list(fake.state.call_legs(call)):
                fake.press(leg.id, digit)
        case "answered", answer:
            asked = [one for one in fake.asked if isinstance(one, OpenBox | MarkMessage)]
            if asked:
                fake.hear(BoxAnswered(asked[-1].call, asked[-1].id, answer, MESSAGES))
        case ("dies",):
            fake.engine_dies()
        case _:
            acts.play(fake, act)


@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.lists(st.one_of(extra, acts.desk.map(lambda one: ("hear", one)), acts.acts), max_size=50))
def test_no_order_of_events_leaves_a_phone_in_silence_or_an_agent_busy(story):
    fake = open_site(acts.AGENTS)
    boxes = {BoxId(8): VoicemailBox(BoxId(8), "Agent 3", agent=3)}
    to = read_destination
    forwards = {
        AgentId(1): Forwards(busy=to("agent:2"), away=to("queue:sales")),
        AgentId(2): Forwards(no_answer=to("agent:1"), busy=to("voicemail:8")),
    }
    routes = replace(fake.state.routes, boxes=boxes, forwards=forwards)
    fake.hear(e.RoutesChanged(routes))
    for act in story:
        try:
            play(fake, act)
        except ImpossibleError:
            raise
        except HotlineError:
            pass
        if act != ("dies",):
            check(fake)
