"""An unnoticed talk in the fallback is in the agent's log once it is known."""

from dataclasses import replace

from unit.cti.core.scenes import CALL, SEVEN, agent, ready

from acd.agent import PAST, AgentState, Presence
from crm.calls.record import Kind
from cti.core.commands import NoteCall
from cti.core.facts import own_name
from cti.core.past_talks import past_talks

TALK = NoteCall(CALL, Kind.CONNECTED, {"agent": SEVEN, "name": "Li Wei"}, 500.0, inferred=True)
END = NoteCall(CALL, Kind.ENDED, {"by": "caller", "cause": 16}, 508.0, inferred=True)


def lines(*notes, now=None):
    agents = {SEVEN: now or replace(ready(), since=400.0)}
    return [(one.at, one.state, one.call) for one in past_talks(notes, agents.get)]


def test_the_agent_talked_and_was_ready_again():
    assert lines(TALK, END) == [
        (500.0, AgentState.TALKING, CALL),
        (508.0, AgentState.READY, None),
    ]


def test_an_agent_who_was_paused_all_the_time_is_paused_again():
    paused = replace(ready(), since=400.0, presence=Presence.PAUSED, reason="lunch")

    assert lines(TALK, END, now=paused)[1][1] is AgentState.PAUSED


def test_what_the_agent_did_later_says_nothing_of_the_time_after_the_talk():
    assert lines(TALK, END, now=agent())[1][1] is AgentState.READY


def test_a_talk_that_goes_on_and_a_call_without_a_talk_are_left_alone():
    assert lines(TALK) == lines(END) == []


def test_read_again_it_is_the_same_fact_and_never_the_agents_last():
    agents = {SEVEN: ready()}
    first, second = (list(past_talks([TALK, END], agents.get)) for _ in range(2))

    assert [own_name(one) for one in first] == [own_name(one) for one in second]
    assert len({own_name(one) for one in first}) == 2
    assert all(PAST in one.detail for one in first)
