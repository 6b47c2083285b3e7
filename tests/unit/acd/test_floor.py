"""What becomes of an agent: times, misses, rests, beside the state that the table gives."""

import pytest

from acd import floor
from acd.agent import Agent, Phone, State
from acd.queue import AgentId, Queue, QueueKey
from crm.calls.record import CallId
from crm.kernel.errors import ImpossibleError

CALL = CallId("c1")
SUPPORT = Queue(QueueKey("support"), "Support", wrapup_seconds=30.0)


def agent(state=State.READY, **fields):
    return Agent(AgentId(7), "Li Wei", "1001", state=state, **{"reachable": True, **fields})


def talking(**fields):
    return agent(State.TALKING, call=CALL, **fields)


def offered(**fields):
    return agent(State.OFFERED, call=CALL, until=15.0, **fields)


def test_who_signs_in_is_paused_so_that_nothing_rings_yet():
    seated = floor.sign_in(agent(State.SIGNED_OUT), Phone.SIP, 5.0, reachable=True)

    assert (seated.state, seated.reason) == (State.PAUSED, "signed in")
    assert (seated.phone, seated.since, seated.misses) == (Phone.SIP, 5.0, 0)


def test_signing_in_again_keeps_the_state_the_misses_and_the_place_among_the_idle():
    before = agent(misses=1, idle_since=2.0, since=1.0)
    again = floor.sign_in(before, Phone.BROWSER, 9.0, reachable=True)

    assert again == before


def test_who_signs_out_leaves_nothing_behind():
    gone = floor.sign_out(talking(misses=1, rest="lunch", reason="x"), 9.0)

    assert gone.state is State.SIGNED_OUT
    assert (gone.call, gone.until, gone.misses, gone.rest, gone.reason) == (None, None, 0, "", "")
    assert not gone.reachable


@pytest.mark.parametrize("state", [State.PAUSED, State.WRAP_UP])
def test_who_becomes_ready_is_the_least_idle_and_starts_without_misses(state):
    seated = floor.ready(agent(state, misses=1, idle_since=1.0, reason="lunch"), 9.0)

    assert (seated.state, seated.idle_since, seated.misses) == (State.READY, 9.0, 0)
    assert seated.reason == ""


def test_ready_said_twice_costs_nobody_his_place():
    before = agent(idle_since=1.0, misses=1, since=1.0)

    assert floor.ready(before, 9.0) == before


def test_another_reason_begins_another_stretch_of_the_pause():
    lunch = floor.pause(agent(), "lunch", 3.0)
    same = floor.pause(lunch, "lunch", 5.0)
    other = floor.pause(lunch, "meeting", 7.0)

    assert (lunch.since, same.since, other.since) == (3.0, 3.0, 7.0)


def test_an_offer_carries_its_call_and_its_deadline():
    rung = floor.offer(agent(), CALL, 18.0, 3.0)

    assert (rung.state, rung.call, rung.until) == (State.OFFERED, CALL, 18.0)


@pytest.mark.parametrize("state", [s for s in State if s is not State.READY])
def test_nobody_but_the_ready_can_be_offered_a_call(state):
    with pytest.raises(ImpossibleError):
        floor.offer(agent(state), CALL, 18.0, 3.0)


def test_an_answer_forgets_the_misses():
    assert floor.answer(offered(misses=1), CALL, 4.0).misses == 0


def test_who_is_not_to_blame_keeps_his_place_among_the_idle():
    freed = floor.withdraw(offered(idle_since=1.0, misses=1), 9.0)

    assert (freed.state, freed.idle_since, freed.misses) == (State.READY, 1.0, 1)
    assert (freed.call, freed.until) == (None, None)


def test_who_misses_a_call_is_last_in_line():
    missed = floor.miss(offered(idle_since=1.0), 2, 9.0)

    assert (missed.state, missed.idle_since, missed.misses) == (State.READY, 9.0, 1)


def test_the_last_miss_allowed_pauses_and_begins_the_count_anew():
    rested = floor.miss(offered(misses=1), 2, 9.0)

    assert (rested.state, rested.reason, rested.misses) == (State.PAUSED, "no answer", 0)


def test_after_a_talk_there_is_time_to_note_its_outcome():
    wrapping = floor.wrap_up(talking(), SUPPORT, 9.0)

    assert (wrapping.state, wrapping.until, wrapping.call) == (State.WRAP_UP, 39.0, CALL)


@pytest.mark.parametrize(
    "queue", [None, Queue(QueueKey("sales"), "Sales", wrapup_seconds=0.0)], ids=["gone", "none"]
)
def test_without_a_wrap_up_he_is_ready_at_once(queue):
    freed = floor.wrap_up(talking(), queue, 9.0)

    assert (freed.state, freed.call, freed.idle_since) == (State.READY, None, 9.0)


@pytest.mark.parametrize(
    "end",
    [
        lambda a: floor.free(a, 9.0),
        lambda a: floor.free(floor.wrap_up(a, SUPPORT, 9.0), 39.0),
        lambda a: floor.wrap_up(a, None, 9.0),
    ],
    ids=["freed", "wrap-up over", "no wrap-up"],
)
def test_a_rest_asked_for_in_a_talk_begins_when_the_call_is_over(end):
    rested = end(floor.rest_later(talking(), "lunch"))

    assert (rested.state, rested.reason, rested.rest) == (State.PAUSED, "lunch", "")
    assert (rested.call, rested.until) == (None, None)


@pytest.mark.parametrize("end", [lambda a: floor.withdraw(a, 9.0), lambda a: floor.miss(a, 2, 9.0)])
def test_a_rest_asked_for_while_it_rang_begins_when_the_offer_ends(end):
    rested = end(floor.rest_later(offered(), "lunch"))

    assert (rested.state, rested.reason) == (State.PAUSED, "lunch")


def test_a_rest_taken_back_is_not_taken():
    talk = floor.rest_later(floor.rest_later(talking(), "lunch"), "")

    assert floor.free(talk, 9.0).state is State.READY
