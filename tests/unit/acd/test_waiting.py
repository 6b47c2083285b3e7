"""Who would get a work now, and why nobody gets it."""

from unit.acd import ground
from unit.acd.ground import SUPPORT, Ground

from acd import seats
from acd.agent import Phone
from acd.decision import Verdict
from acd.queue import AgentId
from acd.settings import AgentEdited
from acd.skills import Need, SkillKey
from acd.waiting.reason import Blocked, outlook
from acd.work import Medium, Work, WorkId

ENGLISH = SkillKey("english")


def look(floor, needs=(), priority=0):
    tx = ground._Transaction(floor)  # noqa: SLF001 - as one step sees the floor
    queue = floor.lines.queues[SUPPORT]
    work = Work(WorkId("next"), Medium.VOICE, SUPPORT, floor.now, priority, needs=needs)
    return outlook(tx, work, queue)


def verdicts(seen):
    return {one.agent: one.verdict for one in seen.considered}


def test_the_longest_idle_agent_would_get_the_next_call():
    floor = Ground(agents=(1, 2, 3))
    floor.ready(2, 1)

    seen = look(floor)

    assert (seen.agent, seen.blocked, seen.signed_out) == (2, None, 1)
    assert verdicts(seen) == {2: Verdict.CHOSEN, 1: Verdict.LESS_IDLE}


def test_busy_agents_are_told_with_what_they_are_busy():
    floor = Ground(agents=(1, 2))
    floor.ready(1)
    floor.arrive()
    floor.accept("w1", 1)
    floor.step(seats.AgentSignedIn(AgentId(2), Phone.SIP, reachable=True))

    seen = look(floor)

    assert (seen.agent, seen.blocked) == (None, Blocked.BUSY)
    assert verdicts(seen) == {1: Verdict.FULL, 2: Verdict.NOT_READY}


def test_a_missing_skill_is_told_though_agents_are_free():
    floor = Ground(agents=(1, 2))
    floor.step(AgentEdited(AgentId(1), "A", "1001", enabled=True, skills={ENGLISH: 3}))
    floor.ready(1, 2)

    assert look(floor, (Need(ENGLISH, 3),)).agent == 1
    lacking = look(floor, (Need(ENGLISH, 4),))
    assert (lacking.agent, lacking.blocked) == (None, Blocked.LACKS_SKILL)
    assert {one.lacks for one in lacking.considered} == {"english 4"}


def test_nobody_is_signed_in_or_there_are_no_agents():
    assert look(Ground(agents=(1,))).blocked is Blocked.NOBODY_SIGNED_IN
    assert look(Ground()).blocked is Blocked.NO_MEMBERS


def test_callers_before_the_next_one_are_counted_by_urgency():
    floor = Ground(agents=(1,))
    floor.arrive("w1")
    floor.now += 1
    floor.arrive("w2", priority=5)
    floor.now += 1

    assert look(floor).ahead == 2
    assert look(floor, priority=3).ahead == 1
    assert floor.work("w1") is not None, "looking changes nothing"
