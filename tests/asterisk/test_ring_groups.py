"""A ring group on a real Asterisk: two phones ring, one answers, the other is told."""

import time

import pytest
from asterisk.phones import only
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from acd.queue import AgentId
from acd.ring_group import RingGroup, RingGroupId
from acd.ring_groups.store import RingGroupSettings, add_ring_group, remove_ring_group
from acd.store import agents
from crm.kernel.destination import Destination, DestinationKind
from cti.routes.rule import RouteId, RouteRule
from cti.routes.store import RouteSettings, add_route, remove_route

CALLER, WANG = 440, 800
NUMBER = "4008008888"


@pytest.fixture
def group(trade):
    """All agents in one group, the operators' queue behind it, and a number that leads to it."""
    engine = create_engine(trade.installation.database_url())
    queue = Destination(DestinationKind.QUEUE, "operator")
    with Session(engine) as session, session.begin():
        members = tuple(AgentId(one.id) for one in agents(session))
        made = RingGroup(RingGroupId(0), "All", members, ring_seconds=5, then=queue)
        group = add_ring_group(session, RingGroupSettings(made))
        to = Destination(DestinationKind.RING_GROUP, str(group))
        rule = RouteRule(RouteId(0), "Group", to, called=f"+86{NUMBER}")
        route = add_route(session, RouteSettings(rule))
    time.sleep(1)  # the engine reads both
    yield
    with Session(engine) as session, session.begin():
        remove_route(session, route)
        remove_ring_group(session, group)
    engine.dispose()


@pytest.mark.usefixtures("group")
def test_two_phones_ring_one_answers_and_a_call_that_none_takes_goes_on(trade):
    li_wei = trade.agent("li.wei").ready()
    wang_fang = trade.agent("wang.fang", tone=WANG).ready()
    caller = trade.caller(tone=CALLER).dial(NUMBER)
    li_wei.rings()
    wang_fang.rings()
    wang_fang.phone.answer()
    caller.reaches("talking")
    li_wei.phone.expect("state", state="DISCONNECTED", seconds=2)
    caller.phone.hears(only(WANG), "the agent who answered")
    assert li_wei.state()[0] == "ready"
    caller.hangs_up()
    assert caller.record()["result"] == "answered"

    wang_fang.pause()
    before = len(li_wei.phone.events)
    second = trade.caller(tone=CALLER).dial(NUMBER)
    ring = li_wei.rings(since=before)
    second.reaches("offered")
    # Behind the group is a queue, which rings the same agent again.
    li_wei.rings(since=li_wei.phone.events.index(ring, before) + 1)
    second.hangs_up()
    kinds = second.kinds()
    assert kinds[kinds.index("group missed") + 1] == "queued"
    trade.becomes_quiet()
