"""The context saved on a channel gives a call back to the next engine."""

import json

import pytest
from unit.cti.core.scenes import agent as busy
from unit.cti.core.scenes import scene, state_of

from acd.queue import QueueKey
from acd.service_level import ServiceLevel, ServiceLevelId
from acd.skills import Need, SkillKey
from crm.calls.record import CallId
from crm.customers.customer import CustomerCard
from cti.core.context import context_of
from cti.core.saved import read_context
from cti.core.stage import Stage
from ivr.flow import FlowId
from ivr.run import FlowRun
from ivr.step import StepId

CALL = CallId("hotline-1-1763775000.12")


def kept(stage=Stage.IVR, **fields):
    return scene(stage, id_=CALL, since=9.0, arrived=1.0, **fields)


def saved(of):
    state = state_of(of, busy(Stage.HELD if of.held else Stage.TALKING, of=CALL))
    return read_context(CALL, json.loads(context_of(state, of.legs[0], of.call)))


@pytest.mark.parametrize(
    "of",
    [
        kept(),
        kept(run=FlowRun(FlowId(1), 4, StepId("menu"), {"tries": 2}, {"level": "黄金"})),
        kept(Stage.WAITING, queue=QueueKey("support"), priority=3, waiting_since=2.5),
        kept(
            Stage.WAITING,
            queue=QueueKey("support"),
            boost=5,
            level=ServiceLevel(ServiceLevelId(1), "VIP", "贵宾", 5, patience_seconds=30.0),
        ),
        kept(
            Stage.HELD,
            queue=QueueKey("sales"),
            recording="on",
            customer=CustomerCard(3, "王小明", "晨光电子", "gold"),
        ),
    ],
)
def test_what_is_left_on_a_channel_gives_the_call_back(of):
    back = saved(of)

    same = ("customer_number", "own_number", "via", "arrived", "run", "queue",
            "priority", "waiting_since", "agent", "talked", "recording", "customer",
            "level", "boost")  # fmt: skip
    assert [getattr(back.anchor.call, name) for name in same] == [
        getattr(of.call, name) for name in same
    ]
    assert [(one.leg, one.role, one.placement) for one in back.anchor.legs] == [
        (one.id, one.role, one.placement) for one in of.legs
    ]
    assert back.anchor.held == ({CALL} if of.held else set())
    work = back.anchor.work
    assert (work is None) == (of.work is None)
    if work is not None:
        assert (work.state, work.agent, work.changed) == (of.work.state, of.work.agent, 9.0)


def test_ids_made_after_a_restart_differ_from_earlier_ones():
    back = saved(kept(plays=4, legs=2)).anchor.call

    assert back.plays > 4
    assert back.legs > 2


def test_what_is_left_on_a_channel_is_short_enough_for_a_variable():
    card = CustomerCard(2**31, "王" * 60, "公司" * 60, "platinum")
    at = StepId("步骤" * 20)
    variables = {f"variable {number}": "值" * 40 for number in range(50)}
    run = FlowRun(FlowId(2**31), 1000, at, {"tries": 9}, variables)
    needs = tuple(Need(SkillKey(f"{number}" * 40), 10) for number in range(3))
    level = ServiceLevel(ServiceLevelId(2**31), "L" * 30, "级" * 30, 10, needs=needs)
    full = kept(Stage.TALKING, customer=card, talked=1e9, run=run, level=level, boost=110)
    text = context_of(state_of(full, busy(of=CALL)), full.legs[0], full.call)

    assert len(text.encode()) < 2000


@pytest.mark.parametrize(
    "said", [{}, {"r": "nobody"}, {"r": "customer", "c": {"s": 1}}, {"r": "customer", "c": 5},
             {"r": "customer", "c": {"ar": "x"}}, {"r": "customer", "c": {"ar": 1, "f": 5}},
             {"r": "customer", "c": {"ar": 1, "f": [1, "x", "menu", {}, {}]}},
             {"r": "customer", "c": {"ar": 1, "f": [1, 1, "menu"]}},
             {"r": "customer", "c": {"ar": 1, "cu": ["x"]}},
             {"r": "customer", "c": {"ar": 1, "W": [["", 7]]}},
             {"r": "customer", "c": {"ar": 1, "W": 5}},
             {"r": "customer", "c": {"ar": 1, "L": [["", "nobody", 0, 1]]}},
             {"r": "agent", "ag": "x"}, {"r": "agent", "ph": "fax"}]
)  # fmt: skip
def test_nonsense_is_not_read(said):
    assert read_context(CALL, said) is None
