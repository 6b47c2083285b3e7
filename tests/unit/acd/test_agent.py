"""An agent's day: the table on the full product of states and moves."""

import itertools

import pytest

from acd.agent import MOVES, Move, State, move
from crm.kernel.errors import ImpossibleError

# What a state may meet, said a second time and by hand, so that a change of the table is a choice.
ALLOWED = {
    (State.SIGNED_OUT, Move.SIGN_IN): State.PAUSED,
    (State.SIGNED_OUT, Move.SIGN_OUT): State.SIGNED_OUT,
    (State.SIGNED_OUT, Move.ANSWER): State.TALKING,
    (State.READY, Move.READY): State.READY,
    (State.READY, Move.PAUSE): State.PAUSED,
    (State.READY, Move.OFFER): State.OFFERED,
    (State.READY, Move.ANSWER): State.TALKING,
    (State.READY, Move.SIGN_IN): State.READY,
    (State.READY, Move.SIGN_OUT): State.SIGNED_OUT,
    (State.PAUSED, Move.READY): State.READY,
    (State.PAUSED, Move.PAUSE): State.PAUSED,
    (State.PAUSED, Move.ANSWER): State.TALKING,
    (State.PAUSED, Move.SIGN_IN): State.PAUSED,
    (State.PAUSED, Move.SIGN_OUT): State.SIGNED_OUT,
    (State.OFFERED, Move.SIGN_IN): State.OFFERED,
    (State.OFFERED, Move.ANSWER): State.TALKING,
    (State.OFFERED, Move.FREE): State.READY,
    (State.OFFERED, Move.REST): State.PAUSED,
    (State.OFFERED, Move.SIGN_OUT): State.SIGNED_OUT,
    (State.TALKING, Move.SIGN_IN): State.TALKING,
    (State.TALKING, Move.WRAP): State.WRAP_UP,
    (State.TALKING, Move.FREE): State.READY,
    (State.TALKING, Move.REST): State.PAUSED,
    (State.TALKING, Move.SIGN_OUT): State.SIGNED_OUT,
    (State.WRAP_UP, Move.READY): State.READY,
    (State.WRAP_UP, Move.PAUSE): State.PAUSED,
    (State.WRAP_UP, Move.FREE): State.READY,
    (State.WRAP_UP, Move.REST): State.PAUSED,
    (State.WRAP_UP, Move.ANSWER): State.TALKING,
    (State.WRAP_UP, Move.SIGN_IN): State.WRAP_UP,
    (State.WRAP_UP, Move.SIGN_OUT): State.SIGNED_OUT,
}


@pytest.mark.parametrize(("state", "what"), list(itertools.product(State, Move)))
def test_each_state_meets_each_move_as_the_table_says_or_refuses_it(state, what):
    if (state, what) in ALLOWED:
        assert move(state, what) is ALLOWED[state, what]
        return
    with pytest.raises(ImpossibleError):
        move(state, what)


def test_only_a_ready_agent_may_be_offered_a_call():
    assert [state for state in State if Move.OFFER in MOVES[state]] == [State.READY]


def test_every_state_can_be_left_by_signing_out():
    assert all(MOVES[state][Move.SIGN_OUT] is State.SIGNED_OUT for state in State)


def test_signing_in_again_changes_nothing_for_who_is_seated():
    assert all(
        MOVES[state][Move.SIGN_IN] is state for state in State if state is not State.SIGNED_OUT
    )


def test_every_state_can_be_reached_from_the_first():
    reached = {State.SIGNED_OUT}
    while more := {to for state in reached for to in MOVES[state].values()} - reached:
        reached |= more

    assert reached == set(State)
