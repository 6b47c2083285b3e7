"""Each operation on a talk, with each party that hangs up, at each moment; the engine's death.

Made, not written: a new operation is one line of `OPERATIONS`. Nothing may be stuck, no leg or
bridge may be left over, nobody who is there hears nothing, and the facts add up.
"""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from journeys.invariants import check
from journeys.site import open_site, to_queue
from journeys.test_outbound import plan as outbound_plan
from journeys.test_sums import check_agents, check_legs, check_segments

from acd.agent import AgentState, Capacity
from acd.queue import AgentId
from acd.ring_group import RingGroup, RingGroupId
from acd.work import Medium
from crm.calls.record import CallId, Kind
from crm.kernel.destination import read_destination, to_agent
from crm.kernel.errors import HotlineError, ImpossibleError
from crm.voicemail.box import BoxId, VoicemailBox
from cti.core import events as e
from cti.core import requests as r
from cti.core.leg import LegId, LegState
from cti.core.requests import MonitorMode
from cti.core.stage import Stage
from cti.fake import sign_in
from cti.routes.rule import RoutePlan
from ivr.flow import FlowId, NumberSettings

LI, WANG, ZHANG = AgentId(1), AgentId(2), AgentId(3)
C1, C2 = CallId("c1"), CallId("c2")
OUTSIDE = read_destination("number:+8613800138000")


def to(text):
    return read_destination(text)


def consulting(fake):
    fake.hear(r.ConsultAsked(LI, C1, to_agent(WANG)))
    answer_all(fake)


def conference(fake):
    consulting(fake)
    fake.hear(r.ConferenceAsked(LI, C1))


def parked(fake):
    fake.hear(r.ParkAsked(LI, C1))


def second_rings(fake):
    fake.hear(r.HoldAsked(LI, C1, hold=True), r.StateAsked(WANG, ready=False))
    fake.hear(r.StateAsked(ZHANG, ready=False))
    to_queue(fake, "c2")


def listening(fake):
    fake.hear(r.MonitorAsked(WANG, C1, MonitorMode.LISTEN))
    answer_all(fake)


def nothing(_):
    pass


OPERATIONS = {
    "hold": (nothing, r.HoldAsked(LI, C1, hold=True)),
    "resume": (lambda f: f.hear(r.HoldAsked(LI, C1, hold=True)), r.HoldAsked(LI, C1, hold=False)),
    "transfer to an agent": (nothing, r.TransferAsked(LI, C1, to_agent(WANG))),
    "transfer to a queue": (nothing, r.TransferAsked(LI, C1, to("queue:sales"))),
    "transfer to the front": (nothing, r.TransferAsked(LI, C1, to("queue:sales"), front=True)),
    "transfer to a ring group": (nothing, r.TransferAsked(LI, C1, to("ring-group:5"))),
    "transfer to a flow": (nothing, r.TransferAsked(LI, C1, to("flow:1"))),
    "transfer to a box": (nothing, r.TransferAsked(LI, C1, to("voicemail:7"))),
    "transfer outside": (nothing, r.TransferAsked(LI, C1, OUTSIDE)),
    "transfer and wait": (second_rings, r.TransferAsked(LI, C1, to_agent(ZHANG), wait=True)),
    "consult an agent": (nothing, r.ConsultAsked(LI, C1, to_agent(WANG))),
    "consult outside": (nothing, r.ConsultAsked(LI, C1, OUTSIDE)),
    "shuttle": (consulting, r.ShuttleAsked(LI, C1)),
    "take back": (consulting, r.TakeBackAsked(LI, C1)),
    "complete": (consulting, r.CompleteAsked(LI, C1)),
    "conference": (consulting, r.ConferenceAsked(LI, C1)),
    "add an agent": (nothing, r.AddAsked(LI, C1, to_agent(WANG))),
    "add outside": (nothing, r.AddAsked(LI, C1, OUTSIDE)),
    "add a fourth": (conference, r.AddAsked(LI, C1, to_agent(ZHANG))),
    "park": (nothing, r.ParkAsked(LI, C1)),
    "retrieve": (parked, r.RetrieveAsked(WANG, 1)),
    "pick up": (second_rings, r.PickUpAsked(ZHANG, C2)),
    "answer a second call": (second_rings, None),
    "listen": (nothing, r.MonitorAsked(WANG, C1, MonitorMode.LISTEN)),
    "whisper": (listening, r.MonitorAsked(WANG, C1, MonitorMode.WHISPER)),
    "barge in": (listening, r.MonitorAsked(WANG, C1, MonitorMode.BARGE)),
    "take over": (listening, r.MonitorAsked(WANG, C1, MonitorMode.TAKE_OVER)),
    "call when free": (nothing, r.CallWhenFreeAsked(CallId("d1"), WANG, LI)),
    "a phone's own transfer": (nothing, e.ReferReceived(LegId("c1-a1"), "1002")),
    "the end": (nothing, r.HangUpAsked(LI, C1)),
}
PARTIES = ("the customer", "agent 1", "agent 2", "agent 3", "outside")
MOMENTS = ("before", "ringing", "answering", "during", "just after")
CAUSES = (16, 44)  # hung up, and lost with the line


