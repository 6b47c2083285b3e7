"""Random timelines, ten thousand in bin/test long: a call's parts add up, and so do an agent's."""

from collections import defaultdict
from contextlib import suppress
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from journeys.acts import AGENTS, CALLS, play
from journeys.site import open_site
from journeys.stories import story

from crm.calls.leg import fold_legs
from crm.calls.record import Kind, SegmentKind, segments
from crm.kernel.errors import HotlineError

TIMELINES = 10_000
CHUNKS = 20
QUICK_CHUNKS = 6  # the others only in bin/test long
FIRST = 10_000
WITH_THE_CUSTOMER = (SegmentKind.TALK, SegmentKind.HOLD)


def seconds(since, until):
    return (until - since).total_seconds()


def timelines(chunk):
    """Make a share of the ten thousand."""
    seed, made = FIRST + chunk * TIMELINES, 0
    while made < TIMELINES // CHUNKS:
        seed += 1
        fake, acts = open_site(AGENTS), story(seed)
        for act in acts:
            with suppress(HotlineError):  # refused at the desk
                play(fake, act)
        for call in CALLS:
            fake.caller_hangs_up(call)
        fake.wait(120)
        for call in CALLS:
            timeline = fake.timeline(call)
            if any(event.kind is Kind.ARRIVED for event in timeline):
                made += 1
                yield timeline, datetime.fromtimestamp(fake.now, UTC)


@pytest.mark.parametrize(
    "chunk",
    [
        pytest.param(chunk, marks=[pytest.mark.long] if chunk >= QUICK_CHUNKS else [])
        for chunk in range(CHUNKS)
    ],
)
def test_segments_add_up_to_the_call_and_legs_to_the_agents_times(chunk):
    for timeline, now in timelines(chunk):
        check_segments(timeline, now)
        check_agents(timeline, now)
        check_legs(timeline, now)


def check_segments(timeline, now):
    cut = segments(timeline, now)
    arrived = next(one for one in timeline if one.kind is Kind.ARRIVED)
    ended = next(one for one in timeline if one.kind is Kind.ENDED)
    assert cut[0].started_at == arrived.at
    assert cut[-1].ended_at == ended.at
    assert all(one.ended_at == after.started_at for one, after in pairwise(cut))
    parts = sum(seconds(one.started_at, one.ended_at) for one in cut)
    assert parts == pytest.approx(seconds(arrived.at, ended.at))


def check_agents(timeline, now):
    had, spent = defaultdict(float), defaultdict(float)
    for one in segments(timeline, now):
        if one.kind in WITH_THE_CUSTOMER:
            had[one.agent, one.kind] += seconds(one.started_at, one.ended_at)
    for leg in fold_legs(timeline, now):
        if leg.role != "customer":
            spent[leg.agent, SegmentKind.TALK] += leg.talk_seconds
            spent[leg.agent, SegmentKind.HOLD] += leg.hold_seconds
    assert {key: spent[key] for key in had} == pytest.approx(had)
    assert sum(spent.values()) == pytest.approx(sum(had.values()))


def check_legs(timeline, now):
    for leg in fold_legs(timeline, now):
        assert leg.ended_at is not None, leg
        assert leg.began_at <= leg.ended_at, leg
        talked = leg.talk_seconds + leg.hold_seconds
        if talked:
            up = seconds(leg.answered_at, leg.ended_at)
            assert talked <= up + 1e-6, leg
