"""Comparisons on a connect, and again if something changed meanwhile."""

import asyncio

from unit.cti.engine.bare import MemoryJournal, bare_engine

from cti.core import events as e
from cti.core.call import Call, Direction, Inbound
from cti.core.leg import CustomerParty, InFallback, Leg, LegId, LegRole, LegState
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
