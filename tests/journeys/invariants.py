"""What holds after every event: no caller is lost, no agent is stuck, the indexes agree."""

from collections import Counter

from acd.agent import AgentState, TaskState
from acd.capacity import HOLD_SLOTS, can_be_offered
from acd.membership import relaxed_by
from acd.overflow import entered_at, is_of_wait
from acd.skills import satisfies
from acd.strategy import order
from acd.work import Medium, WorkState, urgency
from cti.core.call import Direction
from cti.core.leg import InBridge, LeavingMessage, LegRole, LegState, OnHold, Prompted, Silent
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
        legs = fake.state.call_legs(call.id)
        assert all(leg.agent is not None or leg.role is LegRole.OUTSIDE for leg in legs)
        assert list(fake.state.call_legs(call.id)), "a call without a caller"
        return
    if seen.stage is Stage.DIALLING and seen.customer_leg is None:
        assert list(fake.state.call_legs(call.id)), "a call without anybody"
        return
    assert seen.customer_leg is not None, "a call without a caller"
    if seen.stage is Stage.IVR:
        assert "flow" in call.timers, "a wait without a timer"
    if seen.stage is Stage.OFFERED:
        assert "offer" in seen.work.timers, "a wait without a timer"
    if seen.stage is Stage.PHONE_LOST:
        assert "phone lost" in call.timers, "a wait without a timer"
    if seen.stage is Stage.TALKING and isinstance(seen.customer_leg.placement, Prompted):
        assert "flow" in call.timers, "the agent's number without an end"
    elif seen.stage is Stage.TALKING:
        assert fake.talking(call.id), "a talk without sound"
    if seen.stage in (Stage.WAITING, Stage.OFFERED, Stage.PHONE_LOST):
        announced = "announcing" in call.timers and fake.hears_prompts(call.id)
        assert announced or fake.hearing.get(call.id) == "music", "silence"


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
        case Prompted() | LeavingMessage():
            assert leg.id in fake.hearing, "hears nothing"
            timed = {"flow", "announcing"} & set(fake.state.calls[leg.call].timers) or leg.timers
            assert timed, "a wait without a timer"
        case _:
            assert leg.role is LegRole.CUSTOMER or leg.state is not LegState.UP, "hears nothing"


def check_work(fake, work):
    agents = [one.agent for one in work.offers]
    if work.agent is not None:
        agents.append(work.agent)
    for agent in agents:
        assert fake.state.agents[agent].task(work.id), "an agent who does not know"
    if work.state is WorkState.WAITING:
        if work.only is not None:
            assert "patience" in work.timers, "waits for some agents for ever"
            there = map(fake.state.agents.get, set(work.only.agents) - work.passed_over)
            assert not any(a and can_be_offered(a, work.medium) for a in there), "waits for nothing"
            return
        queue = fake.state.queues[work.queue]
        free = [
            agent.id
            for agent in fake.state.agents.values()
            if agent.id not in work.passed_over and may_serve(agent, work, queue)
        ]
        assert not free, "a caller waits beside a free agent"
        if work.medium is Medium.VOICE:
            check_wait(fake, work, queue)
        assert not work.passed_over or "passed over" in work.timers, "passed over for ever"


def check_wait(fake, work, queue):
    """The steps whose time has come are done, and a timer brings the next."""
    done = [one for one in queue.steps if one.after_seconds <= fake.now - entered_at(work)]
    assert work.step == len(done), "an overflow step is late"
    limited = queue.max_wait_seconds and queue.timed_out
    pending = len(queue.steps) - len(done) or limited
    assert not pending or any(map(is_of_wait, work.timers)), "nothing will send them on"


def may_serve(agent, work, queue):
    """Whether an agent may be offered a waiting work now."""
    if work.waits_for_preferred:
        return agent.id in work.prefers and queue.key in agent.queues and able(agent, work)
    parts = [one for one in agent.memberships if one.queue == queue.key and one.step is not None]
    in_line = any(one.step <= work.step for one in parts)
    own = relaxed_by(work.needs, queue.steps[: work.step])
    return in_line and able(agent, work) and satisfies(agent.skills, own)


def able(agent, work):
    return can_be_offered(agent, work.medium)


def check_agent(fake, agent):
    busy = [task for task in agent.tasks if task.state is not TaskState.WRAP_UP]
    voice = [task for task in busy if task.medium is not Medium.CHAT]
    assert sum(t.state is TaskState.ACTIVE for t in voice) <= 1, "speaks with two"
    most = max(agent.capacity.total, HOLD_SLOTS + 1)
    assert len(agent.tasks) <= most + 1, "more than the agent takes"
    for wish in agent.wishes:
        assert f"wish/{wish.colleague}" in agent.timers, "a wish for ever"
    for task in busy:
        work = fake.state.works.get(task.work)
        assert work is not None, "stuck"
        assert work.agent == agent.id or work.offer_to(agent.id), "stuck"
    for task in agent.tasks:
        if task.state is TaskState.WRAP_UP:
            assert f"wrap-up/{task.work}" in agent.timers, "wrap-up without an end"


def check_lines(state):
    all_waiting = [w for w in state.works.values() if w.state is WorkState.WAITING]
    waiting = [w for w in all_waiting if w.only is None]
    assert dict(state.lines.waiting.lines()) == {
        key: sorted(urgency(w) for w in waiting if w.queue == key)
        for key in {w.queue for w in waiting}
    }, "the line does not agree with the works"
    for key, queue in [(q.key, q) for q in state.queues.values()]:
        for step in range(len(queue.steps) + 1):
            free = sorted(order(a, m, Medium.VOICE) for a, m in free_from(state, key, step))
            found = state.lines.free[Medium.VOICE].line((key, step))
            assert found == free, "the idle do not agree"


def free_from(state, key, step):
    """Agents who could be offered a call, and serve a queue from one of its steps on."""
    for agent in state.agents.values():
        for part in agent.memberships:
            if (part.queue, part.step) == (key, step) and can_be_offered(agent, Medium.VOICE):
                yield agent, part


def check_figures(state):
    """What is kept of each queue as things change is what counting it all gives."""
    for key, queue in [(q.key, q) for q in state.queues.values()]:
        states = Counter(state.agents[a].state for a in queue.agents)
        waits = [w for w in state.works.values() if w.queue == key]
        waits = [w for w in waits if w.state is WorkState.WAITING and w.only is None]
        on_line = [w for w in waits if w.medium is not Medium.CALLBACK]
        oldest = min((w.since for w in on_line), default=None)
        assert +state.lines.states.of(key) == states
        assert queue_view(state, key) == {
            "key": key,
            "name": queue.name,
            "waiting": len(on_line),
            "callbacks": len(waits) - len(on_line),
            "oldest_since": iso(oldest),
            "ready": len(list(free_from(state, key, 0))),
            "talking": states[AgentState.TALKING],
        }
