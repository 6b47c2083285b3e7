"""What holds after every event: no caller is lost, no agent is stuck, the indexes agree."""

from collections import Counter

from acd.agent import AgentState, TaskState
from acd.capacity import can_be_offered
from acd.lines import idle_since
from acd.work import Medium, WorkState, urgency
from cti.core.call import Direction
from cti.core.leg import InBridge, LegRole, LegState, OnHold, Silent
from cti.core.stage import Stage
from cti.core.views import iso, queue_view


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
    """What is kept of each queue as things change is what counting it all gives."""
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
