"""What is looked at on a connect, and again when something moved meanwhile."""

import asyncio

from unit.cti.engine.bare import Paper, bare_engine

from cti.core import events as e
from cti.core.call import Call, Stage
from cti.core.reconcile import Findings
from cti.core.state import Change
from cti.engine.reconciler import Watch


def opened(folder):
    paper = Paper()
    engine = bare_engine(folder, paper)
    watch = Watch(
        engine=engine,
        ari=None,
        ami=None,
        phones=None,
        records=None,
        journal=paper,
        cel_file=folder / "cel",
        show=list,
    )
    watch.looks = []
    watch._look_soon = lambda: watch.looks.append(1)  # noqa: SLF001
    return watch, engine


def found(id_):
    return e.CallFound(Call(id_, "", "100", "trunk", 1.0, 1.0, Stage.WAITING))


ENDS = {"type": "ChannelDestroyed", "channel": {"id": "n1-1.1-a1"}, "cause": 16}
COMES = {"type": "StasisStart", "args": ["return"], "channel": {"id": "n1-1.2"}}


async def repaired(watch, *events, first, heard=ENDS):
    watch.on_ari_event(heard)
    skipped = await watch._repair(Findings(events, {}, ()), first=first)  # noqa: SLF001
    await asyncio.sleep(0.3)
    return skipped


def test_a_caller_whose_agent_hung_up_while_all_were_looked_at_is_looked_at_again_soon(tmp_path):
    watch, engine = opened(tmp_path)

    skipped = asyncio.run(repaired(watch, found("n1-1.1"), first=True))

    # So the gap is not filled yet, nor his agent freed of it: his call is not over.
    assert skipped == {"n1-1.1"}
    assert watch.looks == [1]
    assert "n1-1.1" not in engine.house.calls


def test_a_caller_who_came_back_while_all_were_looked_at_is_not_taken_for_one_who_is_away(
    tmp_path,
):
    watch, engine = opened(tmp_path)
    away = Call("n1-1.2", "", "100", "trunk", 1.0, 1.0, Stage.OUTSIDE)
    engine.house.apply(Change(calls={away.id: away}))

    skipped = asyncio.run(repaired(watch, e.CallFound(away), first=False, heard=COMES))

    assert skipped == {"n1-1.2"}
    assert all(call.stage is not Stage.OUTSIDE for call in engine.house.calls.values())


def test_where_nothing_moved_the_next_look_is_the_next_round(tmp_path):
    watch, _ = opened(tmp_path)

    skipped = asyncio.run(repaired(watch, e.StrayChannel("n1-2.2"), first=True))

    assert (skipped, watch.looks) == (set(), [])


def test_a_leg_whose_call_just_ended_is_no_drift(tmp_path):
    watch, engine = opened(tmp_path)

    asyncio.run(repaired(watch, e.StrayChannel("n1-1.1-a1"), first=False))

    assert engine.counters.drift_repairs == 0


def test_what_is_found_long_after_the_connect_is_drift(tmp_path):
    watch, engine = opened(tmp_path)

    asyncio.run(repaired(watch, e.StrayChannel("n1-2.2"), first=False))

    assert engine.counters.drift_repairs == 1
