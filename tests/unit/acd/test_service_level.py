"""Levels of service as values: who has one, what is saved of it, and when needs are dropped."""

import pytest
from unit.acd.ground import SUPPORT, Ground

from acd.overflow import NEEDS, waiting_in
from acd.queue import Queue
from acd.service_level import (
    ServiceLevel,
    ServiceLevelId,
    ServiceLevels,
    as_saved,
    effect_of,
    from_saved,
    served,
)
from acd.skills import Need, SkillKey
from acd.work import Medium, Work, WorkId
from crm.number_lists.lists import NumberListId

ENGLISH = SkillKey("english")
GOLD = ServiceLevel(ServiceLevelId(1), "Gold", "金卡", 5, tier="gold")
LISTED = ServiceLevel(ServiceLevelId(2), "Listed", listed=NumberListId(7))
SKILLED = ServiceLevel(
    ServiceLevelId(3), "A, b", priority=2, needs=(Need(ENGLISH, 5),), patience_seconds=30
)


@pytest.mark.parametrize(
    ("tier", "listed", "found"),
    [
        ("gold", None, GOLD),
        ("gold", 7, LISTED),
        ("", 7, LISTED),
        ("", 8, None),
        ("silver", None, None),
        ("", None, None),
    ],
)
def test_a_vip_list_goes_before_the_customers_tier(tier, listed, found):
    levels = ServiceLevels((GOLD, LISTED, SKILLED))
    assert levels.level_of(tier, listed) is found


def test_what_a_call_saves_of_its_level_is_read_back_whole():
    assert from_saved(as_saved(SKILLED)) == SKILLED


def a_work(since=100.0):
    return Work(WorkId("w1"), Medium.VOICE, SUPPORT, since)


@pytest.mark.parametrize(
    ("now", "needs", "timer"), [(129.9, 1, 130.0), (130.0, 0, None), (500.0, 0, None)]
)
def test_needs_are_dropped_when_the_patience_is_over(now, needs, timer):
    work = served(a_work(), SKILLED, 100.0)
    waiting = waiting_in(work, Queue(SUPPORT, "Support"), now, prefers=False)
    assert len(waiting.needs) == needs
    assert waiting.timers.get(NEEDS) == timer


def test_without_a_level_nothing_changes():
    assert served(a_work(), None, 0.0) == a_work()


def test_an_offer_is_explained_with_the_level():
    ground = Ground((1,))
    ground.ready(1)
    ground.arrive(level=effect_of(SKILLED))
    [decision] = ground.decisions
    assert decision.level["name"] == "A, b"
    assert decision.level["needs"] == ["english 5"]
