"""Comparisons on a connect, and again if something changed meanwhile."""

import asyncio
from dataclasses import replace

from unit.cti.engine.bare import MemoryJournal, bare_engine

from acd.agent import Phone
from acd.queue import AgentId, Queue, QueueKey, members_of
from acd.work import Medium, Offer, Work, WorkId, WorkState
from cti.core import events as e
from cti.core import requests as r
from cti.core.call import Call, Direction, Inbound
from cti.core.leg import AgentParty, CustomerParty, InFallback, Leg, LegId, LegRole, LegState
from cti.core.reconcile import Findings
from cti.core.stage import Stage, situation
from cti.core.state import Change
from cti.engine.reconciler import Reconciler


def opened(folder):
    journal = MemoryJournal()
    engine = bare_engine(folder, journal)
    reconciler = Reconciler(
        engine=engine,
        ari=None,
        ami=None,
        phones=None,
        trunks=None,
        records=None,
        journal=journal,
        cel_file=folder / "cel",
        show=list,
    )
    reconciler.looks = []
    reconciler._look_soon = lambda: reconciler.looks.append(1)  # noqa: SLF001
    return reconciler, engine


def found(id_, placement=None):
    leg = Leg(
        LegId(id_), LegRole.CUSTOMER, CustomerParty(""), id_, "n1", LegState.UP, 1.0, placement
    )
    return e.CallFound(Call(id_, Direction.IN, Inbound(), "", "100", 1.0), (leg,))


AGENTS = {"id": "n1-1.1-a1", "accountcode": "agent:n1-1.1"}
ENDS = {"type": "ChannelDestroyed", "channel": AGENTS, "cause": 16}
COMES = {"type": "StasisStart", "args": ["return"], "channel": {"id": "n1-1.2"}}


async def repaired(reconciler, *events, first, heard=ENDS):
    reconciler.on_ari_event(heard)
    skipped = await reconciler._repair(Findings(events, {}, ()), first=first)  # noqa: SLF001
    await asyncio.sleep(0.3)
    return skipped


def test_a_caller_left_by_the_agent_during_the_comparison_is_compared_again_soon(tmp_path):
    reconciler, engine = opened(tmp_path)

    skipped = asyncio.run(repaired(reconciler, found("n1-1.1"), first=True))

    # So the gap is not filled yet, nor is the agent freed: the call is not over.
    assert skipped == {"n1-1.1"}
    assert reconciler.looks == [1]
    assert "n1-1.1" not in engine.state.calls


def test_a_caller_who_came_back_during_the_comparison_does_not_count_as_away(
    tmp_path,
):
    reconciler, engine = opened(tmp_path)
    away = found("n1-1.2", InFallback())
    legs = {one.id: one for one in away.legs}
    engine.state.apply(Change(calls={away.call.id: away.call}, legs=legs))

    skipped = asyncio.run(repaired(reconciler, away, first=False, heard=COMES))

    assert skipped == {"n1-1.2"}
    stages = {situation(engine.state, call).stage for call in engine.state.calls.values()}
    assert Stage.IN_FALLBACK not in stages


def rings(id_):
    """A call whose agent's phone was ringing when it was looked at."""
    leg = LegId(f"{id_}-a1")
    party = AgentParty(AgentId(7), "1001", Phone.SIP)
    caller = found(id_)
    ringing = Leg(leg, LegRole.AGENT, party, id_, "n1", LegState.RINGING, 1.0)
    offer = Offer(AgentId(7), 1.0, 2e9)
    work = Work(WorkId(id_), Medium.VOICE, QueueKey("q"), 1.0, call=id_)
    work = replace(work, state=WorkState.OFFERED, offers=(offer,), timers={"offer": 2e9})
    call = replace(caller.call, queue=QueueKey("q"), waiting_since=1.0)
    return replace(caller, call=call, legs=(*caller.legs, ringing), works=(work,))


def test_an_agent_who_answers_during_the_comparison_has_the_caller_at_once(tmp_path):
    async def story():
        reconciler, engine = opened(tmp_path)
        engine.handle(e.AgentKnown(AgentId(7), "Li Wei", "1001"))
        engine.handle(
            e.QueueChanged(QueueKey("q"), Queue(QueueKey("q"), "Line", members_of([AgentId(7)])))
        )
        engine.handle(r.SignInAsked(AgentId(7), Phone.SIP, reachable=True))
        engine.handle(e.AsteriskAway())
        engine.lanes.give = list  # no order goes out
        picks_up = {"type": "ChannelStateChange", "channel": {**AGENTS, "state": "Up"}}
        await repaired(reconciler, rings("n1-1.1"), first=True, heard=picks_up)
        return situation(engine.state, engine.state.calls["n1-1.1"])

    seen = asyncio.run(story())

    assert (seen.stage, seen.agent) == (Stage.TALKING, 7)
    assert seen.agent_leg.state is LegState.UP


def test_without_changes_the_next_comparison_is_the_next_round(tmp_path):
    reconciler, _ = opened(tmp_path)

    skipped = asyncio.run(repaired(reconciler, e.StrayChannel("n1-2.2"), first=True))

    assert (skipped, reconciler.looks) == (set(), [])


def test_a_leg_whose_call_just_ended_is_no_drift(tmp_path):
    reconciler, engine = opened(tmp_path)

    asyncio.run(repaired(reconciler, e.StrayChannel("n1-1.1-a1"), first=False))

    assert engine.counters.drift_repairs == 0


def test_a_difference_found_long_after_the_connect_is_drift(tmp_path):
    reconciler, engine = opened(tmp_path)

    asyncio.run(repaired(reconciler, e.StrayChannel("n1-2.2"), first=False))

    assert engine.counters.drift_repairs == 1
