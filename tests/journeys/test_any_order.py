"""Whatever happens in whatever order, doubled, late or missing: nobody is lost, nobody is stuck."""

import contextlib
from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from journeys.site import open_house

from acd.agent import Phone, State
from acd.matcher import can_be_offered, idleness, urgency
from acd.queue import AgentId, Queue, QueueKey
from crm.calls.record import CallId
from crm.kernel.errors import HotlineError, ImpossibleError
from cti.core import events as e
from cti.core.call import Stage
from cti.core.commands import leg_of
from cti.core.state import caller_of
from cti.core.views import iso, queue_view

AGENTS = (1, 2, 3)
CALLS = ("c1", "c2", "c3", "c4")

calls = st.sampled_from(CALLS).map(CallId)
agents = st.sampled_from(AGENTS).map(AgentId)
phones = st.sampled_from(list(Phone))
flags = st.booleans()
queues = st.sampled_from(("sales", "support", "operator")).map(QueueKey)
legs = st.builds(leg_of, calls, st.integers(1, 4))

wire = st.one_of(
    st.builds(e.DigitPressed, calls, st.sampled_from("0129*")),
    st.builds(
        e.PlaybackEnded, calls, st.builds(lambda c, n: f"{c}-p{n}", calls, st.integers(1, 4))
    ),
    st.builds(e.LegHeld, calls, legs, flags),
    st.builds(e.PhoneReachable, agents, phones, flags),
    st.builds(e.RecordingFailed, calls, st.just("why")),
)
desk = st.one_of(
    st.builds(e.SignedIn, agents, phones, flags),
    st.builds(e.SignedOut, agents),
    st.builds(e.PhoneStarted, agents),
    st.builds(e.StateAsked, agents, flags, st.just("lunch")),
    st.builds(e.HoldAsked, agents, calls, flags),
    st.builds(e.HangUpAsked, agents, calls),
    st.builds(e.DeclineAsked, agents, calls),
    st.builds(e.OutcomeChosen, agents, calls, st.just("solved")),
    st.builds(e.AgentDrifted, agents),
)
acts = st.one_of(
    st.tuples(st.just("hear"), wire),
    st.tuples(st.just("hear"), desk),
    st.tuples(st.just("dial"), calls),
    st.tuples(st.just("gone"), calls),
    st.tuples(st.just("answer"), legs),
    st.tuples(st.just("leg gone"), legs, st.sampled_from([0, 16, 17, 19, 20, 21, 44])),
    st.tuples(st.just("wait"), st.sampled_from([0.1, 3.0, 16.0, 40.0])),
    st.tuples(st.just("ready"), agents),
    st.tuples(st.just("to queue"), calls),
    st.tuples(st.just("pick up"), calls),
    st.tuples(st.just("leg ends"), calls, st.sampled_from([16, 17, 20, 44])),
    st.tuples(st.just("comes back"), calls),
    st.tuples(st.just("queue removed"), queues),
    st.tuples(st.just("queue edited"), queues, st.sets(agents)),
)


def play(fake, act):  # noqa: PLR0912 - one line an act
    match act:
        case "hear", event:
            fake.hear(event)
        case "dial", call if not fake.kinds(call):
            fake.dial(call)
        case "to queue", call if not fake.kinds(call):
            fake.dial(call)
            fake.prompts_end(call)
            fake.press(call, "2")
        case "pick up", call if call in fake.house.calls and fake.house.calls[call].leg:
            fake.pick_up(call)
        case "leg ends", call, cause if call in fake.house.calls and fake.house.calls[call].leg:
            fake.leg_ends(call, cause)
        case "gone", call:
            fake.caller_hangs_up(call)
        case "answer", leg if leg in fake.channels:
            fake.channels[leg] = "up"
            fake.hear(e.LegAnswered(CallId(leg.rpartition("-a")[0]), leg))
        case "leg gone", leg, cause:
            # Also for legs that are not there: late and doubled.
            fake.channels.pop(leg, None)
            for bridge in fake.bridges.values():
                bridge.discard(leg)
            fake.hear(e.LegGone(CallId(leg.rpartition("-a")[0]), leg, cause))
        case "comes back", call if call in fake.channels:
            fake.comes_back(call)
        case "queue removed", key:
            fake.hear(e.QueueChanged(key, None))
        case "queue edited", key, members:
            edited = Queue(key, key, tuple(sorted(members)))
            fake.hear(e.QueueChanged(key, edited), e.LineOpened(key))
        case "wait", seconds:
            fake.wait(seconds)
        case "ready", agent:
            fake.hear(e.SignedIn(agent, Phone.SIP, reachable=True), e.StateAsked(agent, ready=True))