@pytest.fixture
def plan():
    group = RingGroup(RingGroupId(5), "Office", (WANG, ZHANG))
    box = VoicemailBox(BoxId(7), "Night", most_seconds=60)
    numbers = {"100": NumberSettings(FlowId(1))}
    return RoutePlan(numbers, boxes={7: box}, ring_groups={5: group})


def begin(plan):
    """A talk of agent 1 with a caller; agents 2 and 3 are free."""
    fake = open_site((1, 2, 3), Capacity({Medium.VOICE: 2}, 2))
    fake.hear(e.OutboundChanged(outbound_plan()), e.RoutesChanged(plan))
    sign_in(fake, 1)
    to_queue(fake, "c1")
    fake.pick_up("c1")
    sign_in(fake, 2, 3)
    fake.wait(5)
    return fake


def legs_of(fake, party):
    """The legs of a party, of every call."""
    return [leg.id for leg in fake.state.legs.values() if name(leg) == party]


def name(leg):
    if leg.agent is not None:
        return f"agent {leg.agent}"
    return "the customer" if leg.role.value == "customer" else leg.role.value


def answer_all(fake):
    for leg in list(fake.state.legs.values()):
        if leg.state is not LegState.UP and leg.id in fake.channels:
            fake.answers(leg.id)


def leave(fake, party, cause):
    for leg in legs_of(fake, party):
        fake.ends(leg, cause)


def cross(fake, party, cause):
    """The party's phone answers and hangs up at once; the end is heard first."""
    for leg in legs_of(fake, party):
        fake.tell_ended(leg, cause)
        fake.tell_answered(leg)


def ask(fake, request):
    if request is None:
        answer_all(fake)
        return
    with suppress(HotlineError):
        try:
            fake.hear(request)
        except ImpossibleError as error:
            raise AssertionError(error) from error


def story(fake, operation, moment, disturb):
    """Play an operation with something that happens at one moment of it."""
    prepare, request = OPERATIONS[operation]
    prepare(fake)
    steps = {
        "before": lambda: ask(fake, request),
        "ringing": lambda: fake.wait(1),
        "answering": lambda: answer_all(fake),
        "during": lambda: fake.wait(3),
        "just after": lambda: fake.wait(30),
    }
    for at, step in steps.items():
        if at == moment:
            disturb(fake, at)
            check(fake)
        step()
        check(fake)


def check_end(fake, *, facts=True):
    """All parties who are still there go; then nothing is left, and the facts add up.

    What nobody heard is told by Asterisk's own records, which the fake does not keep.
    """
    for party in PARTIES:
        leave(fake, party, 16)
    fake.wait(300)
    for party in PARTIES:
        leave(fake, party, 16)
    fake.wait(300)
    check(fake)
    assert not fake.channels, "an orphan leg"
    assert not any(fake.bridges.values()), "an orphan bridge"
    assert not fake.state.calls, "a call that nobody ended"
    assert not fake.state.works, "a work that nobody has"
    resting = (AgentState.READY, AgentState.PAUSED, AgentState.SIGNED_OUT)
    assert all(one.state in resting for one in fake.state.agents.values()), "a stuck agent"
    now = datetime.fromtimestamp(fake.now, UTC)
    for call in ("c1", "c2") if facts else ():
        timeline = fake.timeline(call)
        if any(one.kind is Kind.ARRIVED for one in timeline):
            check_segments(timeline, now)
            check_agents(timeline, now)
            check_legs(timeline, now)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_party_that_hangs_up_at_any_moment_leaves_nothing_behind(operation, moment, plan):
    for party in PARTIES:
        for cause in CAUSES:
            fake = begin(plan)

            def disturb(fake, at, party=party, cause=cause):
                (cross if at == "answering" else leave)(fake, party, cause)

            story(fake, operation, moment, disturb)
            check_end(fake)


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_engine_dies_in_the_middle_of_any_operation(operation, moment, plan):
    fake = begin(plan)
    story(fake, operation, moment, lambda fake, _: fake.engine_dies())
    heard(fake)
    check_end(fake)


def heard(fake):
    """No customer is in silence after the engine's return."""
    for call in fake.state.calls.values():
        leg = fake.situation(call.id).customer_leg
        if leg is not None and fake.stage(call.id) is not Stage.DIALLING:
            assert leg.id in fake.hearing or fake.talking(call.id), "silence"


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_somebody_hangs_up_while_no_engine_listens(operation, moment, plan):
    for party in PARTIES:
        fake = begin(plan)

        def disturb(fake, _, party=party):
            for leg in legs_of(fake, party):
                fake.unheard(leg)
            fake.engine_dies()

        story(fake, operation, moment, disturb)
        check_end(fake, facts=False)
