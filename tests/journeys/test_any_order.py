"""Events in any order, doubled, late or missing: no caller is lost, no agent is stuck."""

import contextlib
from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from journeys.site import open_site

from acd.agent import AgentState, Capacity, Phone, TaskState
from acd.capacity import can_be_offered
from acd.lines import idle_since
from acd.queue import AgentId, Queue, QueueKey
from acd.work import Medium, WorkId, WorkState, urgency
from crm.calls.record import CallId
from crm.kernel.errors import HotlineError, ImpossibleError
from cti.core import events as e
from cti.core import requests as r
from cti.core.call import Direction
from cti.core.leg import InBridge, LegId, LegRole, LegState, OnHold, Silent
from cti.core.stage import Stage
from cti.core.views import iso, queue_view

AGENTS = (1, 2, 3)
CALLS = ("c1", "c2", "c3", "c4")

calls = st.sampled_from(CALLS).map(CallId)
agents = st.sampled_from(AGENTS).map(AgentId)
phones = st.sampled_from(list(Phone))
flags = st.booleans()
queues = st.sampled_from(("sales", "support", "operator")).map(QueueKey)
chats = st.sampled_from(("chat1", "chat2", "chat3", "chat4")).map(WorkId)
dialled = st.sampled_from(("d1", "d2")).map(CallId)
legs = st.builds(
    lambda call, n: LegId(f"{call}-a{n}"), st.one_of(calls, dialled), st.integers(1, 4)
)

