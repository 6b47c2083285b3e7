"""Single calls on the simulated floor: the rules of the real one, seen in the visits."""

from unit.acd.simulate.scenarios import ONE, agents, at_times, scenario, seats

from acd.agent import AgentState
from acd.queue import (
    AddMembers,
    OverflowStep,
    Queue,
    QueueKey,
    RelaxSkill,
    SendTo,
    Strategy,
    members_of,
)
from acd.simulate.run import VisitOutcome, play
from acd.simulate.scenario import Constant, Shift
from acd.skills import Need, SkillKey
from crm.kernel.destination import Destination, DestinationKind

TWO = QueueKey("two")
MANDARIN = SkillKey("mandarin")


def queue(members=(1,), key=ONE, **settings):
    settings = {"wrapup_seconds": 0.0} | settings
    return Queue(key, key, members_of(members), **settings)


def told(given):
    found = play(given, 1).visits
    assert all(isinstance(one.wait, float) for one in found)
    return [(one.caller, one.outcome.value, one.wait, one.agent) for one in found]


def test_callers_are_answered_one_after_the_other():
    given = scenario(queue(), seats(*agents(1)), at_times(0, 10, 20))
    assert told(given) == [
        (0, "answered", 0, 1),
        (1, "answered", 50, 1),
        (2, "answered", 100, 1),
    ]


def test_a_wrap_up_keeps_the_agent_from_the_next_call():
    given = scenario(queue(wrapup_seconds=30.0), seats(*agents(1)), at_times(0, 10))
    assert told(given)[1] == (1, "answered", 80, 1)


def test_a_wrap_up_that_is_done_sooner_frees_the_agent_and_is_never_longer_than_the_queue_gives():
    for seconds, wait in ((5, 55), (500, 80)):
        stream = at_times(0, 10, wrap_up=Constant(seconds))
        given = scenario(queue(wrapup_seconds=30.0), seats(*agents(1)), stream)
        assert told(given)[1] == (1, "answered", wait, 1)


def test_a_caller_out_of_patience_hangs_up():
    given = scenario(queue(), seats(*agents(1)), at_times(0, 10, patience=Constant(25)))
    assert told(given) == [(0, "answered", 0, 1), (1, "abandoned", 25, None)]


def test_without_agents_patient_callers_are_still_waiting_at_the_end():
    assert told(scenario(queue(()), (), at_times(0)))[0][1] == "still waiting"


def test_a_skilled_agent_alone_serves_who_needs_the_skill():
    staff = (*seats(1), *seats(2, skills={MANDARIN: 8}))
    stream = at_times(0, 10, needs=(Need(MANDARIN, 5),))
    assert told(scenario(queue((1, 2)), staff, stream)) == [
        (0, "answered", 0, 2),
        (1, "answered", 50, 2),
    ]


def test_overflow_steps_lower_needs_and_add_agents():
    steps = (
        OverflowStep(20, RelaxSkill(MANDARIN)),
        OverflowStep(40, AddMembers(members=members_of([2]))),
    )
    given = queue((1,), needs=(Need(MANDARIN, 5),), steps=steps)
    calls = at_times(0, 1, handling=100)
    assert told(scenario(given, seats(1, 2), calls)) == [
        (0, "answered", 20, 1),
        (1, "answered", 40, 2),
    ]


def test_a_caller_sent_to_another_queue_keeps_the_time_of_the_wait():
    steps = (OverflowStep(30, SendTo(Destination(DestinationKind.QUEUE, "two"))),)
    given = (queue((), steps=steps), queue((1,), TWO))
    visits = play(scenario(given, seats(1), at_times(0)), 1).visits
    assert [(one.queue, one.outcome, one.wait, one.last) for one in visits] == [
        (ONE, VisitOutcome.SENT_ON, 30, False),
        (TWO, VisitOutcome.ANSWERED, 30, True),
    ]


def test_queues_that_send_callers_in_a_circle_end_somewhere():
    there = Destination(DestinationKind.QUEUE, "two")
    back = Destination(DestinationKind.QUEUE, "one")
    given = (queue((), empty=there), queue((), TWO, empty=back))
    visits = play(scenario(given, (), at_times(0)), 1).visits
    assert {one.outcome for one in visits} == {VisitOutcome.SENT_ON}
    assert len(visits) < 30


def test_a_full_queue_sends_callers_away():
    out = Destination(DestinationKind.HANG_UP)
    given = scenario(queue(max_length=1, full=out), seats(1), at_times(0, 1, 2))
    assert [row[1] for row in told(given)] == ["answered", "sent on", "answered"]


def test_the_longest_wait_of_a_queue_ends_the_wait():
    out = Destination(DestinationKind.HANG_UP)
    given = scenario(queue(max_wait_seconds=30.0, timed_out=out), seats(1), at_times(0, 1))
    assert told(given)[1] == (1, "sent on", 30, None)


def test_phones_that_ring_in_vain_pause_their_agent_until_they_are_back():
    given = scenario(
        queue(ring_seconds=10.0, max_misses=1),
        seats(1),
        at_times(0, patience=Constant(100)),
        missed_share=1.0,
    )
    assert told(given) == [(0, "abandoned", 100, None)]
    spans = play(given, 1).spans
    assert (1, AgentState.PAUSED, 10, 70) in spans


def test_a_run_ends_even_if_no_agent_ever_answers():
    given = scenario(queue(ring_seconds=300.0), seats(1), at_times(0, 1), missed_share=1.0)
    assert {row[1] for row in told(given)} == {"still waiting"}


def test_who_answers_first_of_all_phones_has_the_call():
    given = scenario(
        queue((1, 2, 3), strategy=Strategy.RING_ALL),
        seats(1, 2, 3),
        at_times(*range(0, 3000, 100)),
        answer_seconds=5.0,
    )
    found = told(given)
    assert {row[3] for row in found} == {1, 2, 3}
    assert all(2.5 <= row[2] <= 7.5 for row in found)


def test_shifts_begin_and_end_with_the_talk_in_hand():
    staff = seats(1, shifts=(Shift(0, 100), Shift(200, 300)))
    given = scenario(queue(), staff, at_times(90, 110, 280, 290))
    assert told(given)[:3] == [
        (0, "answered", 0, 1),
        (1, "answered", 90, 1),
        (2, "answered", 0, 1),
    ]
    assert told(given)[3][1] == "still waiting"
    at_work = [span for span in play(given, 1).spans if span[1] is AgentState.TALKING]
    assert at_work == [(1, AgentState.TALKING, 90, 150), (1, AgentState.TALKING, 200, 260),
                       (1, AgentState.TALKING, 280, 340)]  # fmt: skip


def test_the_time_of_an_agent_with_a_call_counts_from_the_ring_to_the_end_of_the_wrap_up():
    given = scenario(queue(wrapup_seconds=20.0), seats(1), at_times(5))
    assert play(given, 1).freed == [(1, ONE, 5, 85)]