def check(fake):
    house = fake.house
    offered = [c.agent for c in house.calls.values() if c.agent and c.stage is not Stage.ENDED]
    assert len(offered) == len(set(offered)), "two calls at one agent"
    for call in house.calls.values():
        if call.stage is not Stage.ENDED:
            assert call.id in fake.channels, "a call without a caller"
        if call.stage in (Stage.IVR, Stage.OFFERED, Stage.PARKED):
            assert call.until is not None, "a wait without a deadline"
        if call.stage in (Stage.OFFERED, Stage.TALKING, Stage.HELD, Stage.PARKED):
            agent = house.agents[call.agent]
            assert agent.call == call.id
            assert agent.state is (
                State.OFFERED if call.stage is Stage.OFFERED else State.TALKING
            ), "agent and call do not agree"
        if call.stage is Stage.TALKING:
            assert fake.talking(call.id), "a talk without sound"
        if call.stage in (Stage.WAITING, Stage.OFFERED, Stage.PARKED):
            assert fake.hearing.get(call.id) == "music", "silence"
        if call.stage is Stage.WAITING:
            queue = house.queues[call.queue]
            free = [
                a for a in queue.members if can_be_offered(house.agents[a]) and a not in call.spared
            ]
            assert not free, "a caller waits beside a free agent"
            assert not call.spared or call.until is not None, "spared for ever"
    for channel in fake.channels:
        head = channel.rpartition("-a")[0] or channel
        assert CallId(head) in house.calls, "an orphan channel"
    for agent in house.agents.values():
        if agent.state in (State.OFFERED, State.TALKING):
            assert house.calls[agent.call].stage is not Stage.ENDED, "stuck"
        if agent.state is State.WRAP_UP:
            assert agent.until is not None, "wrap-up without an end"
    check_lines(house)
    check_figures(house)


def check_lines(house):
    waiting = [c for c in house.calls.values() if c.stage is Stage.WAITING]
    assert house.waiting == {
        key: sorted(urgency(caller_of(c)) for c in waiting if c.queue == key)
        for key in {c.queue for c in waiting}
    }, "the line does not agree with the calls"
    assert house.free == {
        key: sorted(
            idleness(house.agents[a]) for a in queue.members if can_be_offered(house.agents[a])
        )
        for key, queue in house.queues.items()
    }, "the idle do not agree with the agents"


def check_figures(house):
    """What the house keeps of each queue as things change is what counting it all gives."""
    for key, queue in house.queues.items():
        states = Counter(house.agents[a].state for a in queue.members)
        waits = [c for c in house.calls.values() if c.queue == key and c.stage is Stage.WAITING]
        oldest = min((c.waiting_since for c in waits), default=None)
        assert +house.states[key] == states
        assert queue_view(house, key) == {
            "key": key,
            "name": queue.name,
            "waiting": len(waits),
            "oldest_since": iso(oldest),
            "ready": sum(can_be_offered(house.agents[a]) for a in queue.members),
            "talking": states[State.TALKING],
        }
    assert house.states.keys() == house.queues.keys()
    assert house.arrivals.keys() == house.waiting.keys()


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.lists(acts, max_size=60))
def test_no_order_of_events_loses_a_caller_or_binds_an_agent(story):
    fake = open_house(AGENTS)
    for act in story:
        try:
            play(fake, act)
        except ImpossibleError:
            raise
        except HotlineError:
            pass
        check(fake)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(acts, max_size=40))
def test_when_everybody_has_left_nothing_is_left_behind(story):
    fake = open_house(AGENTS)
    for act in story:
        with contextlib.suppress(HotlineError):
            play(fake, act)
    for call in CALLS:
        fake.caller_hangs_up(call)
    fake.wait(120)

    assert fake.house.calls == {}
    assert fake.channels == {}
    assert not any(fake.bridges.values())
    assert all(
        a.state in (State.READY, State.PAUSED, State.SIGNED_OUT) for a in fake.house.agents.values()
    )
