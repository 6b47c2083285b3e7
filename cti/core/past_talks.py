"""Talks that began and ended in the fallback while no engine was there, in the agents' logs."""

from collections.abc import Callable, Iterable, Iterator

from acd.agent import PAST, Agent, AgentState
from acd.orders import NoteAgent
from acd.queue import AgentId
from crm.calls.record import CallId, Kind
from cti.core.commands import NoteCall


def past_talks(
    notes: Iterable[NoteCall], agent_of: Callable[[AgentId], Agent | None]
) -> Iterator[NoteAgent]:
    """For each talk whose end is among the notes: that the agent talked, and what came after it.

    After it the agent was in the state of today if that has lasted since before the talk, else
    ready. `agent_of` gives agents as they are now.
    """
    began: dict[CallId, NoteCall] = {}
    for note in notes:
        if note.kind is Kind.CONNECTED:
            began[note.call] = note
        elif note.kind is Kind.ENDED and (talk := began.pop(note.call, None)) is not None:
            agent = agent_of(AgentId(int(talk.detail["agent"])))
            if agent is not None:
                yield from _two_lines(agent, talk, note)


def _two_lines(agent: Agent, talk: NoteCall, end: NoteCall) -> Iterator[NoteAgent]:
    unchanged = talk.at is not None and agent.since <= talk.at
    after = (agent.state, agent.shown_reason) if unchanged else (AgentState.READY, "")
    for at, state, call in ((talk.at, (AgentState.TALKING, ""), talk.call), (end.at, after, None)):
        cause = "fallback"
        yield NoteAgent(
            agent.id, *state, cause, call, agent.phone, at=at, inferred=True, detail={PAST: "1"}
        )
