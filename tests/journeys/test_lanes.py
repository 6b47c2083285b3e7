"""What each party of a call did over time, as the call's page draws it."""

import contextlib
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from journeys.acts import AGENTS, CALLS, acts, play
from journeys.site import open_site, to_queue

from acd.queue import AgentId
from crm.calls.lanes import Doing, lanes
from crm.calls.record import CallId
from crm.kernel.destination import to_agent
from crm.kernel.errors import HotlineError
from cti.core import requests as r
from cti.core.requests import MonitorMode
from cti.fake import sign_in

C1 = CallId("c1")
LI, WANG, CHEN = AgentId(1), AgentId(2), AgentId(3)


@pytest.fixture
def talk(fake):
    """Agent 1 talks with a caller since ten seconds; agents 2 and 3 are free."""
    sign_in(fake, 1, 2, 3)
    to_queue(fake, "c1")
    fake.wait(3)
    fake.pick_up("c1")
    fake.wait(10)
    return fake


def drawn(fake, *, listening=True):
    """Each lane as (what, seconds, others)."""
    now = fake.record("c1").ended_at or fake.timeline("c1")[-1].at
    found = lanes(fake.timeline("c1"), fake.legs("c1"), now, listening=listening)
    return {
        lane.key: [
            (bar.doing.value, round((bar.ended - bar.began).total_seconds()), bar.others)
            for bar in lane.bars
        ]
        for lane in found
    }


def test_a_held_call_shows_who_rang_talked_and_waited(talk):
    talk.hear(r.HoldAsked(LI, C1, hold=True))
    talk.wait(5)
    talk.hear(r.HoldAsked(LI, C1, hold=False))
    talk.wait(20)
    talk.caller_hangs_up("c1")

    agent = ("agent:1",)
    assert drawn(talk) == {
        "customer": [
            ("waits", 3, ()), ("talks", 10, agent), ("hold", 5, ()), ("talks", 20, agent),
        ],
        "agent:1": [
            ("rings", 3, ()), ("talks", 10, ("customer",)), ("alone", 5, ()),
            ("talks", 20, ("customer",)),
        ],
    }  # fmt: skip


def test_a_consultation_and_the_conference_after_it_name_who_was_together(talk):
    talk.hear(r.ConsultAsked(LI, C1, to_agent(WANG)))
    talk.wait(2)
    talk.answers("c1-a2")
    talk.wait(4)
    talk.hear(r.ConferenceAsked(LI, C1))
    talk.wait(6)
    talk.caller_hangs_up("c1")

    found = drawn(talk)
    both = ("agent:1", "agent:2")
    assert found["customer"][1:] == [
        ("talks", 10, ("agent:1",)), ("hold", 6, ()), ("talks", 6, both),
    ]  # fmt: skip
    assert found["agent:2"][:2] == [("rings", 2, ()), ("consults", 4, ("agent:1",))]
    assert found["agent:2"][2] == ("talks", 6, ("customer", "agent:1"))


def test_a_parked_caller_is_shown_as_parked(talk):
    talk.hear(r.ParkAsked(LI, C1))
    talk.wait(7)
    talk.caller_hangs_up("c1")

    assert drawn(talk)["customer"][-1] == ("parked", 7, ())


def test_who_listens_is_shown_to_those_only_who_may_see_it(talk):
    talk.hear(r.MonitorAsked(CHEN, C1, MonitorMode.LISTEN))
    talk.answers(next(leg.id for leg in talk.state.call_legs(C1) if leg.agent == CHEN))
    snoop = next(one.id for one in talk.state.call_legs(C1) if one.role == "snoop")
    talk.answers(snoop)
    talk.wait(5)
    talk.caller_hangs_up("c1")

    assert drawn(talk)["supervisor:3"][-1][:2] == (Doing.LISTENS, 5)
    assert "supervisor:3" not in drawn(talk, listening=False)


def test_a_talk_goes_on_in_the_picture_when_the_engine_dies(talk):
    talk.engine_dies()
    talk.wait(10)
    talk.caller_hangs_up("c1")

    found = drawn(talk)
    assert [one[0] for one in found["customer"]] == ["waits", "talks"]
    assert [one[0] for one in found["agent:1"]] == ["rings", "talks"]
    assert found["agent:1"][1][1] == pytest.approx(talk.record("c1").talk_seconds, abs=1)


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.lists(acts, max_size=40))
def test_any_story_can_be_drawn(story):
    fake = open_site(AGENTS)
    for act in story:
        with contextlib.suppress(HotlineError):
            play(fake, act)
    for call in filter(fake.kinds, CALLS):
        record = fake.record(call)
        now = record.ended_at or datetime.fromtimestamp(fake.now, UTC)
        for listening in (True, False):
            found = lanes(fake.timeline(call), fake.legs(call), now, listening=listening)
            assert len({lane.key for lane in found}) == len(found)
            for lane in found:
                begun = [bar.began for bar in lane.bars]
                assert begun == sorted(begun)
                assert all(record.started_at <= bar.began <= bar.ended <= now for bar in lane.bars)
                if not listening:
                    assert all(bar.doing is not Doing.LISTENS for bar in lane.bars)
        customer = next(lane for lane in found if lane.key == "customer")
        for bar, after in pairwise(customer.bars):
            assert bar.ended <= after.began, "two things at once"
