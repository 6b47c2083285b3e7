"""Whatever happens: no more callbacks under way than agents for them, and nobody is overtaken."""

import contextlib

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from journeys.calls_out import plan as outbound_plan
from journeys.invariants import check
from journeys.site import open_site
from journeys.test_callbacks import BOTH

from acd.agent import TaskState
from acd.callback import CallbackState
from acd.queue import AgentId, QueueKey
from acd.work import Medium, WorkState
from crm.calls.record import CallId, Kind
from crm.kernel.destination import read_destination
from crm.kernel.errors import HotlineError, ImpossibleError
from cti.core import events as e
from cti.core import requests as r
from cti.core.leg import LegRole, LegState
from cti.fake import sign_in

AGENTS = (1, 2, 3)
SUPPORT = QueueKey("support")
numbers = st.integers(0, 8)
agents = st.sampled_from(AGENTS).map(AgentId)
acts = st.one_of(
    st.tuples(st.just("calls"), numbers),
    st.tuples(st.just("asks"), numbers),
    st.tuples(st.just("asks"), numbers),
    st.tuples(st.just("leaves"), numbers),
    st.tuples(st.just("ready"), agents),
    st.tuples(st.just("ready"), agents),
    st.tuples(st.just("paused"), agents),
    st.tuples(st.just("answers"), agents),
    st.tuples(st.just("answers"), agents),
    st.tuples(st.just("misses"), agents),
    st.tuples(st.just("customer answers"), agents),
    st.tuples(st.just("customer is away"), agents),
    st.tuples(st.just("hangs up"), agents),
    st.tuples(st.just("wait"), st.sampled_from([1.0, 31.0, 301.0])),
    st.tuples(st.just("dies"), st.just(0)),
)
stories = st.lists(acts, max_size=40)


def open_for_stories():
    fake = open_site(AGENTS, BOTH)
    fake.hear(e.OutboundChanged(outbound_plan()))
    sign_in(fake, *AGENTS)
    for agent in AGENTS:
        fake.hear(r.StateAsked(AgentId(agent), ready=False))
    return fake


def play(fake, act):
    match act:
        case "calls", number if not fake.kinds(f"c{number}"):
            call(fake, number)
        case "asks", number if not fake.kinds(f"c{number}"):
            call(fake, number)
            fake.hear(r.MoveAsked(CallId(f"c{number}"), read_destination("callback:support")))
            fake.press(f"c{number}", "1")
            fake.prompts_end(f"c{number}")
        case "leaves", number:
            fake.caller_hangs_up(f"c{number}")
        case "ready", agent:
            fake.hear(r.StateAsked(agent, ready=True))
        case "paused", agent:
            fake.hear(r.StateAsked(agent, ready=False))
        case "answers", agent if leg := leg_of(fake, agent, LegState.UP, same=False):
            fake.answers(leg.id)
        case "misses", agent if leg := leg_of(fake, agent, LegState.UP, same=False):
            fake.ends(leg.id, 19)
        case "customer answers", agent if leg := customer_of(fake, agent):
            fake.answers(leg.id)
        case "customer is away", agent if leg := customer_of(fake, agent):
            fake.ends(leg.id, 19)
        case "hangs up", agent if leg := leg_of(fake, agent, LegState.UP, same=True):
            fake.hear(r.HangUpAsked(agent, leg.call))
        case "wait", seconds:
            fake.wait(seconds)
        case "dies", _:
            fake.engine_dies()


def call(fake, number):
    fake.now += 0.5  # no two callers begin to wait at once
    fake.dial(f"c{number}", caller=f"+861380013800{number}")
    fake.prompts_end(f"c{number}")
    fake.press(f"c{number}", "2")


def leg_of(fake, agent, state, *, same):
    legs = [one for one in fake.state.legs.values() if one.agent == agent]
    return next((one for one in legs if (one.state is state) is same), None)


def customer_of(fake, agent):
    calls = {task.call for task in fake.state.agents[agent].tasks}
    legs = (one for one in fake.state.legs.values() if one.call in calls)
    return next(
        (one for one in legs if one.role is LegRole.CUSTOMER and one.state is not LegState.UP), None
    )


def told(story):
    fake = open_for_stories()
    for act in story:
        try:
            play(fake, act)
        except ImpossibleError:
            raise
        except HotlineError:
            pass
        yield fake


@settings(
    max_examples=600, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(stories)
def test_each_callback_under_way_has_an_agent_of_its_own(story):
    for fake in told(story):
        check(fake)
        called = [
            fake.state.calls[one.made]
            for one in fake.state.callbacks.values()
            if one.state is CallbackState.CALLING and one.made in fake.state.calls
        ]
        under_way = [one for one in called if one.ended is None]
        busy = [one.agent for one in under_way]
        assert len(set(busy)) == len(busy), "an agent for two callbacks"
        for one in under_way:
            task = fake.state.agents[one.agent].task(one.work)
            assert task is not None, "a callback without an agent"
            assert task.state is not TaskState.WRAP_UP
            legs = list(fake.state.call_legs(one.id))
            dialled = any(leg.role is LegRole.CUSTOMER for leg in legs)
            picked_up = any(leg.role is LegRole.AGENT and leg.state is LegState.UP for leg in legs)
            assert picked_up or not dialled, "a customer is called before the agent is there"


@settings(
    max_examples=600, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(stories)
def test_no_caller_on_the_line_and_no_callback_is_overtaken_by_a_later_one(story):
    """Of those who waited when one was served, nobody had waited longer.

    Who was just missed, or whose agent did not pick up, waits a moment for another agent.
    """
    waited = {}
    for fake in told(story):
        works = {one.id: one for one in fake.state.works.values() if one.queue == SUPPORT}
        waiting = {
            id_: one
            for id_, one in works.items()
            if one.state is WorkState.WAITING and one.only is None and not one.passed_over
        }
        served = [one for id_, one in waited.items() if id_ not in waiting and taken(fake, one)]
        for one in served:
            longer = [
                other
                for id_, other in waiting.items()
                if id_ in waited and began(fake, other) < began(fake, one)
            ]
            assert not longer, f"{one.id} overtook {[other.id for other in longer]}"
        waited = waiting


def began(fake, work):
    """When the customer of a work came into the queue, by the timeline of their call."""
    call = work.id.removeprefix("callback/")
    return next(at for at, one in fake.facts if is_queued(one, call))


def is_queued(fact, call):
    return getattr(fact, "kind", None) is Kind.QUEUED and fact.call == call


def taken(fake, work):
    """Whether a work that waited has an agent now."""
    if work.medium is Medium.CALLBACK:
        found = fake.state.callbacks.get(CallId(work.id.removeprefix("callback/")))
        return found is not None and found.state is CallbackState.CALLING
    now = fake.state.works.get(work.id)
    return now is not None and now.state is not WorkState.WAITING


def test_the_stories_come_to_calls_and_callbacks():
    """The stories above are worth something: both kinds are served in them."""
    seen = set()
    for story in (
        [("calls", 0), ("asks", 1), ("ready", 1), ("ready", 2), ("answers", 2)],
        [("asks", 0), ("calls", 1), ("ready", 1), ("answers", 1), ("customer answers", 1)],
    ):
        with contextlib.suppress(HotlineError):
            for fake in told(story):
                seen |= {one.state.value for one in fake.state.callbacks.values()}
                seen |= {one.state.value for one in fake.state.works.values()}

    assert {"calling", "waiting", "offered"} <= seen