wire = st.one_of(
    st.builds(e.DigitPressed, calls, st.sampled_from("0129*")),
    st.builds(
        e.PlaybackEnded, calls, st.builds(lambda c, n: f"{c}-p{n}", calls, st.integers(1, 4))
    ),
    st.builds(e.LegHeld, legs, flags),
    st.builds(e.LegRang, legs),
    st.builds(e.LegCreated, legs),
    st.builds(e.Misplaced, st.one_of(calls, legs)),
    st.builds(e.PhoneReachable, agents, phones, flags),
    st.builds(e.RecordingFailed, calls, st.just("why")),
    st.builds(e.ChatArrived, chats, queues),
    st.builds(e.ChatAccepted, chats, agents),
    st.builds(e.ChatDeclined, chats, agents),
    st.builds(e.ChatEnded, chats),
)
desk = st.one_of(
    st.builds(r.SignInAsked, agents, phones, flags),
    st.builds(r.SignOutAsked, agents),
    st.builds(e.PhoneStarted, agents),
    st.builds(r.StateAsked, agents, flags, st.just("lunch")),
    st.builds(r.HoldAsked, agents, calls, flags),
    st.builds(r.HangUpAsked, agents, calls),
    st.builds(r.DeclineAsked, agents, calls),
    st.builds(r.OutcomeChosen, agents, calls, st.just("solved")),
    st.builds(e.AgentDrifted, agents),
    st.builds(r.TransferAsked, agents, calls, agents),
    st.builds(r.ConsultAsked, agents, calls, agents),
    st.builds(r.ShuttleAsked, agents, calls),
    st.builds(r.CompleteAsked, agents, calls),
    st.builds(r.TakeBackAsked, agents, calls),
    st.builds(r.ListenAsked, agents, calls),
    st.builds(r.StopListeningAsked, agents, calls),
    st.builds(r.DialAsked, dialled, agents, agents),
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
    st.tuples(st.just("transfer"), calls, st.integers(0, 3)),
    st.tuples(st.just("recipient"), calls, st.sampled_from(["answers", "hangs up"])),
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
        case "pick up", call if fake.agent_leg(call):
            fake.pick_up(call)
        case "leg ends", call, cause if fake.agent_leg(call):
            fake.leg_ends(call, cause)
        case "transfer", call, what if fake.agent_of(call) is not None:
            agent = fake.agent_of(call)
            kinds = (r.TransferAsked, r.ConsultAsked, r.ConsultAsked)
            if what < 3:
                fake.hear(kinds[what](agent, call, AgentId(agent % 3 + 1)))
            else:
                fake.hear(r.CompleteAsked(agent, call))
        case "recipient", call, what if leg := fake.recipient_leg(call):
            (fake.tell_answered if what == "answers" else fake.ends)(leg)
        case "gone", call:
            fake.caller_hangs_up(call)
        case "answer", leg:
            fake.tell_answered(leg)
        case "leg gone", leg, cause:
            # Also for legs that do not exist: late and doubled.
            fake.tell_ended(leg, cause)
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
            fake.hear(
                r.SignInAsked(agent, Phone.SIP, reachable=True), r.StateAsked(agent, ready=True)
            )


def check(fake):
    state = fake.state
    for call in state.calls.values():
        check_call(fake, call)
    for leg in state.legs.values():
        check_leg(fake, leg)
    for channel in fake.channels:
        assert channel in state.legs, "an orphan channel"
    for work in state.works.values():
        check_work(fake, work)
    for agent in state.agents.values():
        check_agent(fake, agent)
    check_lines(state)
    check_figures(state)


def check_call(fake, call):
    seen = fake.situation(call.id)
    if seen.stage is Stage.ENDED:
        assert fake.state.agents[call.agent].task(call.work), "kept for nobody"
        return
    if call.direction is Direction.INTERNAL:
        assert all(leg.agent is not None for leg in fake.state.call_legs(call.id))
        assert list(fake.state.call_legs(call.id)), "a call without a caller"
        return
    assert seen.customer_leg is not None, "a call without a caller"
    if seen.stage is Stage.IVR:
        assert "flow" in call.timers, "a wait without a timer"
    if seen.stage is Stage.OFFERED:
        assert "offer" in seen.work.timers, "a wait without a timer"
    if seen.stage is Stage.PHONE_LOST:
        assert "phone lost" in call.timers, "a wait without a timer"
    if seen.stage is Stage.TALKING:
        assert fake.talking(call.id), "a talk without sound"
    if seen.stage in (Stage.WAITING, Stage.OFFERED, Stage.PHONE_LOST):
        assert fake.hearing.get(call.id) == "music", "silence"


def check_leg(fake, leg):
    assert leg.id in fake.channels, "a leg without a channel"
    assert leg.call in fake.state.calls, "a leg without a call"
    match leg.placement:
        case InBridge(bridge=bridge):
            assert leg.id in fake.bridges[bridge], "not where it should be"
            assert leg.id not in fake.hearing, "music in a talk"
        case OnHold():
            assert fake.hearing.get(leg.id) == "music", "no music"
            assert not any(leg.id in members for members in fake.bridges.values())
        case Silent():
            assert fake.hearing.get(leg.id) == "silence", "hears nothing"
        case _:
            assert leg.role is LegRole.CUSTOMER or leg.state is not LegState.UP, "hears nothing"


def check_work(fake, work):
    agents = [one.agent for one in work.offers]
    if work.agent is not None:
        agents.append(work.agent)
    for agent in agents:
        assert fake.state.agents[agent].task(work.id), "an agent who does not know"
    if work.state is WorkState.WAITING:
        assert work.only is None, "waits for one agent alone, and rings nowhere"
        queue = fake.state.queues[work.queue]
        free = [
            a
            for a in queue.members
            if can_be_offered(fake.state.agents[a], work.medium) and a not in work.passed_over
        ]
        assert not free, "a caller waits beside a free agent"
        assert not work.passed_over or "passed over" in work.timers, "passed over for ever"


def check_agent(fake, agent):
    busy = [task for task in agent.tasks if task.state is not TaskState.WRAP_UP]
    assert len(agent.tasks) <= agent.capacity.total, "more than the agent takes"
    for task in busy:
        work = fake.state.works.get(task.work)
        assert work is not None, "stuck"
        assert work.agent == agent.id or work.offer_to(agent.id), "stuck"
    for task in agent.tasks:
        if task.state is TaskState.WRAP_UP:
            assert f"wrap-up/{task.work}" in agent.timers, "wrap-up without an end"


def check_lines(state):
    waiting = [w for w in state.works.values() if w.state is WorkState.WAITING]
    assert dict(state.lines.waiting.lines()) == {
        key: sorted(urgency(w) for w in waiting if w.queue == key)
        for key in {w.queue for w in waiting}
    }, "the line does not agree with the works"
    for key, queue in [(q.key, q) for q in state.queues.values()]:
        free = [a for a in map(state.agents.get, queue.members) if can_be_offered(a, Medium.VOICE)]
        idle = sorted((idle_since(a, Medium.VOICE), a.id) for a in free)
        assert state.lines.free[Medium.VOICE].line(key) == idle, "the idle do not agree"


def check_figures(state):
    """Compare the queues' running figures with a full count."""
    for key, queue in [(q.key, q) for q in state.queues.values()]:
        states = Counter(state.agents[a].state for a in queue.members)
        waits = [w for w in state.works.values() if w.queue == key]
        waits = [w for w in waits if w.state is WorkState.WAITING]
        oldest = min((w.since for w in waits), default=None)
        assert +state.lines.states.of(key) == states
        assert queue_view(state, key) == {
            "key": key,
            "name": queue.name,
            "waiting": len(waits),
            "oldest_since": iso(oldest),
            "ready": sum(can_be_offered(state.agents[a], Medium.VOICE) for a in queue.members),
            "talking": states[AgentState.TALKING],
        }


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.lists(acts, max_size=60))
def test_no_order_of_events_loses_a_caller_or_binds_an_agent(story):
    fake = open_site(AGENTS, Capacity({Medium.VOICE: 1, Medium.CHAT: 2}, 3))
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
def test_when_all_callers_have_left_no_state_remains(story):
    fake = open_site(AGENTS)
    for act in story:
        with contextlib.suppress(HotlineError):
            play(fake, act)
    for call in CALLS:
        fake.caller_hangs_up(call)
    for leg in list(fake.channels):
        fake.tell_ended(leg, 16)
    fake.wait(120)

    assert len(fake.state.calls) == 0
    assert fake.channels == {}
    assert not any(fake.bridges.values())
    assert all(
        a.state in (AgentState.READY, AgentState.PAUSED, AgentState.SIGNED_OUT)
        for a in fake.state.agents.values()
    )
