"""What is doubtful in a queue's settings."""

from acd.queue import (
    AddMembers,
    AgentId,
    OverflowStep,
    Queue,
    QueueKey,
    RaisePriority,
    RelaxSkill,
    SendTo,
    members_of,
)
from acd.queues.check import Doubt, circle_of, findings, out_of_order
from acd.skills import Need, SkillKey
from crm.kernel.destination import Destination, DestinationKind

FANG, WEI = AgentId(1), AgentId(2)
MANDARIN, ENGLISH = SkillKey("mandarin"), SkillKey("english")
SALES, SUPPORT, LATE = map(QueueKey, ("sales", "support", "late"))


def to(key):
    return Destination(DestinationKind.QUEUE, key)


def queue(key=SALES, members=(FANG,), **settings):
    return Queue(key, key, members_of(members), **settings)


def doubts(checked, skills=None, signed_in=(FANG, WEI), others=()):
    known = {one.key: one for one in (checked, *others)}
    return [one.doubt for one in findings(checked, skills or {}, signed_in, known.get)]


def test_a_queue_with_an_agent_and_no_needs_is_well():
    assert doubts(queue()) == []


def test_a_queue_without_agents_is_named():
    assert doubts(queue(members=())) == [Doubt.NO_MEMBERS]


def test_a_skill_that_nobody_has_well_enough_is_named():
    needing = queue(needs=(Need(MANDARIN, 4), Need(ENGLISH, 1)))

    found = findings(needing, {FANG: {MANDARIN: 3, ENGLISH: 5}}, [FANG], lambda _: None)

    assert [(one.doubt, one.need) for one in found] == [(Doubt.NOBODY_HAS, Need(MANDARIN, 4))]


def test_each_skill_is_there_but_nobody_has_both():
    needing = queue(members=(FANG, WEI), needs=(Need(MANDARIN, 4), Need(ENGLISH, 4)))

    assert doubts(needing, {FANG: {MANDARIN: 9}, WEI: {ENGLISH: 9}}) == [Doubt.NOBODY_HAS_ALL]


def test_a_step_that_lowers_a_skill_lets_the_agents_serve_from_then_on():
    steps = (OverflowStep(60, RelaxSkill(MANDARIN, 2)),)
    needing = queue(needs=(Need(MANDARIN, 4),), steps=steps)

    assert doubts(needing, {FANG: {MANDARIN: 2}}) == [Doubt.FROM_STEP]


def test_steps_that_never_come_or_add_nobody_are_named():
    steps = (
        OverflowStep(10, AddMembers(queue=SUPPORT)),
        OverflowStep(20, SendTo(to(SUPPORT))),
        OverflowStep(30, RaisePriority(5)),
    )
    assert doubts(queue(steps=steps)) == [Doubt.EMPTY_STEP, Doubt.AFTER_SENT]

    late = (OverflowStep(60, RaisePriority(5)),)
    limited = queue(steps=late, max_wait_seconds=60, timed_out=to(SUPPORT))
    assert doubts(limited) == [Doubt.AFTER_LONGEST]


def test_the_first_step_behind_a_later_one_is_named():
    found = out_of_order([10, 60, 30])

    assert found is not None
    assert (found.step, found.other_step) == (3, 2)
    assert out_of_order([10, 10, 60]) is None


def test_a_circle_of_queues_is_found_over_others():
    sales = queue(timed_out=to(SUPPORT), max_wait_seconds=60)
    support = queue(SUPPORT, steps=(OverflowStep(9, SendTo(to(LATE))),))
    late = queue(LATE, empty=to(SALES))
    known = {one.key: one for one in (sales, support, late)}

    assert circle_of(sales, known.get) == (SALES, SUPPORT, LATE, SALES)
    assert doubts(sales, others=(support, late)) == [Doubt.CIRCLE]
    assert circle_of(queue(QueueKey("before"), empty=to(SUPPORT)), known.get) is None


def test_a_queue_without_signed_in_agents_is_named_where_that_is_known():
    assert doubts(queue(), signed_in=()) == [Doubt.NOBODY_SIGNED_IN]
    assert doubts(queue(), signed_in=None) == []
