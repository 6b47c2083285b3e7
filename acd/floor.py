"""What becomes of an agent: values in, values out, by the table in `acd.agent`."""

from dataclasses import replace

from acd.agent import Agent, Move, Phone, State, move
from acd.queue import Queue
from crm.calls.record import CallId

NO_ANSWER = "no answer"
SIGNED_IN = "signed in"


def _to(agent: Agent, what: Move, now: float) -> Agent:
    state = move(agent.state, what)
    return replace(agent, state=state, since=agent.since if state is agent.state else now)


def sign_in(agent: Agent, phone: Phone, now: float, *, reachable: bool) -> Agent:
    """Take the seat: paused at first, so that nothing rings before the agent says ready."""
    fresh = agent.state is State.SIGNED_OUT
    seated = replace(_to(agent, Move.SIGN_IN, now), phone=phone, reachable=reachable)
    return replace(seated, reason=SIGNED_IN, misses=0, rest="", idle_since=now) if fresh else seated


def sign_out(agent: Agent, now: float) -> Agent:
    """Leave the seat."""
    gone = _to(agent, Move.SIGN_OUT, now)
    return replace(gone, reason="", call=None, until=None, misses=0, rest="", reachable=False)


def ready(agent: Agent, now: float) -> Agent:
    """Free for calls. Who comes back from a pause or wrap-up is the least idle."""
    fresh = agent.state is not State.READY
    idle_since = now if fresh else agent.idle_since
    seated = replace(_to(agent, Move.READY, now), reason="", call=None, until=None, rest="")
    return replace(seated, idle_since=idle_since, misses=0 if fresh else agent.misses)


def pause(agent: Agent, reason: str, now: float) -> Agent:
    """Not free, and why. A change of reason begins a new stretch."""
    rested = replace(_to(agent, Move.PAUSE, now), reason=reason, call=None, until=None, rest="")
    return rested if reason == agent.reason else replace(rested, since=now)


def offer(agent: Agent, call: CallId, until: float, now: float) -> Agent:
    """A call rings at the agent's phone until the deadline."""
    return replace(_to(agent, Move.OFFER, now), call=call, until=until)


def answer(agent: Agent, call: CallId, now: float) -> Agent:
    """The agent has the caller."""
    return replace(_to(agent, Move.ANSWER, now), call=call, until=None, misses=0, reason="")


def withdraw(agent: Agent, now: float) -> Agent:
    """The offer ended without his doing: he keeps his place among the idle."""
    if agent.rest:
        return _rest(agent, agent.rest, now)
    return replace(_to(agent, Move.FREE, now), call=None, until=None)


def miss(agent: Agent, max_misses: int, now: float) -> Agent:
    """He did not answer: the last in line, and after so many in a row paused."""
    missed = replace(agent, misses=agent.misses + 1, idle_since=now)
    if agent.rest:
        return _rest(missed, agent.rest, now)
    if missed.misses >= max_misses:
        return _rest(missed, NO_ANSWER, now)
    return replace(_to(missed, Move.FREE, now), call=None, until=None)


def wrap_up(agent: Agent, queue: Queue | None, now: float) -> Agent:
    """The talk is over: time to note its outcome, until the deadline."""
    if queue is None or queue.wrapup_seconds <= 0:
        return free(agent, now)
    return replace(_to(agent, Move.WRAP, now), until=now + queue.wrapup_seconds)


def free(agent: Agent, now: float) -> Agent:
    """Ready again after a talk or its wrap-up, or into the pause he had asked for."""
    if agent.rest:
        return _rest(agent, agent.rest, now)
    freed = _to(agent, Move.FREE, now)
    return replace(freed, call=None, until=None, reason="", idle_since=now)


def _rest(agent: Agent, reason: str, now: float) -> Agent:
    rested = _to(agent, Move.REST, now)
    return replace(rested, call=None, until=None, rest="", reason=reason, misses=0)


def rest_later(agent: Agent, reason: str) -> Agent:
    """Asked for a pause in a talk: it begins when the call (and its wrap-up) is over."""
    return replace(agent, rest=reason)
