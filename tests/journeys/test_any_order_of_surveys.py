"""Events in any order around surveys: nobody is left in a talk that is over, nor recorded."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from journeys.acts import AGENTS, acts, calls, play
from journeys.invariants import check
from journeys.published import publish
from journeys.site import open_site
from journeys.surveyed import survey

from acd.agent import ONE_CALL
from crm.kernel.errors import HotlineError, ImpossibleError
from cti.core.leg import LegRole, LegState, Purpose, bridge_id
from cti.core.stage import Stage
from cti.fake import sign_in

FLOW = {
    "plan": {"type": "survey", "flow": 7, "then": "number"},
    "number": {"type": "agent_number", "then": "menu"},
    "menu": {
        "type": "menu",
        "prompts": ["menu"],
        "choices": {"1": "sales", "2": "line"},
        "otherwise": "operator",
    },
    "line": {"type": "queue", "queue": "support", "needs": {"german": 3}, "needs_seconds": 10},
}

talks = st.one_of(
    st.tuples(st.just("answered"), calls, st.sampled_from("12")),
    st.tuples(st.just("surveyed"), calls, st.sampled_from("12")),
    st.tuples(st.just("prompts end"), calls),
    st.tuples(st.just("press"), calls, st.sampled_from("15")),
    st.tuples(st.just("agent hangs up"), calls),
    st.tuples(st.just("agent hears the end"), calls),
    st.tuples(st.just("dies"), st.sampled_from([0.5, 30.0])),
)
stories = st.lists(st.one_of(acts, talks, talks), max_size=60)


def happens(fake, act):
    match act:
        case "answered" | "surveyed" as how, call, key if not fake.kinds(call):
            fake.dial(call)
            fake.press(call, key)
            if not fake.agent_leg(call):
                return
            fake.pick_up(call)
            if how == "surveyed":
                happens(fake, ("prompts end", call))
                happens(fake, ("agent hangs up", call))
        case "agent hangs up", call if fake.agent_leg(call):
            fake.leg_ends(call)
        case "agent hears the end", call if (leg := fake.agent_leg(call)) in fake.hearing:
            if fake.hears_prompts(leg):
                fake.prompts_end(leg)
        case "dies", seconds:
            fake.engine_dies(seconds)
        case _:
            play(fake, act)


def opened(leads_on):
    fake = open_site(AGENTS, ONE_CALL)
    survey(fake, 1, **({"thanks": {"type": "queue", "queue": "sales"}} if leads_on else {}))
    publish(fake, "plan", **FLOW)
    sign_in(fake, *AGENTS)
    return fake


def check_survey(fake, call):
    """In a survey the customer is alone, but for who listens."""
    if not call.surveyed or call.ended is not None or fake.stage(call.id) is not Stage.IVR:
        return
    assert call.recording in {"off", "ending"}
    others = [one for one in fake.state.call_legs(call.id) if one.role is not LegRole.CUSTOMER]
    assert all(one.role in {LegRole.SUPERVISOR, LegRole.SNOOP, LegRole.WHISPER} for one in others)
    talk = bridge_id(call.id, Purpose.TALK)
    there = [one for one in others if one.bridge == talk and one.state is LegState.UP]
    ears = [one for one in others if one.role is LegRole.SNOOP]
    assert len(there) <= len(ears)  # until the ear is there


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(stories, st.booleans())
def test_no_order_of_events_around_a_survey_loses_anybody(story, leads_on):
    fake = opened(leads_on)
    for act in story:
        try:
            happens(fake, act)
        except ImpossibleError:
            raise
        except HotlineError:
            pass
        check(fake)
        for call in list(fake.state.calls.values()):
            check_survey(fake, call)
